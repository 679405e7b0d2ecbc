from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..models.sale_order_discount import PAID_ONLINE
from .common_policy import PolicyCommon


class TestDiscountAbuse(PolicyCommon):
    """Ways around the ceiling that need no approval, on screen and by calls to the server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold.write({"policy_limits_discount": True, "policy_discount_ceiling": 10})
        cls.enter(cls.gold, cls.partner)
        cls.product = cls.env["product.product"].create({"name": "Chair", "list_price": 100, "taxes_id": False})
        cls.goodwill = cls.env["product.product"].create({"name": "Goodwill", "list_price": 0, "taxes_id": False})
        cls.free = cls.customer("Without a ceiling")
        cls.company.crm_discount_check = "block"

    def order(self, discount=0.0, partner=None, line=None, context=None, **values):
        line = {"product_id": self.product.id, "product_uom_qty": 2, "discount": discount, **(line or {})}
        orders = self.env["sale.order"].with_user(self.seller).with_company(self.company)
        partner = partner or self.partner
        return orders.with_context(**(context or {})).create(
            {"partner_id": partner.id, "user_id": self.seller.id, "order_line": [Command.create(line)], **values}
        )

    def assertRefused(self, order):
        with self.assertRaises(UserError) as refused:
            order.action_confirm()
        self.assertIn("at most 10 %", str(refused.exception))

    def test_an_approval_does_not_follow_the_order_to_another_customer(self):
        other = self.customer("Another", user_id=self.seller.id)
        self.enter(self.gold, other)
        order = self.order(20)
        dialogue = order.with_user(self.boss).action_approve_discount()
        approve = self.env["crm.discount.approve"].with_user(self.boss).browse(dialogue["res_id"])
        approve.reason = "A new branch"
        approve.action_approve()
        order.partner_id = other
        with self.assertRaises(UserError):
            order.action_confirm()
        order.partner_id = self.partner
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_line_with_a_negative_price_is_a_discount_on_the_whole_order(self):
        order = self.order()
        with Form(order) as form, form.order_line.new() as line:
            line.product_id = self.goodwill
            line.price_unit = -50
        self.assertEqual(order.discount_notice, "Chair: 25 %, at most 10 %")
        self.assertRefused(order)
        order.order_line[-1].price_unit = -20
        order.action_confirm()
        with self.assertRaises(UserError):
            order.order_line[-1].price_unit = -30

    def test_what_comes_back_is_no_discount(self):
        order = self.order()
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": -1})]
        order.action_confirm()
        self.assertEqual((order.state, order.amount_untaxed), ("sale", 100))

    def test_nobody_writes_what_is_usual(self):
        order = self.order()
        order.order_line.write({"price_unit": 50, "technical_price_unit": 50})
        self.assertEqual(order.order_line.technical_price_unit, 100)
        self.assertRefused(order)
        order = self.order()
        order.order_line.write({"price_unit": 50, "technical_price_unit": 50, "product_uom_qty": 3})
        self.assertRefused(order)
        order = self.order(line={"price_unit": 50, "technical_price_unit": 50})
        self.assertRefused(order)
        order = self.order(line={"price_unit": 50})
        self.assertRefused(order)
        order = self.order(line={"price_unit": 90})
        order.action_confirm()
        for values in ({"price_unit": 50, "technical_price_unit": 50}, {"technical_price_unit": 50, "price_unit": 50}):
            with self.assertRaises(UserError):
                order.order_line.write(values)
        with self.assertRaises(UserError):
            order.order_line = [Command.create({"product_id": self.product.id, "price_unit": 50})]

    def test_an_import_obeys_the_ceiling_too(self):
        rows = [["Imported", self.partner.name, self.product.name, "50"]]
        names = ["name", "partner_id", "order_line/product_id", "order_line/price_unit"]
        result = self.env["sale.order"].with_user(self.seller).with_company(self.company).load(names, rows)
        self.assertFalse(result["messages"])
        self.assertRefused(self.env["sale.order"].with_user(self.seller).browse(result["ids"]))

    def test_companies_that_do_not_check_keep_what_was_written(self):
        self.company.crm_discount_check = False
        order = self.order(line={"price_unit": 50})
        self.assertEqual(order.order_line.technical_price_unit, 50)

    def test_the_price_of_an_offer_stays_usual_when_the_pricelist_rises(self):
        order = self.order()
        self.product.list_price = 150
        order.order_line.write({"price_unit": 95, "technical_price_unit": 95})
        self.assertEqual(order.order_line.technical_price_unit, 100)
        order.action_confirm()

    def test_updated_prices_are_the_new_usual_ones(self):
        order = self.order()
        self.product.list_price = 80
        order.action_update_prices()
        self.assertEqual((order.order_line.price_unit, order.order_line.technical_price_unit), (80, 80))
        order.action_confirm()

    def test_an_offer_is_not_passed_on_to_another_customer(self):
        order = self.order(50, partner=self.free)
        order.action_quotation_sent()
        order.partner_id = self.partner
        order.order_line.discount = 50
        self.assertRefused(order)
        confirmed = self.order(50, partner=self.free)
        confirmed.action_confirm()
        with self.assertRaises(UserError):
            confirmed.partner_id = self.partner
        contact = self.customer("Somebody", is_company=False, parent_id=self.free.id)
        offered = self.order(50, partner=self.free)
        offered.action_quotation_sent()
        offered.partner_id = contact
        self.assertEqual(offered.sudo().offered_discount, 50, "the same customer")

    def test_paying_later_offers_nothing(self):
        """A transfer that is announced marks the quotation as sent; nobody approved it by that."""
        order = self.order(50)
        order.with_user(self.env.ref("base.public_user")).sudo().with_context(
            crm_paid_online=PAID_ONLINE
        ).action_quotation_sent()
        self.assertEqual(order.state, "sent")
        self.assertFalse(order.sudo().offered_discount)
        self.assertRefused(order)

    def test_goods_do_not_pass_as_a_down_payment(self):
        order = self.order(90)
        order.order_line.is_downpayment = True
        self.assertRefused(order)

    def test_what_was_offered_comes_from_nobody_else(self):
        for attempt in (
            lambda: self.order(50, context={"default_offered_discount": 100}),
            lambda: self.order(50).copy({"offered_discount": 100}),
            lambda: self.order(50, offered_discount=100),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_fractions_of_the_last_digit_are_no_excess(self):
        self.gold.policy_discount_ceiling = 33.33
        self.order(33.333).action_confirm()
        self.order(line={"price_unit": 66.67}).action_confirm()
        self.assertTrue(self.order(33.34).discount_notice)
