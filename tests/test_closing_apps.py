"""The checklist before a closing next to stock and timesheets: what was delivered when, who recorded nothing."""

import json

from lib import odoo, templates

APPS = "hr_timesheet,sale_stock,stock_account"
# Delivered on the last day and never invoiced; delivered the day after; delivered and invoiced too late.
# One employee recorded time before and in the month, the other one before only.
DOCUMENTS = """
import json
from datetime import datetime, timedelta
from odoo import Command, fields
company = env.company
period = env["crm.cost.period"].create({"company_id": company.id})
first, last = period.date_from, period.date_to
before, after = fields.Date.subtract(first, days=20), fields.Date.add(last, days=1)
project = env["project.project"].create({"name": "Project"})
silent, steady = env["hr.employee"].create([{"name": "Silent"}, {"name": "Steady"}])
env["account.analytic.line"].create([
    {"name": "Work", "project_id": project.id, "employee_id": employee.id, "date": day, "unit_amount": 1}
    for employee, day in ((silent, before), (steady, before), (steady, first))
])
box = {"name": "Box", "is_storable": True, "invoice_policy": "delivery", "list_price": 10}
product = env["product.product"].create(box)
stock = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).lot_stock_id
env["stock.quant"]._update_available_quantity(product, stock, 100)
partner = env["res.partner"].create({"name": "Customer"})

def delivered(day):
    line = Command.create({"product_id": product.id, "product_uom_qty": 5})
    order = env["sale.order"].create({"partner_id": partner.id, "order_line": [line]})
    order.action_confirm()
    order.date_order = datetime.combine(first, datetime.min.time())
    order.picking_ids.move_ids.write({"quantity": 5, "picked": True})
    order.picking_ids.button_validate()
    order.picking_ids.move_ids.write({"date": datetime.combine(day, datetime.min.time()) + timedelta(hours=9)})
    return order

owed, later, late = delivered(last), delivered(after), delivered(last)
late._create_invoices()
late.invoice_ids.invoice_date = after
late.invoice_ids.action_post()
period._compute_period()

def found(code):
    env.flush_all()
    period._run_checks()
    result = period.check_ids.filtered(lambda result: result.check_id.code == code)
    action = result.action_open()
    return env[action["res_model"]].search(action["domain"]) if code != "stock" else result.count

answers = {
    "owed": (found("not_invoiced") == (owed | late).order_line),
    "ahead": len(found("not_delivered")),
    "silent": found("timesheet") == silent,
    "stock open": found("stock"),
}
account = env["account.account"].search([("account_type", "=", "asset_current")], limit=1)
lines = [Command.create({"account_id": account.id, "balance": balance}) for balance in (5, -5)]
closing = env["account.move"].create({"move_type": "entry", "date": last, "line_ids": lines})
closing.action_post()
company._save_closing_id(closing.id)
answers["stock closed"] = found("stock")
period._close("Signed")
answers["broken"] = period._verify()
print("@@", json.dumps(answers))
"""
ANSWERS = {"owed": True, "ahead": 0, "silent": True, "stock open": 1, "stock closed": 0, "broken": []}


def test_checklist_counts_deliveries_timesheets_and_stock(copy_of):
    database = copy_of(templates.suite(["crm_cost"]))
    log = odoo.run("-d", database, "-i", APPS, "--stop-after-init", "--no-http", log="closing-apps.log")
    assert not odoo.alarms(log)
    shell = ("shell", "-d", database, "--no-http", "--log-level=warn")
    log = odoo.run(*shell, script=DOCUMENTS, log="closing-documents.log")
    assert json.loads(log.split("@@ ")[1].splitlines()[0]) == ANSWERS
