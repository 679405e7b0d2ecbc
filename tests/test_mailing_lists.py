"""Segment actions beside E-mail Marketing: lists are filled while it is there, and nothing breaks when it goes."""

import json
import re

from lib import odoo, templates

TESTS = "/crm_segmentation:TestSegmentActions"
MADE = """
scheme = env.ref("crm_segmentation.scheme_abc")
news = env["mailing.list"].create({"name": "News"})
env["crm.segment.action"].create({
    "name": "News", "kind": "add_list", "mailing_list": f"mailing.list,{news.id}",
    "segment_id": scheme.segment_ids[0].id, "user_id": env.ref("base.user_admin").id,
})
partner = env["res.partner"].create({"name": "Reader", "email": "reader@example.com"})
env.flush_all()
env.cr.execute(
    "INSERT INTO crm_segment_member (scheme_id, segment_id, company_id, partner_id, date_from)"
    " VALUES (%s, %s, %s, %s, NOW())", [scheme.id, scheme.segment_ids[0].id, env.company.id, partner.id]
)
env["crm.segment.action"].search([("name", "=", "News")])._take_members()
env.cr.commit()
"""
GONE = """
import json
action = env["crm.segment.action"].search([("name", "=", "News")])
values = action.read()[0]
job = env.ref("crm_segmentation.job_segment_actions")
assert job._run()
event = env["crm.segment.event"].search([("action_id", "=", action.id)])
print("@@", json.dumps([event.state, event.note, values["mailing_list"]]))
"""


def test_lists_are_filled_and_an_action_whose_app_is_gone_says_so(copy_of):
    database = copy_of(templates.suite(["crm_segmentation"]))
    install = ("-d", database, "-i", "mass_mailing", "-u", "crm_segmentation", "--test-tags", TESTS)
    log = odoo.run(*install, "--stop-after-init", "--http-port=0", log="mailing-lists.log")
    assert not odoo.alarms(log)
    assert int(re.search(r"0 failed, 0 error\(s\) of (\d+) tests", log).group(1)) > 20
    shell = ("shell", "-d", database, "--no-http", "--log-level=warn")
    odoo.run(*shell, script=MADE, log="mailing-lists-made.log")
    odoo.run("module", "uninstall", "mass_mailing", "-d", database, log="mailing-lists-uninstall.log")
    log = odoo.run(*shell, script=GONE, log="mailing-lists-gone.log")
    state, note, target = json.loads(log.split("@@ ")[1].splitlines()[0])
    assert state == "failed"
    assert "does not exist any more" in note
    assert not target
