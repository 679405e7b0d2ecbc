from random import Random

from odoo import Command
from odoo.exceptions import ValidationError

from ..tools import robust
from .common_alert import AlertCommon


class TestAlertDetect(AlertCommon):
    def test_invoice_far_from_the_customers_own_is_an_alert(self):
        rule = self.rule("unusual", self.revenue, amounts=(50, 500, 900))
        partner, quiet = self.regular(), self.regular("Quiet")
        move = self.invoice(partner, 950, days=1)
        self.invoice(quiet, 101, days=1)
        self.run_jobs()
        alert = self.alerts(partner, rule=rule)
        self.assertEqual(len(alert), 1)
        self.assertFalse(self.alerts(quiet))
        points = [100 + turn % 3 for turn in range(10)] + [950]
        self.assertAlmostEqual(alert.score, robust.robust_z(950, points), places=4)
        self.assertEqual(alert.key, f"account.move,{move.id}")
        self.assertEqual((alert.value, alert.severity, alert.user_id), (950, "3", self.seller))
        self.assertEqual(alert.evidence["points"], 11)
        self.assertEqual(len(alert.evidence["bars"]), 11)
        self.assertIn("950", alert.sentence)
        self.assertEqual(alert.chart.count("<rect"), 11)
        self.assertEqual(alert.activity_ids.user_id, self.seller)
        self.assertNotIn("950", alert.activity_ids.summary + alert.display_name + (alert.activity_ids.note or ""))

    def test_second_run_writes_nothing(self):
        self.rule("unusual", self.revenue)
        self.rule("change", self.revenue, direction="both", min_points=1)
        self.rule("overdue")
        self.rule("silence", threshold=20)
        self.rule("credit")
        self.rule("score", direction="both", threshold=1)
        self.rule("late", threshold=5)
        self.rule("segment")
        partner = self.regular()
        self.invoice(partner, 950, days=1)
        self.run_jobs()
        self.assertTrue(self.alerts())
        before = self.env["crm.alert.finding"].search_count([]), len(self.alerts())
        self.assertEqual(self.detect(), 0)
        self.env["crm.alert.rule"].search([]).full_on = False
        self.assertEqual(self.detect(), 0, "a full pass finds nothing more")
        self.assertEqual((self.env["crm.alert.finding"].search_count([]), len(self.alerts())), before)

    def test_single_changes_find_what_a_full_pass_finds(self):
        rule = self.rule("unusual", self.revenue, direction="both")
        partners = [self.regular(f"Customer {number}") for number in range(3)]
        self.run_jobs()
        self.assertTrue(rule.full_on)
        self.assertFalse(self.alerts())
        self.invoice(partners[0], 900, days=2)
        self.invoice(partners[1], 5, days=2)
        self.run_jobs()
        found = self.env["crm.alert.finding"].search([("rule_id", "=", rule.id)])
        self.assertEqual(found.partner_id, partners[0] + partners[1])
        self.assertEqual(self.job.rows_corrected, 0)
        rule.full_on = self.days_ago(8)
        self.job.rows_corrected = 0
        self.assertEqual(self.detect(), 0)
        self.assertEqual((self.job.rows_corrected, rule.full_on), (0, self.today))

    def test_change_behind_odoos_back_is_counted_as_corrected(self):
        rule = self.rule("unusual", self.revenue)
        partner = self.regular()
        move = self.invoice(partner, 101, days=2)
        self.run_jobs()
        self.env.cr.execute("UPDATE account_move SET amount_untaxed_signed = 999 WHERE id = %s", [move.id])
        self.env.invalidate_all()
        self.assertEqual(self.detect(), 0)
        rule.full_on = self.days_ago(8)
        self.job.rows_corrected = 0
        self.detect()
        self.assertEqual(self.job.rows_corrected, 1)

    def test_sql_agrees_with_the_arithmetic_on_random_customers(self):
        random = Random(4)
        rule = self.rule("unusual", self.revenue, direction="both", threshold=0.01, min_points=8)
        expected = {}
        for number in range(8):
            partner = self.customer(f"Random {number}")
            choices = [[50], [10, 10, 10, 400], list(range(20, 400)), [100, 100.01]][number % 4]
            points = [random.choice(choices) for _turn in range(random.choice([7, 8, 12]))]
            for turn, amount in enumerate(points):
                self.invoice(partner, amount, days=130 - 8 * turn)
            points.append(random.choice(choices))
            self.invoice(partner, points[-1], days=1)
            expected[partner] = robust.robust_z(points[-1], points)
        found = {row["partner_id"]: row["score"] for row in self.env.execute_query_dict(rule._found_sql(self.company))}
        self.assertTrue(found)
        for partner, score in expected.items():
            with self.subTest(partner=partner.name):
                if score is None or abs(score) <= 0.01:
                    self.assertNotIn(partner.id, found)
                else:
                    self.assertAlmostEqual(found[partner.id], abs(score), places=6)

    def test_seven_points_and_all_equal_are_no_alert(self):
        self.rule("unusual", self.revenue)
        few, equal = self.regular("Few", number=6), self.customer("Equal")
        for turn in range(10):
            self.invoice(equal, 100, days=5 + 30 * turn)
        self.invoice(few, 5000, days=1)
        self.run_jobs()
        self.assertFalse(self.alerts(few, equal))
        self.invoice(equal, 101, days=1)
        self.run_jobs()
        self.assertTrue(self.alerts(equal), "the mean absolute deviation stands in for a MAD of zero")

    def test_old_and_future_documents_are_no_news(self):
        self.rule("unusual", self.revenue)
        partner = self.regular(first=80)
        self.invoice(partner, 900, days=20)
        future = self.invoice(partner, 900, days=-2)
        self.run_jobs()
        self.assertFalse(self.alerts(partner))
        future.button_draft()
        future.invoice_date = future.date = self.days_ago(1)
        future.action_post()
        self.run_jobs()
        self.assertEqual(self.alerts(partner).key, f"account.move,{future.id}")

    def test_credit_note_is_no_small_invoice(self):
        small = self.rule("unusual", self.revenue, direction="both")
        unusual = self.rule("unusual", self.credit_notes)
        partner = self.regular()
        for turn in range(9):
            self.invoice(partner, 10 + turn % 3, days=30 + 20 * turn, move_type="out_refund")
        self.invoice(partner, 800, days=1, move_type="out_refund")
        self.run_jobs()
        self.assertFalse(self.alerts(partner, rule=small))
        self.assertEqual(self.alerts(partner, rule=unusual).value, 800)

    def test_large_in_itself_by_currency_of_the_company(self):
        rule = self.rule("large", self.revenue, amounts=(1000, 5000, 0))
        none = self.rule("large", self.revenue)
        none.limit_ids = [Command.create({"currency_id": self.env.ref("base.JPY").id, "amount": 1})]
        partner, small = self.customer("Large", user_id=self.seller.id), self.customer("Small")
        self.invoice(partner, 6000, days=1)
        self.invoice(small, 999, days=1)
        self.run_jobs()
        self.assertEqual(self.alerts(partner).rule_id, rule)
        self.assertEqual(self.alerts(partner).severity, "2")
        self.assertFalse(self.alerts(small))
        self.assertIn(self.company.currency_id.name, none.note)

    def test_amount_in_another_currency_counts_in_company_currency_and_none_without_rate(self):
        self.rule("large", self.revenue, amounts=(1000,))
        foreign = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        partner = self.customer("Foreign")
        self.invoice(partner, 1500, days=1, currency_id=foreign.id)
        self.run_jobs()
        self.assertFalse(self.alerts(partner), "1,500 at a rate of 2 are 750")
        self.invoice(partner, 2400, days=1, currency_id=foreign.id)
        self.run_jobs()
        self.assertEqual(self.alerts(partner).value, 1200)

    def pay(self, partner, amount, days=1, payment_type="outbound", **values):
        journal = self.company_data["default_journal_bank"]
        payment = self.env["account.payment"].create(
            {
                "payment_type": payment_type,
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": amount,
                "date": self.days_ago(days),
                "journal_id": journal.id,
                **values,
            }
        )
        payment.action_post()
        return payment

    def test_money_out_and_ahead(self):
        payouts = self.env.ref("crm_segmentation.measure_payouts")
        prepayments = self.env.ref("crm_segmentation.measure_prepayments")
        out = self.rule("money", payouts, amounts=(500,))
        ahead = self.rule("money", prepayments, amounts=(500,))
        (payouts | prepayments).active = True
        partner = self.customer("Lady", user_id=self.seller.id)
        contact = self.customer("Her contact", is_company=False, parent_id=partner.id)
        self.pay(contact, 800)
        self.pay(partner, 100)
        self.pay(partner, 900, payment_type="inbound")
        paid = self.invoice(partner, 700, days=2)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=paid.ids).create(
            {"payment_date": self.days_ago(1)}
        ).action_create_payments()
        self.run_jobs()
        self.assertEqual(self.alerts(partner, rule=out).value, 800)
        self.assertEqual(self.alerts(partner, rule=ahead).value, 900, "what an invoice asked for is no prepayment")

    def test_money_without_a_rate_is_reported_and_no_alert(self):
        payouts = self.env.ref("crm_segmentation.measure_payouts")
        payouts.active = True
        rule = self.rule("money", payouts, amounts=(500,))
        partner = self.customer("Foreign")
        foreign = self.setup_other_currency("CHF", rates=[("2020-01-01", 2.0)])
        self.pay(partner, 8000, currency_id=foreign.id)
        self.env["res.currency.rate"].search([("currency_id", "=", foreign.id)]).unlink()
        self.run_jobs()
        self.assertFalse(self.alerts(partner, rule=rule))
        missing = self.env["crm.measure.missing.rate"].search([("measure_id", "=", payouts.id)])
        self.assertEqual(missing.currency_id, foreign)

    def test_purchase_overdue_against_own_rhythm(self):
        rule = self.rule("overdue")
        weekly, monthly = self.customer("Weekly", user_id=self.seller.id), self.customer("Monthly")
        long_lost = self.customer("Lost long ago")
        for turn in range(8):
            self.invoice(weekly, 100, days=20 + 10 * turn)
            self.invoice(monthly, 100, days=20 + 30 * turn)
            self.invoice(long_lost, 100, days=200 + 10 * turn)
        self.run_jobs()
        alert = self.alerts(rule=rule)
        self.assertEqual(alert.partner_id, weekly, "long lost customers are no news")
        self.assertAlmostEqual(alert.score, robust.overdue(20, 10))

    def test_drop_and_jump_of_an_indicator(self):
        drop = self.rule("change", self.revenue, direction="down", threshold=50, min_points=2)
        jump = self.rule("change", self.revenue, direction="up", threshold=150, min_points=2)
        falls, grows, new, negative = (self.customer(n) for n in ("Falls", "Grows", "New", "Negative"))
        for days in (400, 420):
            self.invoice(falls, 1000, days=days)
            self.invoice(grows, 100, days=days)
            self.invoice(negative, 100, days=days, move_type="out_refund")
        self.invoice(falls, 400, days=100)
        self.invoice(grows, 900, days=100)
        self.invoice(new, 900, days=100)
        self.invoice(negative, 900, days=100)
        self.run_jobs()
        self.assertEqual(self.alerts(rule=drop).partner_id, falls)
        self.assertEqual(self.alerts(rule=drop).score, 80)
        self.assertEqual(self.alerts(rule=jump).partner_id, grows, "nothing to compare with is no jump")

    def test_credit_notes_share(self):
        rule = self.rule("credit", threshold=30)
        often, rarely = self.customer("Often"), self.customer("Rarely")
        for partner, amount in ((often, 400), (rarely, 100)):
            self.invoice(partner, 1000, days=20)
            self.invoice(partner, amount, days=10, move_type="out_refund")
        self.run_jobs()
        self.assertEqual(self.alerts(rule=rule).partner_id, often)
        self.assertEqual(self.alerts(rule=rule).score, 40)

    def test_late_payment_while_it_is_open(self):
        rule = self.rule("late", threshold=15)
        late, later = self.customer("Late"), self.customer("Always late")
        for turn in range(9):
            paid = self.invoice(later, 100, days=300 + turn, invoice_date_due=self.days_ago(300))
            payment = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=paid.ids
            )
            payment.create({"payment_date": self.days_ago(260 + turn)}).action_create_payments()
        for partner in (late, later):
            self.invoice(partner, 100, days=40, invoice_date_due=self.days_ago(20))
            self.invoice(partner, 100, days=900, invoice_date_due=self.days_ago(800))
        self.run_jobs()
        self.assertEqual(self.alerts(rule=rule).partner_id, late, "the other one always pays forty days late")
        self.assertEqual(self.alerts(rule=rule).figure, 20)

    def test_silence_counts_from_the_last_sign(self):
        rule = self.rule("silence", threshold=100)
        silent, talks, dead = (self.customer(n) for n in ("Silent", "Talks", "Dead"))
        self.invoice(silent, 100, days=105)
        self.invoice(talks, 100, days=50)
        self.invoice(dead, 100, days=500)
        self.run_jobs()
        self.assertEqual(self.alerts(rule=rule).partner_id, silent)

    def test_scores_that_fall_through_the_customer(self):
        rule = self.rule("score", direction="down", threshold=2)
        partner = self.regular()
        self.run_jobs()
        self.env.cr.execute("UPDATE crm_customer SET m_score = 5 WHERE partner_id = %s", [partner.id])
        self.detect()
        self.assertFalse(self.alerts(rule=rule), "it rose")
        self.env.cr.execute("UPDATE crm_customer SET m_score = 1 WHERE partner_id = %s", [partner.id])
        self.detect()
        alert = self.alerts(rule=rule)
        self.assertEqual((alert.partner_id, alert.score, alert.evidence["m"]), (partner, 4, [5, 1]))
        alert.unlink()
        self.env["crm.alert.finding"].search([]).unlink()
        scale = self.env["crm.rfm.scale"].search([("company_id", "=", self.company.id)])
        scale.computed_on = self.days_ago(3)
        self.env.cr.execute("UPDATE crm_customer SET m_score = 5 WHERE partner_id = %s", [partner.id])
        self.detect()
        self.env.cr.execute("UPDATE crm_customer_score SET changed_on = changed_on")
        self.assertFalse(self.alerts(rule=rule))
        score = self.env["crm.customer.score"].search([("partner_id", "=", partner.id)])
        self.assertFalse(score.changed_on, "new cut points are no change of the customer")

    def test_segment_left_and_entered(self):
        left = self.rule("segment", segment_from_ids=[Command.set(self.class_a.ids)])
        partner = self.regular("Best", amount=1000)
        other = self.regular("Other", amount=100)
        self.run_jobs()
        self.assertFalse(self.alerts(rule=left), "the first night is no change")
        self.env.cr.execute("UPDATE crm_segment_member SET date_from = date_from - 30")
        self.env.invalidate_all()
        self.invoice(other, 90000, days=1)
        self.run_jobs()
        alert = self.alerts(rule=left)
        self.assertEqual(alert.partner_id, partner)
        self.assertEqual(alert.evidence["left"], self.class_a.id)
        self.assertIn(self.class_a.name, alert.sentence)

    def test_settings_that_can_find_nothing_are_refused(self):
        for values in (
            {"kind": "change", "measure": self.revenue, "direction": "down", "threshold": 120},
            {"kind": "credit", "threshold": 101},
            {"kind": "unusual"},
            {"kind": "unusual", "measure": self.invoices},
            {"kind": "money", "measure": self.revenue},
            {"kind": "overdue", "holdout_share": 80},
        ):
            with self.subTest(values=values), self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                self.rule(**values)
            self.assertIn(type(caught.exception).__name__, ("ValidationError", "CheckViolation"))
        with self.assertRaises(ValidationError):
            self.rule("unusual", self.revenue.copy({"reviewed": False}))

    def test_archived_indicator_and_broken_rule_are_named_and_the_others_go_on(self):
        rule = self.rule("unusual", self.revenue)
        other = self.rule("large", self.credit_notes, amounts=(100,))
        broken = self.rule("silence", self.invoices)
        partner = self.regular()
        self.invoice(partner, 900, days=1)
        self.invoice(partner, 900, days=1, move_type="out_refund")
        archived = self.revenue.copy({"reviewed": True, "code": False})
        rule.measure_id = archived
        archived.active = False
        self.env.cr.execute("UPDATE crm_alert_rule SET kind = 'gone' WHERE id = %s", [broken.id])
        self.env.invalidate_all()
        self.run_jobs()
        self.assertIn("archived", rule.note)
        self.assertTrue(self.alerts(partner, rule=other))
        self.assertFalse(self.alerts(partner, rule=rule))
        self.assertTrue(broken.note)

    def test_own_companies_are_no_customers(self):
        self.rule("large", self.revenue, amounts=(100,))
        self.invoice(self.company.partner_id, 900, days=1)
        self.run_jobs()
        self.assertFalse(self.alerts(self.company.partner_id))

    def test_nothing_waits_while_no_rule_is_on(self):
        self.regular()
        self.run_jobs()
        self.assertEqual(self.env["crm.queue"]._length("alert")[0], 0)
        self.assertFalse(self.env["crm.alert.finding"].search_count([]))
