from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .test_refresh import RefreshCommon


@tagged("post_install", "-at_install")
class TestRefreshTime(RefreshCommon):
    """What changes without any document: the day, where the company is, and the rate of a currency."""

    def move_on(self, date):
        """Date an invoice, as an import from the company's own clock would."""
        move = self.invoice(self.acme, 100, post=False)
        move.write({"invoice_date": date, "date": date})
        move.action_post()
        return move

    def test_the_day_begins_where_the_company_is(self):
        # Auckland is 13 hours ahead of the clock of the server in its summer.
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-12-09 09:00:00"):
            self.move_on("2026-12-10")
            self.night()
            value = self.value(self.revenue, self.acme)
            self.assertEqual((value.documents, value.quantity), (0, 0), "it is still the ninth there")
            self.assertEqual(str(value.next_edge), "2026-12-10")
        with freeze_time("2026-12-09 10:59:59"):
            self.assertEqual(self.night()[0], 0)
        with freeze_time("2026-12-09 11:00:00"):
            self.night()
            self.assertEqual(self.value(self.revenue, self.acme).quantity_window, 100)
            self.assertCurrent(self.measures)

    def test_the_last_day_of_the_window_ends_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Honolulu"  # ten hours behind
        with freeze_time("2026-03-01 12:00:00"):
            self.move_on("2026-03-01")
            self.night()
        with freeze_time("2027-03-01 09:59:00"):
            self.night()
            self.assertEqual(self.value(self.revenue, self.acme).quantity_window, 100, "the 365th day there")
        with freeze_time("2027-03-01 10:00:00"):
            self.night()
            value = self.value(self.revenue, self.acme)
            self.assertEqual((value.quantity_window, value.quantity_before), (0, 100))
            self.assertCurrent(self.measures)

    def test_a_document_at_an_hour_that_comes_twice(self):
        """When summer time ends in Berlin, 02:30 comes twice; both belong to the same day, and none is lost."""
        self.company.partner_id.tz = "Europe/Berlin"
        orders = self.measure("Orders", "sale.order", date_field="date_order", aggregate="days")
        with freeze_time("2026-10-26 12:00:00"):
            for moment in ("2026-10-25 00:30:00", "2026-10-25 01:30:00", "2026-10-24 22:30:00", "2026-10-25 22:59:59"):
                self.env["sale.order"].create(
                    {"partner_id": self.acme.id, "date_order": datetime.fromisoformat(moment)}
                )
            self.night()
            value = self.value(orders, self.acme)
            self.assertEqual((value.quantity, value.documents), (1, 4))
            self.assertEqual(str(value.first_date), "2026-10-25")

    def test_another_rate_means_other_amounts(self):
        foreign = self.env["res.currency"].create({"name": "CRN", "symbol": "c"})
        rate = self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "rate": 2, "currency_id": foreign.id, "company_id": self.company.root_id.id}
        )
        pricelist = self.env["product.pricelist"].create({"name": "Foreign", "currency_id": foreign.id})
        product = self.env["product.product"].create({"name": "Thing", "list_price": 0})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.acme.id,
                "pricelist_id": pricelist.id,
                "order_line": [Command.create({"product_id": product.id, "price_unit": 100, "tax_ids": False})],
            }
        )
        self.assertEqual(order.currency_id, foreign)
        amounts = self.measure(
            "Ordered", "sale.order", date_field="date_order", aggregate="sum", value_field="amount_untaxed"
        )
        self.night()
        self.assertAlmostEqual(self.value(amounts, self.acme).quantity, 50)
        rate.rate = 4
        self.night()
        self.assertAlmostEqual(self.value(amounts, self.acme).quantity, 25)
        rate.unlink()
        self.night()
        self.assertFalse(self.value(amounts, self.acme).quantity, "without a rate the amount is not known")
        self.assertEqual(amounts.missing_rate_ids.mapped("currency_id"), foreign)
