from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .common import CostCommon


class TestCrmCostPool(CostCommon):
    def test_rate_of_the_published_example(self):
        self.entry((self.pool_account, 560000))
        a = self.customer("A")
        self.requests(a, 3)
        pool = self.make_pool(capacity=700000, minutes=50)
        result = self.compute().result_ids
        self.assertRecordValues(
            result,
            [{"pool_id": pool.id, "rate": 0.8, "used_minutes": 150, "charged": 120, "unused": 559880, "variance": 0}],
        )
        self.assertFalse(result.issue)

    def test_holiday_month_does_not_double_the_rate(self):
        for back in range(12):
            self.entry((self.pool_account, 50000), day=self.month_before(back))
        pool = self.make_pool(capacity=62500, basis="year")
        self.assertAlmostEqual(self.compute().result_ids.rate, 0.8)
        pool.write({"rate_basis": "month", "capacity_minutes": 28125})
        self.assertAlmostEqual(self.compute().result_ids.rate, 1.777778)

    def test_young_department_has_a_basis_of_its_own_months(self):
        self.entry((self.pool_account, 100)), self.entry((self.pool_account, 50), day=self.month_before())
        self.make_pool(capacity=75, basis="year")
        self.assertRecordValues(self.compute().result_ids, [{"basis_cost": 150, "basis_minutes": 150, "rate": 1}])

    def test_without_capacity_nothing_is_charged(self):
        a = self.customer("A")
        self.requests(a, 3), self.entry((self.pool_account, 100))
        pool = self.make_pool(capacity=0)
        self.assertIn("capacity", pool.hint)
        period = self.compute()
        self.assertEqual(self.amounts(period), {("activity", "A"): 0, ("variance", ""): -100})
        self.assertEqual((period.result_ids.issue, period.difference), ("no_capacity", 0))

    def test_more_used_than_there_is(self):
        a = self.customer("A")
        self.requests(a, 6), self.entry((self.pool_account, 100))
        self.make_pool(capacity=100)
        period = self.compute()
        self.assertEqual(self.amounts(period), {("activity", "A"): -120, ("unused", ""): 20})
        self.assertEqual((period.result_ids.issue, period.result_ids.unused_minutes), ("over_used", -20))
        self.assertEqual(period.difference, 0)

    def test_cost_below_zero_gives_customers_money_back_and_says_so(self):
        a = self.customer("A")
        self.requests(a, 2), self.entry((self.pool_account, -100))
        self.make_pool(capacity=100)
        period = self.compute()
        self.assertEqual(self.amounts(period), {("activity", "A"): 40, ("unused", ""): 60})
        self.assertEqual((period.result_ids.issue, period.difference), ("negative", 0))

    def test_pool_without_cost(self):
        self.requests(self.customer("A"), 2)
        self.make_pool(capacity=100)
        period = self.compute()
        self.assertEqual((period.charged, period.difference), (0, 0))

    def test_indicator_that_lost_its_review_is_not_charged(self):
        self.requests(self.customer("A"), 2), self.entry((self.pool_account, 100))
        self.make_pool(capacity=100)
        self.measure.reviewed = False
        period = self.compute()
        self.assertEqual(self.amounts(period), {("unused", ""): -100})
        self.assertEqual(period.result_ids.issue, "not_reviewed")

    def test_capacity_is_people_times_hours_times_share_or_typed(self):
        pool = self.env["crm.cost.pool"].create(
            {"name": "P", "people": 2.5, "hours_per_month": 160, "practical_share": 0.8}
        )
        self.assertEqual(pool.capacity_minutes, 19200)
        pool.capacity_minutes = 15000
        self.assertEqual(pool.capacity_minutes, 15000)

    def test_what_is_still_missing_is_said(self):
        pool = self.env["crm.cost.pool"].create({"name": "P"})
        self.assertIn("accounts", pool.hint)
        pool.account_ids = self.pool_account
        pool.people = 1
        self.assertIn("activities", pool.hint)
        pool.activity_ids = [Command.create({"name": "X", "measure_id": self.measure.id, "minutes_per_unit": 1})]
        self.assertFalse(pool.hint)

    @mute_logger("odoo.sql_db")
    def test_impossible_numbers_are_refused(self):
        pool = self.make_pool()
        for record, field, value in (
            (pool, "capacity_minutes", -1),
            (pool, "practical_share", 1.2),
            (pool.activity_ids, "minutes_per_unit", -0.5),
            (pool.activity_ids, "minutes_per_unit", 1e10),
            (pool, "budget", 1e300),
            (pool, "budget", -1e14),
            (self.direct(), "amount_per_unit", 1e13),
        ):
            with self.subTest(field=field, value=value), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                record[field] = value
                self.env.flush_all()
            self.env.invalidate_all()
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            pool.activity_ids.minutes_per_unit = float("nan")
            self.env.flush_all()

    def test_activity_needs_an_indicator_that_adds_up_and_was_reviewed(self):
        pool = self.make_pool()
        for values in ({"reviewed": False}, {"aggregate": "max", "value_field": "probability"}):
            measure = self.measure.copy({"reviewed": True, "code": False, **values})
            with self.subTest(values), self.assertRaises(ValidationError):
                pool.activity_ids.measure_id = measure

    def test_documents_without_company_are_charged_in_one_company_only(self):
        meetings = self.env.ref("crm_cost.measure_meetings")
        self.make_pool(measure=meetings)
        other = self.env["res.company"].create({"name": "Other"})
        account = self.account("OTHER", "expense", other)
        with self.assertRaises(ValidationError):
            self.make_pool(measure=meetings, accounts=account, company=other)

    def test_meetings_of_an_opportunity_are_its_customers(self):
        a = self.customer("A")
        lead = self.requests(a, 1)
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": f"{self.month} 10:00:00",
                "stop": f"{self.month} 11:00:00",
                "opportunity_id": lead.id,
            }
        )
        self.entry((self.pool_account, 100))
        self.make_pool(capacity=100, minutes=60, measure=self.env.ref("crm_cost.measure_meetings"))
        self.assertEqual(self.amounts(self.compute(), level="activity"), {("activity", "A"): -60})
