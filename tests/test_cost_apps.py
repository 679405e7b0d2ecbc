"""Customer profit next to the apps it knows: deliveries, sales margin, purchases, projects, expenses."""

import json

from lib import odoo, templates

APPS = ("sale_stock", "sale_margin", "sale_purchase", "sale_project", "sale_expense")

# Ten pieces at a cost of 6 delivered and invoiced, two more at 8 delivered only, one of them back; a service bought for
# an order, a bill on a project, an expense paid by the company for an order.
DOCUMENTS = """
import json
from odoo import Command, fields
company = env.company
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
today = fields.Date.today()
sold_to, asked, built = env["res.partner"].create([{"name": name, "is_company": True} for name in "ABC"])
vendor = env["res.partner"].create({"name": "Vendor", "is_company": True})
goods = env["product.product"].create(
    {"name": "Goods", "is_storable": True, "list_price": 10, "standard_price": 6, "invoice_policy": "order"}
)
service = env["product.product"].create(
    {
        "name": "Installation",
        "type": "service",
        "service_to_purchase": True,
        "list_price": 50,
        "invoice_policy": "order",
        "seller_ids": [Command.create({"partner_id": vendor.id, "price": 30})],
    }
)


def order(partner, product, quantity):
    line = {"product_id": product.id, "product_uom_qty": quantity, "tax_ids": [Command.clear()]}
    made = env["sale.order"].create({"partner_id": partner.id, "order_line": [Command.create(line)]})
    made.action_confirm()
    return made


def done(picking, quantity):
    picking.move_ids.quantity = quantity
    picking.move_ids.picked = True
    picking.button_validate()


def posted(move):
    move.write({"invoice_date": today, "date": today})
    move.action_post()
    return move


first = order(sold_to, goods, 10)
done(first.picking_ids, 10)
posted(first._create_invoices())
goods.standard_price = 8
second = order(sold_to, goods, 2)
done(second.picking_ids, 2)
returning = {"active_id": second.picking_ids.id, "active_ids": second.picking_ids.ids, "active_model": "stock.picking"}
wizard = env["stock.return.picking"].with_context(**returning).create({})
wizard.product_return_moves.quantity = 1
done(env["stock.picking"].browse(wizard.action_create_returns()["res_id"]), 1)

spent = env["account.account"].create(
    {"name": "Bought", "code": "CRMX", "account_type": "expense", "company_ids": [Command.set(company.ids)]}
)
env["crm.cost.direct"].create({"name": "Bought", "kind": "other", "account_ids": [Command.set(spent.ids)]})
asking = order(asked, service, 1)
purchase = env["purchase.order"].search([("partner_id", "=", vendor.id)])
purchase.button_confirm()
purchase.order_line.qty_received = 1
purchase.action_create_invoice()
bill = purchase.invoice_ids
bill.invoice_line_ids.write({"account_id": spent.id, "tax_ids": [Command.clear()]})
posted(bill)
project = env["project.project"].create({"name": "Plant", "partner_id": built.id})
project._create_analytic_account()
project.account_id.partner_id = False  # the customer of the project is what is left
site = env["account.move"].create(
    {
        "move_type": "in_invoice",
        "partner_id": vendor.id,
        "invoice_line_ids": [
            Command.create(
                {
                    "name": "Site",
                    "price_unit": 45,
                    "quantity": 1,
                    "account_id": spent.id,
                    "tax_ids": [Command.clear()],
                    "analytic_distribution": {str(project.account_id.id): 100},
                }
            )
        ],
    }
)
posted(site)
employee = env["hr.employee"].create({"name": "Employee"})
travel = env["product.product"].create({"name": "Travel", "type": "service", "can_be_expensed": True})
expense = env["hr.expense"].create(
    {
        "name": "Travel",
        "product_id": travel.id,
        "employee_id": employee.id,
        "payment_mode": "company_account",
        "total_amount_currency": 12,
        "account_id": spent.id,
        "tax_ids": [Command.clear()],
        "sale_order_id": asking.id,
        "date": today,
    }
)
expense.action_submit()
expense.action_approve()
expense.action_post()

period = env["crm.cost.period"].create({"company_id": company.id, "date_from": today})
setting = env["crm.cost.setting"]._ensure(company)
figures = {}
for source in ("ledger", "standard", "valuation", "margin"):
    setting.goods_source = source
    period._compute_period()
    assert not period.difference, (source, period.difference)
    assert not any(period.reconciliation_ids.mapped("difference")), source
    figures[source] = [period.cost_of_goods, period.variance]
    if source == "standard":
        line = period.line_ids.filtered(lambda line: line.level == "cost_of_goods" and line.partner_id == sold_to)
        action = line.action_open_source()
        figures["opens"] = [action["res_model"], env[action["res_model"]].search_count(action["domain"])]
figures["direct"] = {}
for line in period.line_ids.filtered(lambda line: line.role == "direct"):
    key = f"{line.partner_id.name}, {line.found_by}"
    figures["direct"][key] = figures["direct"].get(key, 0) + line.amount
print("@@", json.dumps(figures))
"""
FIGURES = {
    "ledger": [0, 0],
    # 10 x 6 + 2 x 8 - 1 x 8; nothing of it is in the ledger of a company that values its stock at closing.
    "standard": [-68, 68],
    "valuation": [-60, 60],
    "margin": [-60, 60],
    "opens": ["stock.move", 3],
    "direct": {"B, order": -42, "C, order": -45},
}


def test_goods_and_direct_costs_beside_their_apps(copy_of):
    database = copy_of(templates.suite(["crm_cost"]))
    log = odoo.run("-d", database, "-i", ",".join(APPS), "--stop-after-init", "--no-http", log="cost-apps.log")
    assert not odoo.alarms(log)
    log = odoo.run("shell", "-d", database, "--no-http", "--log-level=warn", script=DOCUMENTS, log="cost-documents.log")
    found = json.loads(log.split("@@ ")[1].splitlines()[0])
    assert found == FIGURES
