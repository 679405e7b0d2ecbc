"""The indicator catalogue next to the apps it knows: everything it offers is created and computed."""

import json

from lib import odoo, templates

APPS = (
    "stock",
    "sale_stock",
    "sale_margin",
    "project",
    "hr_timesheet",
    "mass_mailing",
    "website",
    "im_livechat",
    "point_of_sale",
    "event_sale",
    "survey",
)
# What only these apps make possible.
THEIRS = {
    "deliveries",
    "event_attendance",
    "event_registrations",
    "goods_delivered",
    "goods_returned",
    "live_chats",
    "mailings_clicked",
    "mailings_opened",
    "margin",
    "on_time_delivery",
    "pos_orders",
    "pos_revenue",
    "return_rate",
    "returns",
    "survey_answers",
    "tasks",
    "timesheet_hours",
    "website_pages",
    "website_visits",
}
OFFERED = """
import json
print("@@", json.dumps(sorted(env["crm.measure.catalogue"]._entries())))
"""
# As an administrator, and not as the system: rights count.
CREATED = """
import json
admin = env(user=env.ref("base.user_admin"))
catalogue = admin["crm.measure.catalogue"]
catalogue._create_measures(list(catalogue._entries()))
measures = env["crm.measure"].search([])
for measure in measures.sorted(lambda m: m.kind == "ratio"):
    measure._refresh()
    assert "alert-warning" not in admin["crm.measure"].browse(measure.id).preview_html, measure.code
env.cr.commit()
print("@@", json.dumps(measures.mapped("code")))
"""


def said(log):
    return set(json.loads(log.split("@@ ")[1].splitlines()[0]))


def test_every_entry_works_beside_its_app(copy_of):
    database = copy_of(templates.suite(["crm_segmentation"]))
    shell = ("shell", "-d", database, "--no-http", "--log-level=warn")
    alone = said(odoo.run(*shell, script=OFFERED, log="catalogue-alone.log"))
    assert not alone & THEIRS
    log = odoo.run("-d", database, "-i", ",".join(APPS), "--stop-after-init", "--no-http", log="catalogue-apps.log")
    assert not odoo.alarms(log)
    log = odoo.run(*shell, script=CREATED, log="catalogue-created.log")
    assert not odoo.alarms(log)
    assert said(log) >= alone | THEIRS
