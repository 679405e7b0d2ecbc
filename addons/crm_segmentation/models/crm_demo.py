"""Two years of invoices for the demo customers, dated relative to today. Loaded with demo data only."""

from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

MONTHS = 24
#: Demo customers -> (first and last month of history counted back, purchases a month, size of a purchase).
HISTORIES = {
    range(1, 5): (MONTHS, 0, 2.0, 5200),
    range(5, 6): (MONTHS, 0, 4.0, 2300),
    range(6, 13): (MONTHS, 0, 0.8, 1900),
    range(13, 19): (MONTHS, 0, 0.5, 420),
    range(19, 21): (MONTHS, 5, 1.0, 1500),
    range(21, 23): (MONTHS, 14, 1.0, 1300),
    range(23, 24): (2, 0, 1.0, 900),
}
#: Share of the invoices that are followed by a credit note; customer 05 returns goods far more often.
RETURNS = {5: 0.22}
RETURN_SHARE = 0.04


class CrmDemo(models.AbstractModel):
    _name = "crm.demo"
    _description = "Demo History"

    @api.model
    def _load_invoices(self):
        """Create and post the invoices and credit notes, once, in the main company when it has a chart of accounts."""
        company = self.env.ref("base.main_company")
        customers = {number: self._customer(number) for number in range(1, 24)}
        move = self.env["account.move"].with_company(company).with_context(tracking_disable=True)
        known = move.search_count([("commercial_partner_id", "in", [c.id for c in customers.values()])], limit=1)
        if known or not company.chart_template:
            return
        product = self.env["product.product"].create({"name": "Demo Assortment", "type": "consu", "list_price": 100.0})
        vals_list = []
        for history, settings in HISTORIES.items():
            for number in history:
                vals_list += self._invoice_values(customers[number], number, product, *settings)
        moves = move.create(vals_list)
        moves._post(soft=False)

    def _customer(self, number):
        return self.env.ref(f"crm_segmentation.partner_demo_{number:02d}")

    def _invoice_values(self, customer, number, product, start, end, monthly, size):
        """Return the values of one customer's invoices; the same for every run on the same day."""
        random = Random(number)
        today = fields.Date.today()
        result = []
        owed = 0.0
        for back in range(start, end - 1, -1):
            owed += monthly
            while owed >= 1:
                owed -= 1
                day = today - relativedelta(months=back, days=random.randrange(27))
                amount = round(size * random.uniform(0.6, 1.5), 2)
                result.append(self._move_values("out_invoice", customer, product, day, amount))
                returns = random.random() < RETURNS.get(number, RETURN_SHARE)
                if returns and day + relativedelta(days=6) <= today:
                    result.append(
                        self._move_values("out_refund", customer, product, day + relativedelta(days=6), amount / 4)
                    )
        return result

    def _move_values(self, move_type, customer, product, day, amount):
        line = {
            "product_id": product.id,
            "quantity": 1,
            "price_unit": round(amount, 2),
            "tax_ids": [Command.clear()],
        }
        return {
            "move_type": move_type,
            "partner_id": customer.id,
            "invoice_date": day,
            "invoice_user_id": customer.user_id.id,
            "invoice_line_ids": [Command.create(line)],
        }
