import doctest
from datetime import date, datetime

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from ..tools import prefix, worktime
from .common_measure import MeasureCommon


def load_tests(_loader, tests, _ignore):
    for module in (prefix, worktime):
        tests.addTests(doctest.DocTestSuite(module))
    return tests


class TestCrmMeasureAmount(MeasureCommon):
    """Time between two dates, and money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Eight to Five",
                "tz": "Europe/Berlin",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 17, "day_period": "morning"}
                    )
                    for day in range(5)
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar

    def lead(self, opened, closed, **values):
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.partner.id, "company_id": self.company.id, "type": "opportunity", **values}
        )
        lead.write({"date_open": opened, "date_closed": closed})
        return lead

    def elapsed(self, unit, **values):
        return self.measure(
            "crm.lead",
            **{
                "value_source": "elapsed",
                "elapsed_from": "date_open",
                "elapsed_to": "date_closed",
                "elapsed_unit": unit,
                "aggregate": "sum",
                "domain": str([("partner_id", "=", self.partner.id)]),
                **values,
            },
        )

    def quantity(self, measure, company=None):
        row = self.figure(measure, self.partner, company)
        return row and row["quantity"]

    def test_units_of_time(self):
        self.lead("2024-02-28 22:00:00", "2024-03-01 10:00:00")
        self.assertEqual(self.quantity(self.elapsed("days")), 1.5, "over the leap day")
        self.assertEqual(self.quantity(self.elapsed("hours")), 36)
        self.assertEqual(self.quantity(self.elapsed("minutes")), 2160)

    def test_documents_whose_clock_still_runs_do_not_count(self):
        self.lead("2024-02-28 22:00:00", False)
        self.assertIsNone(self.quantity(self.elapsed("hours")))
        self.assertEqual(self.quantity(self.elapsed("hours", aggregate="count")), 1, "a count reads no clock")

    def test_dates_differ_by_days_where_the_company_is(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.lead("2024-02-28 17:00:00", "2024-02-29 17:00:00", date_deadline=date(2024, 3, 5))
        late = self.elapsed("days", elapsed_from="date_deadline")
        self.assertEqual(self.quantity(late), -4, "closed on 1 March there, before the deadline")
        self.assertEqual(self.quantity(self.elapsed("hours", elapsed_from="date_deadline")), -95)

    def test_working_time_knows_weekends_leaves_and_the_time_zone(self):
        # Friday 16:58 to Monday 8:03 in Berlin
        self.lead("2024-03-01 15:58:00", "2024-03-04 07:03:00")
        self.assertEqual(self.quantity(self.elapsed("working_minutes")), 5)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2024, 3, 3, 23, 0),
                "date_to": datetime(2024, 3, 4, 22, 59),
            }
        )
        self.assertEqual(self.quantity(self.elapsed("working_minutes")), 2)

    def test_summer_time(self):
        # Friday 8:00 winter time to Monday 17:00 summer time in Berlin: two working days of nine hours
        self.lead("2024-03-29 07:00:00", "2024-04-01 15:00:00")
        self.assertEqual(self.quantity(self.elapsed("working_hours")), 18)

    def test_share_of_replies_within_five_working_minutes(self):
        self.lead("2024-03-01 15:58:00", "2024-03-04 07:03:00")
        self.lead("2024-03-01 15:58:00", "2024-03-04 07:03:01")
        self.lead("2024-03-02 10:00:00", "2024-03-03 10:00:00")
        self.lead("2024-03-05 10:00:00", "2024-03-05 10:06:00")
        measure = self.elapsed("working_minutes", aggregate="within", limit_operator="<=", limit_value=5)
        self.assertEqual(self.quantity(measure), 50)

    def test_clocks_of_other_centuries_are_unknown(self):
        self.lead("1900-01-01 00:00:00", "2024-03-04 07:03:00")
        self.assertIsNone(self.quantity(self.elapsed("working_hours")))
        self.lead("2024-03-05 10:00:00", "2024-03-05 11:00:00")
        self.assertEqual(self.quantity(self.elapsed("working_hours")), 1)

    def test_every_moment_agrees_with_the_function(self):
        measure = self.elapsed("working_minutes")
        for minute in range(0, 60 * 24 * 4, 397):
            opened = datetime(2024, 2, 29, 3, 1)
            closed = datetime.fromtimestamp(opened.timestamp() + 60 * minute)
            self.lead(opened, closed)
        rows = self.env.execute_query(measure._documents_sql(self.company))
        leads = self.env["crm.lead"].browse(row[0] for row in rows)
        self.assertEqual(len(leads), 15)
        by_calendar = {
            lead.id: 60 * self.calendar.get_work_hours_count(lead.date_open, lead.date_closed) for lead in leads
        }
        for lead_id, _company, _partner, _day, amount, _share in rows:
            self.assertAlmostEqual(amount, by_calendar[lead_id], 3)

    def test_a_company_without_working_hours_says_so(self):
        self.lead("2024-03-05 10:00:00", "2024-03-05 11:00:00")
        measure = self.elapsed("working_hours")
        self.calendar.attendance_ids.unlink()
        with self.assertRaisesRegex(UserError, "no working hours"):
            self.figures(measure)
        self.company.resource_calendar_id = False
        with self.assertRaisesRegex(UserError, "no working schedule"):
            self.figures(measure)

    def test_documents_without_a_company_keep_the_hours_of_the_first(self):
        first = self.env["res.company"].with_context(active_test=False).search([], order="id", limit=1)
        first.resource_calendar_id = self.calendar
        self.lead("2024-03-05 10:00:00", "2024-03-05 11:00:00", company_id=False)
        self.assertEqual(self.quantity(self.elapsed("working_hours"), self.env["res.company"]), 1)

    def test_what_time_needs_is_checked(self):
        for wrong in (
            {"elapsed_from": "name"},
            {"elapsed_to": False},
            {"elapsed_to": "no_such_field"},
            {"aggregate": "distinct"},
            {"elapsed_unit": False},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError):
                self.elapsed("hours", **wrong)


class TestCrmMeasureMoney(MeasureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer()
        cls.foreign = cls.setup_other_currency("EUR", rates=[("2024-01-01", 2.0), ("2024-03-01", 4.0)])
        cls.amounts = cls.measure(
            "sale.order", aggregate="sum", date_field="date_order", value_field="amount_untaxed", is_monetary=True
        )

    def order(self, amount, day, currency=None):
        pricelist = self.env["product.pricelist"].create(
            {"name": "P", "currency_id": (currency or self.foreign).id, "company_id": self.company.id}
        )
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "pricelist_id": pricelist.id,
                "date_order": f"{day} 12:00:00",
                "order_line": [
                    Command.create(
                        {"product_id": self.product_a.id, "price_unit": amount, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )

    def rates(self):
        self.amounts._refresh_missing_rates()
        return self.env["crm.measure.missing.rate"].search([("measure_id", "=", self.amounts.id)])

    def test_amounts_are_converted_at_the_rate_of_their_day(self):
        self.order(100, "2024-02-29")
        self.order(100, "2024-03-01")
        self.order(7, "2024-03-02", self.company.currency_id)
        row = self.figure(self.amounts, self.partner)
        self.assertAlmostEqual(row["quantity"], 50 + 25 + 7, 9)
        self.assertFalse(self.rates())

    def test_the_company_s_own_rate_comes_before_the_common_one(self):
        self.foreign.rate_ids.company_id = False
        self.order(100, "2024-03-02")
        self.assertAlmostEqual(self.figure(self.amounts, self.partner)["quantity"], 25, 9)
        self.env["res.currency.rate"].create(
            {
                "name": "2024-01-15",
                "rate": 5,
                "currency_id": self.foreign.id,
                "company_id": self.company.root_id.id,
            }
        )
        self.assertAlmostEqual(self.figure(self.amounts, self.partner)["quantity"], 20, 9)

    def test_a_day_without_a_rate_is_listed_and_left_out(self):
        self.order(100, "2023-12-30")
        self.order(100, "2023-12-31")
        self.order(100, "2024-01-01")
        row = self.figure(self.amounts, self.partner)
        self.assertEqual((row["quantity"], row["documents"]), (50, 1))
        self.assertRecordValues(
            self.rates(),
            [
                {
                    "company_id": self.company.id,
                    "currency_id": self.foreign.id,
                    "documents": 2,
                    "first_date": date(2023, 12, 30),
                    "last_date": date(2023, 12, 31),
                }
            ],
        )
        self.env["res.currency.rate"].create(
            {
                "name": "2023-01-01",
                "rate": 10,
                "currency_id": self.foreign.id,
                "company_id": self.company.root_id.id,
            }
        )
        self.assertEqual(self.figure(self.amounts, self.partner)["quantity"], 70)
        self.assertFalse(self.rates(), "found since")

    def test_the_nightly_run_lists_them(self):
        self.order(100, "2023-12-30")
        job = self.env.ref("crm_segmentation.job_measures")
        job.run_number += 1
        self.amounts.search([("id", "!=", self.amounts.id)]).refresh_run = job.run_number
        remaining = 1
        while remaining:
            _done, remaining = job._run_batch()
        rates = self.env["crm.measure.missing.rate"].search([("measure_id", "=", self.amounts.id)])
        self.assertEqual(rates.mapped("documents"), [1])

    def test_the_company_s_currency_may_have_a_rate_too(self):
        self.env["res.currency.rate"].create(
            {"name": "2024-02-01", "rate": 3, "currency_id": self.company.currency_id.id, "company_id": False}
        )
        self.order(100, "2024-03-02")
        self.assertAlmostEqual(self.figure(self.amounts, self.partner)["quantity"], 75, 9)
        self.order(100, "2024-01-20")
        row = self.figure(self.amounts, self.partner)
        self.assertEqual(row["documents"], 1, "no rate of the company's own currency on that day")

    def test_amounts_in_company_currency_stay_as_they_are_booked(self):
        self.assertIsNone(self.revenue._currency_path())
        self.assertIsNone(
            self.measure(
                "crm.lead", aggregate="sum", value_field="expected_revenue", company_path=False
            )._currency_path()
        )
        self.assertEqual(self.amounts._currency_path(), "currency_id")
        lines = self.measure(
            "sale.order.line", partner_path="order_id.partner_id", aggregate="sum", value_field="price_subtotal"
        )
        self.assertEqual(lines._currency_path(), "currency_id")

    def test_missing_rates_are_for_readers_of_the_company(self):
        self.order(100, "2023-12-30")
        rates = self.rates()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        reader = self.env["res.users"].create(
            {
                "name": "R",
                "login": "rate_reader",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
                "group_ids": [Command.set(self.env.ref("crm_segmentation.group_insight_read").ids)],
            }
        )
        visible = self.env["crm.measure.missing.rate"].with_user(reader)
        self.assertFalse(visible.search([]) & rates)
        reader.company_ids += self.company
        visible = visible.with_context(allowed_company_ids=reader.company_ids.ids)
        self.assertEqual(visible.search([("id", "in", rates.ids)]), rates)
        group = self.env.ref("base.group_system")
        self.amounts.group_ids = group
        self.assertFalse(visible.search([("id", "in", rates.ids)]))
