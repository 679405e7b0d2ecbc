"""Each addon alone: installed without demo data, used a little, uninstalled, and no trace of it is left."""

import pytest

from lib import odoo, project, snapshot, templates

# Saved filters, export templates and attachments that users make on our models while the addon is there.
USE = """
ours = env["ir.model.data"].search([("module", "=", {addon!r}), ("model", "=", "ir.model")])
for model in env["ir.model"].browse(ours.mapped("res_id")):
    if model.transient or model.abstract:
        continue
    env["ir.filters"].create({{"name": "Mine", "model_id": model.model, "user_ids": []}})
    env["ir.exports"].create({{"name": "Mine", "resource": model.model}})
    env["ir.attachment"].create({{"name": "mine.txt", "raw": b"mine", "res_model": model.model, "res_id": 1}})
env.cr.commit()
env["crm.job"]._run_chain()
env.cr.commit()
"""


@pytest.mark.parametrize("addon", project.addons())
def test_leaves_nothing(copy_of, addon):
    below = [name for name in project.with_own_dependencies([addon]) if name != addon]
    database = copy_of(templates.suite(below, ready_for=[addon]))
    before = snapshot.take(database)
    log = odoo.run("-d", database, "-i", addon, "--stop-after-init", "--no-http", log=f"alone-{addon}.log")
    log += odoo.run("shell", "-d", database, "--no-http", script=USE.format(addon=addon), log=f"use-{addon}.log")
    assert snapshot.take(database) != before
    log += odoo.run("module", "uninstall", addon, "-d", database, log=f"uninstall-{addon}.log")
    assert not odoo.alarms(log)
    if left := snapshot.differences(before, snapshot.take(database)):
        pytest.fail("new (+) or missing (-) after uninstalling:\n" + "\n".join(left), pytrace=False)
