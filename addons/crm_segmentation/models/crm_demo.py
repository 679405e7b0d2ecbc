"""Two years of invoices, orders and meetings for the demo customers, dated relative to today. With demo data only."""

from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

from .crm_customer_relationship import RELATIONSHIP_CODES

MONTHS = 24
#: Demo customers -> what they did: (first and last month counted back, purchases a month, size of a purchase).
HISTORIES = {
    range(1, 5): [(MONTHS, 0, 2.0, 5200)],
    range(5, 6): [(MONTHS, 0, 4.0, 2300)],
    range(6, 13): [(MONTHS, 0, 0.8, 1900)],
    range(13, 17): [(MONTHS, 0, 0.5, 420)],
    # Lost for a year, and back with one purchase
    range(17, 19): [(MONTHS, 12, 1.0, 420), (0, 0, 1.0, 420)],
    # Cooling: every three months, silent for about half a year
    range(19, 21): [(MONTHS + 1, 7, 1 / 3, 1500)],
    range(21, 23): [(MONTHS, 14, 1.0, 1300)],
    range(23, 24): [(0, 0, 1.0, 900)],
}
#: Share of the invoices that are followed by a credit note; customer 05 returns goods far more often.
RETURNS = {5: 0.22}
RETURN_SHARE = 0.04
#: Close customers buy from the whole range at full price and meet us; the others want a discount on one kind of goods.
CLOSE = {1, 2, 3, 4, 6, 7, 8}
DISCOUNTS = {5: 20, 9: 10, 10: 15, 11: 15, 12: 10}
PRODUCTS = ("Demo Assortment", "Demo Spare Parts", "Demo Training", "Demo Maintenance")
#: Last invoices of customers 1 to 12 that come from a sales order, and their two prices by turns.
ORDERS = 8
PRICES = (100.0, 120.0)


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
        products = self._create_products()
        invoices = []
        for history, phases in HISTORIES.items():
            for number in history:
                invoices += self._invoice_values(customers[number], number, products, phases)
        self._load_orders(company, invoices)
        moves = move.create([values for _number, values in invoices])
        moves._post(soft=False)
        self._load_meetings(customers)
        self.env["crm.measure.catalogue"]._create_measures(RELATIONSHIP_CODES)

    def _create_products(self):
        """Create one product of each kind; what was delivered is not counted, so that nothing waits for an invoice."""
        categories = self.env["product.category"].create([{"name": name} for name in PRODUCTS])
        return self.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "service",
                    "list_price": PRICES[0],
                    "categ_id": category.id,
                    "invoice_policy": "delivery",
                    "taxes_id": [Command.clear()],
                }
                for name, category in zip(PRODUCTS, categories, strict=True)
            ]
        )

    def _customer(self, number):
        return self.env.ref(f"crm_segmentation.partner_demo_{number:02d}")

    def _invoice_values(self, customer, number, products, phases):
        """Return (number, values) of one customer's invoices; the same for every run on the same day."""
        random = Random(number)
        today = fields.Date.today()
        result = []
        for start, end, monthly, size in phases:
            owed = 0.0
            for back in range(start, end - 1, -1):
                owed += monthly
                while owed >= 0.999:
                    owed -= 1
                    day = today - relativedelta(months=back, days=random.randrange(27))
                    amount = round(size * random.uniform(0.6, 1.5), 2)
                    product = products[len(result) % len(products)] if number in CLOSE else products[0]
                    discount = DISCOUNTS.get(number, 0)
                    values = self._move_values("out_invoice", customer, product, day, amount, discount)
                    result.append((number, values))
                    returns = random.random() < RETURNS.get(number, RETURN_SHARE)
                    back_on = day + relativedelta(days=6)
                    if returns and back_on <= today:
                        values = self._move_values("out_refund", customer, product, back_on, amount / 4, discount)
                        result.append((number, values))
        return result

    def _move_values(self, move_type, customer, product, day, amount, discount):
        """Return the values of an invoice of ``amount`` after the discount."""
        line = {
            "product_id": product.id,
            "quantity": 1,
            "price_unit": round(amount / (1 - discount / 100), 2),
            "discount": discount,
            "tax_ids": [Command.clear()],
        }
        return {
            "move_type": move_type,
            "partner_id": customer.id,
            "invoice_date": day,
            "invoice_user_id": customer.user_id.id,
            "invoice_line_ids": [Command.create(line)],
        }

    def _load_orders(self, company, invoices):
        """Let the last invoices of the larger customers come from sales orders, at prices that change by turns.

        Whoever wants a discount buys far less when the price is up; the close ones buy what they need.
        """
        vals_list, lines, days = [], [], []
        for wanted in range(1, 13):
            mine = [v for number, v in invoices if number == wanted and v["move_type"] == "out_invoice"]
            last = sorted(mine, key=lambda v: v["invoice_date"])[-ORDERS:]
            usual = sum(v["invoice_line_ids"][0][2]["price_unit"] for v in last) / len(last)
            for turn, values in enumerate(last):
                line = values["invoice_line_ids"][0][2]
                price = PRICES[turn % 2]
                quantity = (3 * usual + line["price_unit"]) / 4 / PRICES[0]
                if wanted in DISCOUNTS and price > PRICES[0]:
                    quantity *= 0.6
                line.update(price_unit=price, quantity=round(quantity), product_id=self._first_product(invoices))
                sold = {
                    "product_id": line["product_id"],
                    "product_uom_qty": line["quantity"],
                    "price_unit": price,
                    "discount": line["discount"],
                }
                vals_list.append({"partner_id": values["partner_id"], "order_line": [Command.create(sold)]})
                lines.append(line)
                days.append(values["invoice_date"])
        orders = self.env["sale.order"].with_company(company).with_context(tracking_disable=True).create(vals_list)
        orders.action_confirm()
        for order, line, day in zip(orders, lines, days, strict=True):
            order.date_order = day
            line["sale_line_ids"] = [Command.set(order.order_line.ids)]

    def _first_product(self, invoices):
        return invoices[0][1]["invoice_line_ids"][0][2]["product_id"]

    def _load_meetings(self, customers):
        """Meet the close customers every other month, and one of the others once."""
        now = fields.Datetime.now()
        vals_list = []
        for number, backs in [*((number, range(1, 20, 2)) for number in sorted(CLOSE)), (9, range(5, 6))]:
            contact = self.env.ref(f"crm_segmentation.partner_demo_{number:02d}_contact")
            user = customers[number].user_id
            for back in backs:
                start = now - relativedelta(months=back, days=number)
                vals_list.append(
                    {
                        "name": "Review",
                        "start": start,
                        "stop": start + relativedelta(hours=1),
                        "user_id": user.id,
                        "partner_ids": [Command.set([contact.id, user.partner_id.id])],
                    }
                )
        quiet = {"no_mail_to_attendees": True, "dont_notify": True, "tracking_disable": True}
        self.env["calendar.event"].with_context(**quiet).create(vals_list)
