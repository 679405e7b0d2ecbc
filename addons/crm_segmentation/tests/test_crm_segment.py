from odoo import Command
from odoo.exceptions import ValidationError

from ..tools.pareto import classes
from .common import InsightCommon


class TestCrmSegment(InsightCommon):
    def members(self, partner):
        return self.env["crm.segment.member"].search(
            [("partner_id", "=", partner.id), ("scheme_id", "=", self.scheme.id)], order="date_from, id"
        )

    def test_published_80_20_example(self):
        money = [500, 300, 100, 50, 20, 10, 10, 5, 3, 2]
        partners = [self.customer(f"C{number}") for number in range(10)]
        for partner, amount in zip(partners, money, strict=True):
            self.invoice(partner, amount)
        self.run_jobs()
        found = [self.card(partner).segment_id for partner in partners]
        self.assertEqual(found.count(self.class_a), 2)
        expected = [self.scheme.segment_ids[number] for number in classes(money, (0.80, 0.95))]
        self.assertEqual(found, expected)

    def test_ties_at_an_edge_enter_together(self):
        partners = [self.customer(f"C{number}") for number in range(4)]
        for partner in partners:
            self.invoice(partner, 25)
        self.run_jobs()
        self.assertEqual({self.card(partner).segment_id for partner in partners}, {self.class_a})

    def test_nobody_is_best_when_the_total_is_not_positive(self):
        partner = self.customer()
        self.invoice(partner, 100, move_type="out_refund")
        self.run_jobs()
        self.assertEqual(self.card(partner).segment_id, self.class_c)
        self.assertIn(self.company.name, self.scheme.last_error)

    def test_history_is_kept(self):
        big, small = self.customer("Big"), self.customer("Small")
        self.invoice(big, 900)
        self.invoice(small, 10)
        self.run_jobs()
        self.members(small).date_from = self.days_ago(50)
        self.invoice(small, 5000)
        self.run_jobs()
        self.assertRecordValues(
            self.members(small),
            [
                {"segment_id": self.class_c.id, "date_from": self.days_ago(50), "date_to": self.today},
                {"segment_id": self.class_a.id, "date_from": self.today, "date_to": False},
            ],
        )

    def test_a_change_taken_back_the_same_day_leaves_no_trace(self):
        big, small = self.customer("Big"), self.customer("Small")
        self.invoice(big, 900)
        self.invoice(small, 10)
        self.run_jobs()
        self.members(small).date_from = self.days_ago(50)
        extra = self.invoice(small, 5000)
        self.run_jobs()
        extra.button_draft()
        self.run_jobs()
        self.assertRecordValues(
            self.members(small), [{"segment_id": self.class_c.id, "date_from": self.days_ago(50), "date_to": False}]
        )

    def test_second_run_changes_nothing(self):
        for number in range(6):
            self.invoice(self.customer(f"C{number}"), 2**number)
        self.run_jobs()
        self.assertEqual(self.scheme._refresh(), 0)

    def test_why_says_the_facts_at_entry(self):
        one, two = self.customer("One"), self.customer("Two")
        self.invoice(one, 900)
        self.invoice(two, 100)
        self.run_jobs()
        why = self.members(two).why
        for fact in ("100.00", "365", "rank 2 of 2", "90.0"):
            self.assertIn(fact, why)

    def test_shares_must_rise_to_the_whole(self):
        for shares in ((0.8, 0.5, 1.0), (0.8, 0.9, 0.99), (0.5, 0.5, 1.0)):
            commands = [
                Command.update(segment.id, {"share_to": share})
                for segment, share in zip(self.scheme.segment_ids, shares, strict=True)
            ]
            with self.subTest(shares=shares), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.scheme.segment_ids = commands

    def test_only_reviewed_indicators_divide_customers(self):
        measure = self.revenue.copy({"code": "mine"})
        self.assertFalse(measure.reviewed)
        with self.assertRaises(ValidationError):
            self.scheme.measure_id = measure

    def test_key_customers_are_counted_exactly(self):
        money = [500, 300, 100, 50, 20, 10, 10, 5, 3, 2]
        for number, amount in enumerate(money):
            self.invoice(self.customer(f"C{number}"), amount)
        self.run_jobs()
        found = self.revenue._key_customers(self.company)
        self.assertEqual(found, {"key": 2, "ranked": 10, "total": 1000.0, "share": 0.8})
        scheme = self.scheme.with_context(allowed_company_ids=self.company.ids)
        self.assertIn("2 of 10 customers bring 80.0 %", scheme.key_answer)

    def test_ties_at_the_edge_are_all_key_and_negative_values_hold_nothing(self):
        for number, amount in enumerate((40, 40, 40)):
            self.invoice(self.customer(f"C{number}"), amount)
        self.invoice(self.customer("Returned"), 500, move_type="out_refund")
        self.run_jobs()
        found = self.revenue._key_customers(self.company)
        self.assertEqual(found, {"key": 3, "ranked": 4, "total": 120.0, "share": 1.0})

    def test_80_20_says_why_there_is_no_answer(self):
        scheme = self.scheme.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(scheme.key_answer, "No customer has a value yet.")
        self.invoice(self.customer(), 500, move_type="out_refund")
        self.run_jobs()
        scheme.invalidate_recordset()
        self.assertIn("not positive", scheme.key_answer)
        self.scheme.measure_id = self.share_of_refunds()
        self.assertIn("cannot be added up", scheme.key_answer)

    def share_of_refunds(self):
        """Return a ratio that is undefined for customers without an invoice."""
        return self.env["crm.measure"].create(
            {
                "name": "Credit Notes per Invoice",
                "model_id": self.revenue.model_id.id,
                "kind": "ratio",
                "numerator_id": self.credit_notes.id,
                "denominator_id": self.invoices.id,
                "reviewed": True,
            }
        )

    def test_undefined_ratios_are_ranked_last_and_in_no_best_class(self):
        best, none, undefined = self.customer("Best"), self.customer("None"), self.customer("Undefined")
        self.invoice(best, 100)
        self.invoice(best, 50, move_type="out_refund")
        self.invoice(none, 100)
        self.invoice(undefined, 50, days=500)
        self.scheme.measure_id = self.share_of_refunds()
        self.run_jobs()
        self.assertEqual(self.card(best).segment_id, self.class_a)
        self.assertEqual(self.card(none).segment_id, self.class_c)
        self.assertEqual(self.members(best).rank, 1)
        self.assertEqual(self.members(none).rank, 2)
        self.assertEqual((self.members(undefined).rank, self.members(undefined).segment_id), (3, self.class_c))
        self.assertIn("Undefined", self.members(undefined).why)
        self.assertEqual(self.scheme._refresh(), 0)
