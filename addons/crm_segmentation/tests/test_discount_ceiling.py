from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common_policy import PolicyCommon


class TestDiscountCeiling(PolicyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold.write({"policy_limits_discount": True, "policy_discount_ceiling": 10})
        cls.enter(cls.gold, cls.partner)
        cls.contact = cls.customer("Somebody", is_company=False, parent_id=cls.partner.id)
        cls.product = cls.env["product.product"].create({"name": "Chair", "list_price": 100, "taxes_id": False})
        cls.public = cls.env.ref("base.public_user")

    def order(self, discount=0.0, user=None, partner=None, **values):
        line = {"product_id": self.product.id, "product_uom_qty": 2, "discount": discount}
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.contact).id,
                "company_id": self.company.id,
                "user_id": self.seller.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )
        self.env.flush_all()
        return order.with_user(user or self.seller).with_company(self.company)

    def check(self, mode):
        self.company.crm_discount_check = mode

    def approve(self, order, reason="A new branch", user=None):
        dialogue = order.with_user(user or self.boss).action_approve_discount()
        approve = self.env["crm.discount.approve"].with_user(user or self.boss).browse(dialogue["res_id"])
        approve.reason = reason
        return approve.action_approve()

    def test_nothing_is_checked_until_somebody_switches_it_on(self):
        order = self.order(90)
        self.assertFalse(order.discount_check)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_warning_names_the_lines_and_stops_nothing(self):
        self.check("warn")
        self.assertFalse(self.order(10).discount_check, "the ceiling itself is allowed")
        order = self.order(10.01)
        self.assertEqual(order.discount_check, "warn")
        self.assertEqual(order.discount_notice, "Chair: 10.01 %, at most 10 %")
        order.action_confirm()
        self.assertFalse(order.discount_check, "nothing to say about an order that is confirmed")

    def test_banner_follows_what_is_typed(self):
        self.check("warn")
        self.env.ref("base.group_user").implied_ids += self.env.ref("sale.group_discount_per_so_line")
        order = self.order(5)
        with Form(order) as form:
            self.assertFalse(form.discount_check)
            with form.order_line.edit(0) as line:
                line.discount = 30
            self.assertEqual(form.discount_check, "warn")

    def test_refused_to_send_and_to_confirm_in_every_way(self):
        self.check("block")
        attempts = {
            "confirm": lambda order: order.action_confirm(),
            "send": lambda order: order.action_quotation_send(),
            "mark": lambda order: order.action_quotation_sent(),
            "write": lambda order: order.write({"state": "sale"}),
            "write_sent": lambda order: order.write({"state": "sent"}),
            "mailed": lambda order: order.with_context(mark_so_as_sent=True).message_post(body="Here"),
            "forged": lambda order: order.with_context(crm_paid_online=True).action_confirm(),
        }
        for user in (self.seller, self.boss):
            for way, attempt in attempts.items():
                order = self.order(20, user)
                with self.subTest(user=user.login, way=way), self.assertRaises(UserError) as refused:
                    attempt(order)
                self.assertIn("Chair: 20 %, at most 10 %", str(refused.exception))
        values = {
            "partner_id": self.partner.id,
            "state": "sale",
            "order_line": [Command.create({"product_id": self.product.id, "discount": 20})],
        }
        with self.assertRaises(UserError):
            self.env["sale.order"].with_user(self.seller).with_company(self.company).create(values)
        self.order(10).action_confirm()

    def test_approval_takes_a_reason_and_covers_that_much(self):
        self.check("block")
        order = self.order(20)
        self.assertEqual(order.discount_check, "block")
        with self.assertRaises(UserError):
            self.approve(order, reason="  ")
        self.approve(order)
        self.assertEqual(order.discount_check, "approved")
        approval = order.discount_approval_ids
        self.assertRecordValues(
            approval, [{"user_id": self.boss.id, "reason": "A new branch", "discount": 20, "ceiling": 10}]
        )
        self.assertIn("A new branch", order.message_ids[0].body)
        order.order_line.discount = 25
        with self.assertRaises(UserError):
            order.action_confirm()
        order.order_line.discount = 15
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_only_those_may_approve_who_were_given_the_right(self):
        self.check("block")
        order = self.order(20)
        with self.assertRaises(AccessError):
            order.action_approve_discount()
        dialogue = order.with_user(self.boss).action_approve_discount()["res_id"]
        with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
            self.env["crm.discount.approve"].with_user(self.seller).browse(dialogue).action_approve()
        approvals = self.env["crm.discount.approval"]
        values = {
            "order_id": order.id,
            "company_id": self.company.id,
            "user_id": self.boss.id,
            "reason": "Mine",
            "discount": 99,
        }
        for user in (self.seller, self.boss):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                approvals.with_user(user).create(values)
        self.approve(order)
        with self.assertRaises(AccessError):
            order.with_user(self.boss).discount_approval_ids.discount = 99
        with self.assertRaises(AccessError):
            order.with_user(self.boss).discount_approval_ids.unlink()
        helper = self.make_user("policy_helper", "crm_segmentation.group_discount_approve")
        self.approve(self.order(20, user_id=helper.id), user=helper)

    def test_own_orders_only_means_own_approvals_only(self):
        self.check("block")
        order = self.order(20, user_id=self.boss.id)
        self.approve(order)
        beginner = self.make_user("policy_beginner", "sales_team.group_sale_salesman")
        approvals = self.env["crm.discount.approval"].with_user(beginner)
        self.assertFalse(approvals.search([]))
        self.assertFalse(approvals.formatted_read_group([("order_id", "=", order.id)], ["reason"], ["__count"]))
        self.assertTrue(approvals.with_user(self.seller).search([("order_id", "=", order.id)]))

    def test_leader_of_the_team_is_asked_once(self):
        self.check("block")
        team = self.env["crm.team"].create({"name": "Sellers", "user_id": self.boss.id})
        order = self.order(20, team_id=team.id)
        order.action_ask_discount_approval()
        order.action_ask_discount_approval()
        activity = order.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.boss))
        self.assertIn("Chair", activity.note)
        self.boss.active = False
        with self.assertRaises(UserError):
            self.order(20, team_id=team.id).action_ask_discount_approval()

    def test_without_a_leader_somebody_who_may_approve_is_asked(self):
        self.check("block")
        order = self.order(20, team_id=self.env["crm.team"].create({"name": "Nobody leads"}).id)
        order.action_ask_discount_approval()
        self.assertEqual(order.activity_ids.user_id, self.boss)

    def test_typed_prices_and_discounts_on_the_whole_order_count(self):
        self.check("block")
        order = self.order()
        with Form(order) as form, form.order_line.edit(0) as line:
            line.price_unit = 80
        self.assertEqual(order.discount_notice, "Chair: 20 %, at most 10 %")
        order = self.order(8)
        wizard = self.env["sale.order.discount"].with_company(self.company)
        wizard.create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.05}
        ).action_apply_discount()
        self.assertEqual(order.discount_notice, "Chair: 12.6 %, at most 10 %")
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_what_the_pricelist_gives_is_always_allowed(self):
        self.check("block")
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        self.env.ref("base.group_user").implied_ids += self.env.ref("sale.group_discount_per_so_line")
        item = {"compute_price": "percentage", "percent_price": 30, "applied_on": "3_global"}
        pricelist = self.env["product.pricelist"].create(
            {"name": "Partners", "company_id": self.company.id, "item_ids": [Command.create(item)]}
        )
        line = {"product_id": self.product.id, "product_uom_qty": 1}
        order = self.order(pricelist_id=pricelist.id, order_line=[Command.create(line)])
        self.assertEqual(order.order_line.discount, 30)
        self.assertFalse(order.discount_check)
        order.order_line.discount = 31
        self.assertEqual(order.discount_notice, "Chair: 31 %, at most 30 %")
        pricelist.item_ids.write({"compute_price": "fixed", "fixed_price": 50})
        order = self.order(pricelist_id=pricelist.id, order_line=[Command.create(line)])
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (50, 0))
        self.assertFalse(order.discount_check)

    def test_other_lines_do_not_count(self):
        self.check("block")
        order = self.order(5)
        order.order_line = [
            Command.create({"display_type": "line_note", "name": "Note"}),
            Command.create({"product_id": self.product.id, "product_uom_qty": -1, "discount": 50}),
        ]
        self.assertFalse(order.discount_check)
        self.assertFalse(self.order(90, partner=self.customer("No Segment")).discount_check)

    def test_other_currency_compares_shares_not_amounts(self):
        self.check("block")
        currency = self.setup_other_currency("EUR")
        pricelist = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": currency.id})
        self.assertFalse(self.order(10, pricelist_id=pricelist.id).discount_check)
        self.assertEqual(self.order(11, pricelist_id=pricelist.id).discount_check, "block")

    def test_nothing_is_slipped_into_a_confirmed_order(self):
        self.check("block")
        order = self.order(10)
        order.action_confirm()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.order_line.discount = 20
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.order_line.price_unit = 50
        self.env.invalidate_all()
        self.gold.policy_discount_ceiling = 5
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 1, "discount": 5})]
        self.assertEqual(len(order.order_line), 2, "lines that were fair then stay")

    def test_more_for_a_confirmed_order_is_approved_beforehand(self):
        self.check("block")
        order = self.order(10)
        order.action_confirm()
        dialogue = order.with_user(self.boss).action_approve_discount()["res_id"]
        approve = self.env["crm.discount.approve"].with_user(self.boss).browse(dialogue)
        approve.reason = "Late delivery"
        for wrong in (0, 101):
            approve.discount = wrong
            with self.subTest(discount=wrong), self.assertRaises(UserError):
                approve.action_approve()
        approve.discount = 20
        approve.action_approve()
        order.order_line.discount = 20
        with self.assertRaises(UserError):
            order.order_line.discount = 21
        free = self.order(partner=self.customer("No Ceiling"))
        dialogue = free.with_user(self.boss).action_approve_discount()["res_id"]
        approve = approve.browse(dialogue)
        approve.write({"reason": "Why", "discount": 20})
        with self.assertRaises(UserError):
            approve.action_approve()

    def test_a_customer_signs_what_was_offered(self):
        """The offer was fair when it was sent; since then the customer's ceiling fell."""
        self.check("block")
        order = self.order(10, require_signature=True, require_payment=False)
        order.action_quotation_sent()
        self.assertEqual(order.sudo().offered_discount, 10)
        self.gold.policy_discount_ceiling = 5
        self.assertEqual(order.discount_check, "approved")
        online = order.with_user(self.public).sudo()
        self.assertTrue(online._has_to_be_signed())
        online._validate_order()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.activity_ids, "nothing to look at")

    def test_what_was_offered_may_be_accepted_on_the_telephone_too(self):
        self.check("block")
        order = self.order(10)
        order.action_quotation_sent()
        self.gold.policy_discount_ceiling = 5
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        order.action_cancel()
        order.action_draft()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_nobody_writes_himself_what_was_offered(self):
        self.check("block")
        order = self.order(20)
        for user in (self.seller, self.boss):
            for attempt in (
                lambda seen: seen.write({"offered_discount": 90}),
                lambda seen: seen.create({"partner_id": self.partner.id, "offered_discount": 90}),
                lambda seen: seen.read(["offered_discount"]),
                lambda seen: seen.search([("offered_discount", ">", 0)]),
            ):
                with self.assertRaises(AccessError):
                    attempt(order.with_user(user))
        self.assertEqual(order.sudo().offered_discount, 0)

    def test_a_program_that_confirms_by_itself_is_noted(self):
        self.check("block")
        order = self.order(20)
        order.with_user(SUPERUSER_ID).action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("Chair: 20 %, at most 10 %", str(order.message_ids.mapped("body")))
        self.assertEqual(order.activity_ids.user_id, self.seller)

    def test_a_customer_cannot_sign_what_nobody_offered(self):
        self.check("block")
        draft = self.order(20, require_signature=True, require_payment=True)
        self.assertFalse(draft.with_user(self.public).sudo()._has_to_be_signed())
        self.assertFalse(draft.with_user(self.public).sudo()._has_to_be_paid())
        sent = self.order(10, require_signature=True)
        sent.action_quotation_sent()
        sent.order_line.discount = 20
        self.assertFalse(sent.with_user(self.public).sudo()._has_to_be_signed(), "raised after it was sent")
        self.approve(sent)
        self.assertTrue(sent.with_user(self.public).sudo()._has_to_be_signed())

    def test_offers_that_are_out_when_it_is_switched_on_stay_offers(self):
        order = self.order(40, require_signature=True)
        order.action_quotation_sent()
        self.check("block")
        self.assertTrue(order.with_user(self.public).sudo()._has_to_be_signed())
        order.order_line.discount = 41
        self.assertFalse(order.with_user(self.public).sudo()._has_to_be_signed())

    def test_an_employee_does_not_sign_for_the_customer(self):
        self.check("block")
        order = self.order(20)
        with self.assertRaises(UserError):
            order.sudo()._validate_order()

    def test_money_that_arrived_is_never_refused(self):
        self.check("block")
        order = self.order(20, require_payment=True)
        method = self.env["payment.method"].create({"name": "Test", "code": "policy_test"})
        provider = self.env["payment.provider"].search([("company_id", "=", self.company.id)], limit=1)
        provider = provider or self.env["payment.provider"].create({"name": "Test", "company_id": self.company.id})
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.partner.id,
                "reference": "policy-1",
                "sale_order_ids": [Command.link(order.id)],
                "state": "done",
                "last_state_change": fields.Datetime.now(),
            }
        )
        quiet = patch.object(type(self.env["sale.order"]), "_send_order_confirmation_mail", lambda orders: None)
        with quiet, patch.object(type(transaction), "_create_payment", lambda transaction, **extra: None):
            transaction.with_user(self.seller).sudo()._post_process()
        self.assertEqual(order.state, "sale")
        self.assertIn("Confirmed without approval", str(order.message_ids.mapped("body")))

    def test_restricted_segments_refuse_nothing(self):
        """A refusal would tell every salesperson who is in them."""
        self.check("block")
        with patch.object(type(self.gold), "_is_restricted", lambda segments: segments & self.gold):
            for user in (self.seller, self.boss):
                self.assertFalse(self.order(20, user).discount_check)
            self.order(20).action_confirm()

    def test_other_companies_are_not_checked(self):
        self.check("block")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.seller.company_ids += elsewhere
        order = self.order(50, company_id=elsewhere.id)
        self.assertFalse(order.with_company(elsewhere).discount_check)

    def test_checking_costs_one_statement_only_where_there_is_a_discount(self):
        self.check("warn")
        order, cheap = self.order(0), self.order(20)
        for some, number in ((order, 0), (cheap, 1)):
            for _warm in range(2):
                some.invalidate_recordset(["discount_check", "discount_notice"])
                before = self.env.cr.sql_log_count
                some.mapped("discount_check")
            # The system leaves out restricted segments: one more to know them.
            self.assertLessEqual(self.env.cr.sql_log_count - before, 2 * number)
