"""A year of expenses, cost of goods and quotations for the demo customers, so that their profit tells a story."""

from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

MONTHS = 13
#: What is agreed; when it is paid stands in crm_demo_receipts.
DAYS_TO_PAY = 30
#: Demo customers -> share of the price that the goods cost, quotations a month. Customer 05 is large, presses the price
#: and orders in small lots; the small ones ask much and buy little.
SERVICE = {
    range(1, 5): (0.60, 3),
    range(5, 6): (0.82, 20),
    range(6, 13): (0.58, 1.8),
    range(13, 19): (0.55, 1.8),
    range(19, 25): (0.58, 0.7),
}
#: Account of the demo chart -> expense of a month, and how much it moves.
EXPENSES = {
    "expense_salary": (8600.0, 0.03),
    "expense_sales": (2300.0, 0.25),
    "expense_rent": (2500.0, 0.0),
    "expense_rd": (1900.0, 0.15),
}


class CrmDemo(models.AbstractModel):
    _inherit = "crm.demo"

    @api.model
    def _load_cost(self):
        """Post expenses, give the invoices their cost of goods, write the quotations; once, in the main company."""
        company = self.env.ref("base.main_company")
        accounts = {
            name: self.env.ref(f"account.{company.id}_{name}", raise_if_not_found=False)
            for name in (*EXPENSES, "cost_of_goods_sold", "stock_valuation", "current_liabilities")
        }
        pool = self.env.ref("crm_cost.pool_demo", raise_if_not_found=False)
        if pool or not all(accounts.values()):
            return
        self = self.with_company(company).with_context(tracking_disable=True, mail_create_nolog=True)
        self._load_expenses(company, accounts)
        customers = {number: self._customer(number) for number in range(1, 25)}
        self._load_goods(customers, accounts)
        self._load_quotations(customers)
        self._load_set_up(company, accounts)

    def _load_expenses(self, company, accounts):
        """Post one entry a month with the expenses of the company."""
        random = Random(50)
        today = fields.Date.today()
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "general")], limit=1
        )
        vals_list = []
        for back in range(MONTHS, -1, -1):
            day = today - relativedelta(months=back)
            lines = []
            for name, (amount, spread) in EXPENSES.items():
                amount = round(amount * random.uniform(1 - spread, 1 + spread), 2)
                lines.append({"account_id": accounts[name].id, "debit": amount})
            paid = round(sum(line["debit"] for line in lines), 2)
            lines.append({"account_id": accounts["current_liabilities"].id, "credit": paid})
            vals_list.append(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": day,
                    "ref": f"Expenses {day:%Y-%m}",
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
        self.env["account.move"].create(vals_list)._post(soft=False)

    def _load_goods(self, customers, accounts):
        """Give every invoice of the demo customers its cost of goods, as a perpetual stock valuation would."""
        shares = {customers[number].id: share for numbers, (share, _n) in SERVICE.items() for number in numbers}
        since = fields.Date.today() - relativedelta(months=MONTHS)
        moves = self.env["account.move"].search(
            [
                ("commercial_partner_id", "in", list(shares)),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("date", ">=", since),
            ]
        )
        moves.button_draft()
        for move in moves:
            move.invoice_date_due = move.invoice_date + relativedelta(days=DAYS_TO_PAY)
        lines = []
        for move in moves:
            cost = round(move.amount_untaxed_signed * shares[move.commercial_partner_id.id], 2)
            for account, balance in ((accounts["cost_of_goods_sold"], cost), (accounts["stock_valuation"], -cost)):
                lines.append(
                    {
                        "move_id": move.id,
                        "account_id": account.id,
                        "partner_id": move.commercial_partner_id.id,
                        "display_type": "cogs",
                        "product_id": move.invoice_line_ids.product_id[:1].id,
                        "name": "Demo Assortment",
                        "balance": balance,
                        "tax_ids": [Command.clear()],
                    }
                )
        self.env["account.move.line"].create(lines)
        moves._post(soft=False)

    def _load_quotations(self, customers):
        """Write the quotations the customers asked for."""
        random = Random(51)
        today = fields.Date.today()
        product = self.env["product.product"].search([("name", "=", "Demo Assortment")], limit=1)
        vals_list = []
        for numbers, (_share, monthly) in SERVICE.items():
            for number in numbers:
                for _quotation in range(round(monthly * MONTHS)):
                    day = today - relativedelta(days=random.randrange(MONTHS * 30))
                    vals_list.append(
                        {
                            "partner_id": customers[number].id,
                            "date_order": day,
                            "validity_date": day + relativedelta(days=30),
                            "state": "sent",
                            "user_id": customers[number].user_id.id,
                            "order_line": [Command.create({"product_id": product.id})],
                        }
                    )
        self.env["sale.order"].create(vals_list)

    def _load_set_up(self, company, accounts):
        """Set up the pool and the months as a finance user would."""
        pool = self.env["crm.cost.pool"].create(
            {
                "name": "Sales and service",
                "company_id": company.id,
                "people": 3.3,
                "account_ids": [Command.set((accounts["expense_salary"] | accounts["expense_sales"]).ids)],
                "activity_ids": [
                    Command.create(
                        {
                            "name": "Prepare an offer",
                            "measure_id": self.env.ref("crm_cost.measure_orders").id,
                            "minutes_per_unit": 225,
                            "channel": "order",
                            "term_ids": [
                                Command.create(
                                    {"name": "Each line", "kind": "lines", "field_path": "order_line", "minutes": 60}
                                )
                            ],
                        }
                    ),
                    Command.create(
                        {
                            "name": "Deliver and invoice",
                            "measure_id": self.env.ref("crm_segmentation.measure_invoices").id,
                            "minutes_per_unit": 90,
                            "channel": "invoice",
                        }
                    ),
                ],
            }
        )
        self.env["crm.cost.account.role"].create(
            {
                "account_id": accounts["expense_rd"].id,
                "company_id": company.id,
                "role": "kept_out",
                "reason": "Development is no service to a customer",
            }
        )
        self.env["ir.model.data"]._update_xmlids([{"xml_id": "crm_cost.pool_demo", "record": pool, "noupdate": True}])
        self.env["crm.cost.period"]._ensure_periods(company, months=12)
