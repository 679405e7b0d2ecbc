"""Each addon alone: installed without demo data, used a little, uninstalled, and no trace of it is left."""

import pytest

from lib import odoo, project, snapshot, templates

# The nightly jobs, and what users make on an addon's own models while it is there.
JOBS = """
env["crm.job"]._run_chain()
env.cr.commit()
"""
USE = """
for model in env["ir.model"].search([("transient", "=", False), ("abstract", "=", False)]):
    if env[model.model]._original_module == {addon!r}:
        env["ir.filters"].create({{"name": "Mine", "model_id": model.model, "user_ids": []}})
        env["ir.exports"].create({{"name": "Mine", "resource": model.model}})
        env["ir.attachment"].create({{"name": "Mine", "raw": b"mine", "res_model": model.model, "res_id": 1}})
env.cr.commit()
"""


@pytest.mark.parametrize("addon", project.addons())
def test_leaves_nothing(copy_of, addon):
    below = [name for name in project.with_own_dependencies([addon]) if name != addon]
    database = copy_of(templates.suite(below, ready_for=[addon]))
    if below:
        # What the jobs of the addons below make stays when this one goes.
        odoo.run("shell", "-d", database, "--no-http", script=JOBS, log=f"below-{addon}.log")
    before = snapshot.take(database)
    log = odoo.run("-d", database, "-i", addon, "--stop-after-init", "--no-http", log=f"alone-{addon}.log")
    script = USE.format(addon=addon) + JOBS
    log += odoo.run("shell", "-d", database, "--no-http", script=script, log=f"use-{addon}.log")
    assert snapshot.take(database) != before
    log += odoo.run("module", "uninstall", addon, "-d", database, log=f"uninstall-{addon}.log")
    assert not odoo.alarms(log)
    if left := snapshot.differences(before, snapshot.take(database)):
        pytest.fail("new (+) or missing (-) after uninstalling:\n" + "\n".join(left), pytrace=False)
