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

# Two deliveries of 6 and 4, the larger one late, one piece back; two and a half hours of work; a mailing opened by
# address and by contact, and a test; three pages on two days; a seat booked, one used, one cancelled; a chat.
DOCUMENTS = """
from datetime import timedelta
import json
from odoo import Command, fields
now = fields.Datetime.now()
customer = env["res.partner"].create({"name": "Customer", "email": "customer@example.com"})
product = env["product.product"].create({"name": "Goods", "is_storable": True, "list_price": 10, "standard_price": 6})


def order(quantity):
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": quantity})],
        }
    )
    order.action_confirm()
    return order


def done(picking, quantity):
    picking.move_ids.quantity = quantity
    picking.move_ids.picked = True
    picking.button_validate()


late, early = order(6), order(4)
for each, hours in ((late, -2), (early, 2)):
    each.picking_ids.date_deadline = now + timedelta(hours=hours)
    done(each.picking_ids, each.order_line.product_uom_qty)
    each.picking_ids.date_deadline = now + timedelta(hours=hours)
returning = {"active_id": late.picking_ids.id, "active_ids": late.picking_ids.ids, "active_model": "stock.picking"}
wizard = env["stock.return.picking"].with_context(**returning).create({})
wizard.product_return_moves.quantity = 1
returned = env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
done(returned, 1)
project = env["project.project"].create({"name": "Project", "partner_id": customer.id, "allow_timesheets": True})
task = env["project.task"].create({"name": "Task", "project_id": project.id, "partner_id": customer.id})
employee = env["hr.employee"].create({"name": "Employee"})
work = {"name": "Work", "unit_amount": 2.5, "employee_id": employee.id}
env["account.analytic.line"].create({**work, "project_id": project.id, "task_id": task.id})
news = env["ir.model"]._get_id("mailing.contact")
mailing = env["mailing.mailing"].create({"subject": "News", "mailing_model_id": news})
trace = {"mass_mailing_id": mailing.id, "email": "customer@example.com", "open_datetime": now}
contact = {**trace, "model": "res.partner", "res_id": customer.id}
env["mailing.trace"].create(
    [
        {**trace, "model": "mailing.contact", "res_id": 1},
        {**contact, "links_click_datetime": now},
        {**contact, "is_test_trace": True},
    ]
)
website = env["website"].search([], limit=1)
visitor = env["website.visitor"].create(
    {"access_token": customer.id, "partner_id": customer.id, "website_id": website.id}
)
env["website.track"].create(
    [{"visitor_id": visitor.id, "visit_datetime": now - timedelta(days=days), "url": "/"} for days in (1, 1, 3)]
)
event = env["event.event"].create({"name": "Fair", "date_begin": now, "date_end": now + timedelta(days=1)})
env["event.registration"].create(
    [{"event_id": event.id, "partner_id": customer.id, "state": state} for state in ("open", "done", "cancel")]
)
channel = env["discuss.channel"].create(
    {"name": "Chat", "channel_type": "livechat", "livechat_operator_id": env.user.partner_id.id}
)
env["discuss.channel.member"].create(
    {"channel_id": channel.id, "partner_id": customer.id, "livechat_member_type": "visitor"}
)
env.flush_all()
figures = {}
for measure in env["crm.measure"].search([]).sorted(lambda m: m.kind == "ratio"):
    measure._refresh()
    theirs = [("measure_id", "=", measure.id), ("partner_id", "=", customer.id)]
    for value in env["crm.measure.value"].search(theirs):
        figures[measure.code] = value.quantity
print("@@", json.dumps(figures))
"""
FIGURES = {
    "deliveries": 2,
    "event_attendance": 1,
    "event_registrations": 2,
    "goods_delivered": 10,
    "goods_returned": 1,
    "live_chats": 1,
    "mailings_clicked": 1,
    "mailings_opened": 2,
    "margin": 40,
    "on_time_delivery": 50,
    "order_value": 100,
    "orders": 2,
    "quotations": 2,
    "quotations_accepted": 2,
    "quote_acceptance": 100,
    "return_rate": 10,
    "returns": 1,
    "tasks": 1,
    "timesheet_hours": 2.5,
    "website_pages": 3,
    "website_visits": 2,
}


def said(log):
    return json.loads(log.split("@@ ")[1].splitlines()[0])


def test_every_entry_works_beside_its_app(copy_of):
    database = copy_of(templates.suite(["crm_segmentation"]))
    shell = ("shell", "-d", database, "--no-http", "--log-level=warn")
    alone = set(said(odoo.run(*shell, script=OFFERED, log="catalogue-alone.log")))
    assert not alone & THEIRS
    log = odoo.run("-d", database, "-i", ",".join(APPS), "--stop-after-init", "--no-http", log="catalogue-apps.log")
    assert not odoo.alarms(log)
    log = odoo.run(*shell, script=CREATED, log="catalogue-created.log")
    assert not odoo.alarms(log)
    assert set(said(log)) >= alone | THEIRS
    log = odoo.run(*shell, script=DOCUMENTS, log="catalogue-documents.log")
    assert said(log) == FIGURES
