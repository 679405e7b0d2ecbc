from datetime import date

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import InsightCommon


class TestCrmMeasure(InsightCommon):
    def test_windows_and_credit_notes(self):
        partner = self.customer()
        self.invoice(partner, 100.10, days=10)
        self.invoice(partner, 200.20, days=364)
        self.invoice(partner, 50.05, days=365)
        self.invoice(partner, 1000, days=730)
        self.invoice(partner, 30.30, days=5, move_type="out_refund")
        self.run_jobs()
        value = self.value(self.revenue, partner)
        self.assertAlmostEqual(value.quantity, 1320.05, 6)
        self.assertAlmostEqual(value.quantity_window, 270.00, 6)
        self.assertAlmostEqual(value.quantity_before, 50.05, 6)
        self.assertEqual((value.documents, value.documents_window, value.documents_before), (5, 3, 1))
        self.assertEqual((value.first_date, value.last_date), (self.days_ago(730), self.days_ago(5)))
        self.assertAlmostEqual(self.value(self.credit_notes, partner).quantity_window, 30.30, 6)
        self.assertEqual(self.value(self.invoices, partner).quantity, 4)

    def test_drafts_vendor_bills_and_the_future_do_not_count(self):
        partner = self.customer()
        self.invoice(partner, 100, post=False)
        self.invoice(partner, 100, move_type="in_invoice")
        self.run_jobs()
        self.assertFalse(self.value(self.revenue, partner))
        self.invoice(partner, 100, days=-3)
        self.run_jobs()
        value = self.value(self.revenue, partner)
        self.assertEqual((value.quantity, value.documents, value.next_edge), (0, 0, self.days_ago(-3)))

    def test_year_1900_and_leap_day(self):
        partner = self.customer()
        self.invoice(partner, 7, invoice_date=date(1900, 3, 1), date=date(1900, 3, 1))
        self.invoice(partner, 8, invoice_date=date(2024, 2, 29), date=date(2024, 2, 29))
        self.run_jobs()
        value = self.value(self.revenue, partner)
        self.assertEqual((value.quantity, value.first_date, value.last_date), (15, date(1900, 3, 1), date(2024, 2, 29)))

    def test_contact_below_a_company_is_that_company(self):
        company = self.customer("Company")
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        self.invoice(contact, 40)
        self.invoice(company, 60)
        self.run_jobs()
        self.assertEqual(self.value(self.revenue, company).quantity, 100)
        self.assertFalse(self.value(self.revenue, contact))

    def test_own_companies_are_no_customers(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.invoice(branch.partner_id, 500)
        self.run_jobs()
        self.assertFalse(self.value(self.revenue, branch.partner_id))
        self.assertFalse(self.card(branch.partner_id))

    def test_foreign_currency_is_taken_as_booked(self):
        partner = self.customer()
        foreign = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        self.invoice(partner, 100, currency_id=foreign.id)
        self.run_jobs()
        self.assertEqual(self.value(self.revenue, partner).quantity, 50)

    def test_documents_of_two_companies_stay_apart(self):
        partner = self.customer()
        other = self.setup_other_company()["company"]
        self.invoice(partner, 10)
        self.env["account.move"].with_company(other).create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "company_id": other.id,
                "invoice_date": self.days_ago(3),
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 5, "tax_ids": [Command.clear()]})],
            }
        ).action_post()
        self.run_jobs()
        self.assertEqual(self.value(self.revenue, partner).quantity, 10)
        self.assertEqual(self.value(self.revenue, partner, other).quantity, 5)
        self.assertEqual(self.card(partner, other).monetary, 5)

    def test_parts_of_one_order_are_one_purchase(self):
        partner = self.customer()
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"name": "x", "product_uom_qty": 2, "product_id": self.product_a.id})],
            }
        )
        order.action_confirm()
        order.date_order = self.days_ago(40)
        for days in (30, 20):
            move = self.invoice(partner, 10, days=days, post=False)
            move.invoice_line_ids.sale_line_ids = order.order_line
            move.action_post()
        self.invoice(partner, 10, days=5)
        self.run_jobs()
        value = self.value(self.purchase_days, partner)
        self.assertEqual((value.quantity, value.first_date), (2, self.days_ago(40)))

    def test_values_for_any_range(self):
        one, two = self.customer("One"), self.customer("Two")
        self.invoice(one, 10, days=20)
        self.invoice(one, 15, days=10)
        self.invoice(two, 7, days=20)
        values = self.revenue._values(self.days_ago(20), self.days_ago(11), self.company)
        self.assertEqual({k: v for k, v in values.items() if k in (one.id, two.id)}, {one.id: 10, two.id: 7})

    def test_every_figure_opens_its_documents(self):
        company = self.customer("Company")
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        expected = self.invoice(contact, 40, days=20) + self.invoice(company, 5, days=9)
        self.invoice(company, 99, days=400)
        action = self.revenue._documents_action(company, self.company, self.days_ago(20), self.days_ago(9))
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, expected)
        self.assertEqual(sum(found.mapped("amount_untaxed_signed")), 45)

    def test_moments_fall_on_the_company_s_day(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        partner = self.customer()
        measure = self.env["crm.measure"].create(
            {
                "name": "Orders",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "date_field": "date_order",
                "reviewed": True,
            }
        )
        self.env["sale.order"].create({"partner_id": partner.id, "date_order": "2024-02-28 17:00:00"})
        day = date(2024, 2, 29)
        self.assertEqual(measure._values(day, day, self.company), {partner.id: 1})

    def test_definition_is_checked_when_typed(self):
        moves = self.env["ir.model"]._get_id("account.move")
        base = {"name": "Wrong", "model_id": moves, "date_field": "invoice_date"}
        for wrong in (
            {"domain": "not a domain"},
            {"domain": "[('no_such_field', '=', 1)]"},
            {"domain": "__import__('os').system('true')"},
            {"domain": str(["|"] * 30000)},
            {"partner_path": "no_such_field"},
            {"partner_path": "journal_id"},
            {"partner_path": "line_ids"},
            {"date_field": "name"},
            {"date_field": "no_such_field"},
            {"company_path": "journal_id"},
            {"aggregate": "sum", "value_field": "name"},
            {"aggregate": "sum", "value_field": False},
            {"aggregate": "sum", "value_field": "amount_total", "company_path": False},
        ):
            with self.subTest(wrong=str(wrong)[:60]), self.assertRaises(ValidationError):
                self.env["crm.measure"].create({**base, **wrong})

    def test_window_of_zero_days_is_refused(self):
        with self.assertRaisesRegex(Exception, "window"), mute_logger("odoo.sql_db"):
            self.revenue.window_days = 0
            self.env.flush_all()

    def test_changing_what_is_counted_takes_the_review_away(self):
        self.assertTrue(self.revenue.reviewed)
        self.revenue.name = "Revenue"
        self.assertTrue(self.revenue.reviewed)
        self.revenue.domain = "[]"
        self.assertFalse(self.revenue.reviewed)

    def test_only_an_administrator_reviews(self):
        manager = new_test_user(self.env, "insight_manager", groups="sales_team.group_sale_manager")
        measure = (
            self.env["crm.measure"]
            .with_user(manager)
            .create({"name": "Mine", "model_id": self.env["ir.model"]._get_id("crm.lead")})
        )
        self.assertFalse(measure.reviewed)
        with self.assertRaises(AccessError):
            measure.action_review()
        with self.assertRaises(AccessError):
            measure.write({"reviewed": True})

    def test_an_unreviewed_measure_counts_what_its_owner_sees(self):
        seller = new_test_user(self.env, "insight_seller", groups="sales_team.group_sale_salesman")
        other = new_test_user(self.env, "insight_other", groups="sales_team.group_sale_salesman")
        partner = self.customer()
        self.env["crm.lead"].create(
            [
                {"name": "L", "partner_id": partner.id, "user_id": user.id, "company_id": False}
                for user in (seller, other)
            ]
        )
        measure = self.env["crm.measure"].create(
            {"name": "Leads", "model_id": self.env["ir.model"]._get_id("crm.lead"), "owner_id": seller.id}
        )
        nothing = self.env["res.company"]
        day = self.today
        self.assertEqual(measure._values(self.days_ago(2), day, nothing).get(partner.id), 1)
        measure.reviewed = True
        self.assertEqual(measure._values(self.days_ago(2), day, nothing).get(partner.id), 2)

    def test_a_measure_that_broke_does_not_stop_the_others(self):
        broken = self.env["crm.measure"].create(
            {"name": "Broken", "model_id": self.env["ir.model"]._get_id("crm.lead"), "owner_id": SUPERUSER_ID}
        )
        self.env.cr.execute("UPDATE crm_measure SET date_field = 'gone' WHERE id = %s", (broken.id,))
        broken.invalidate_recordset()
        partner = self.customer()
        self.invoice(partner, 10)
        self.run_jobs()
        self.assertIn("gone", broken.last_error)
        self.assertEqual(self.card(partner).monetary, 10)

    def test_nobody_counts_with_somebody_else_s_rights(self):
        manager = new_test_user(self.env, "insight_asker", groups="sales_team.group_sale_manager")
        boss = new_test_user(self.env, "insight_hr", groups="base.group_system,sales_team.group_sale_manager")
        leads = self.env["ir.model"]._get_id("crm.lead")
        with self.assertRaises(AccessError):
            self.env["crm.measure"].with_user(manager).create({"name": "X", "model_id": leads, "owner_id": boss.id})
        theirs = self.env["crm.measure"].with_user(boss).create({"name": "Theirs", "model_id": leads})
        self.assertEqual(theirs.owner_id, boss)
        theirs = theirs.with_user(manager)
        with self.assertRaises(AccessError):
            theirs.write({"domain": "[('probability', '>', 50)]", "owner_id": boss.id})
        theirs.domain = "[('probability', '>', 50)]"
        self.assertEqual(theirs.owner_id, manager, "the rights of whoever asked the question")
        with self.assertRaises(AccessError):
            theirs.owner_id = boss
        theirs.with_user(boss).owner_id = boss

    def test_an_administrator_vouches_only_for_what_they_may_read(self):
        plain = new_test_user(
            self.env, "insight_plain", groups="base.group_system,crm_segmentation.group_insight_configure"
        )
        measure = self.env["crm.measure"].create(
            {"name": "Leads", "model_id": self.env["ir.model"]._get_id("crm.lead"), "owner_id": plain.id}
        )
        with self.assertRaises(AccessError):
            measure.with_user(plain).action_review()
        plain.group_ids += self.env.ref("sales_team.group_sale_salesman")
        measure.with_user(plain).action_review()
        self.assertTrue(measure.reviewed)

    def test_an_owner_s_indicator_keeps_to_the_owner_s_companies(self):
        other = self.setup_other_company()["company"]
        seller = new_test_user(
            self.env, "insight_local", groups="sales_team.group_sale_salesman_all_leads", company_id=self.company.id
        )
        partner = self.customer()
        for company in (self.company, other):
            self.env["sale.order"].with_company(company).create({"partner_id": partner.id, "company_id": company.id})
        measure = self.env["crm.measure"].create(
            {
                "name": "Orders",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "owner_id": seller.id,
            }
        )
        self.run_jobs()
        self.assertFalse(measure.last_error)
        self.assertEqual(self.value(measure, partner).quantity, 1)
        self.assertFalse(self.value(measure, partner, other))

    def test_an_indicator_is_duplicated_for_whoever_duplicates_it(self):
        copy = self.revenue.copy()
        self.assertRecordValues(copy, [{"code": False, "reviewed": False, "owner_id": self.env.uid}])

    def test_no_field_is_counted_as_the_system_without_a_new_review(self):
        manager = new_test_user(self.env, "insight_curious", groups="sales_team.group_sale_manager")
        for values in (
            {"value_field": "amount_total_signed"},
            {"date_field": "date"},
            {"aggregate": "max"},
            {"company_path": False},
        ):
            self.revenue.write({"reviewed": True, "owner_id": SUPERUSER_ID})
            self.revenue.with_user(manager).write(values)
            self.assertRecordValues(self.revenue, [{"reviewed": False, "owner_id": manager.id}])

    def test_profiles_and_classes_wait_for_the_review(self):
        partner = self.customer()
        self.invoice(partner, 100)
        self.run_jobs()
        self.revenue.reviewed = False
        self.invoice(partner, 900)
        job = self.env.ref("crm_segmentation.job_customers")
        job.run_number += 1
        with self.assertRaisesRegex(UserError, self.revenue.name):
            job._run_batch()
        self.assertEqual(self.scheme._refresh(), 0)
        self.assertIn(self.revenue.name, self.scheme.last_error)
        self.assertEqual(self.card(partner).monetary, 100)
        self.assertEqual(self.card(partner).segment_id, self.class_a)
        self.revenue.reviewed = True
        self.run_jobs()
        self.assertEqual(self.card(partner).monetary, 1000)
        self.assertFalse(self.scheme.last_error)
