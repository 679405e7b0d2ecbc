import random
import statistics
from collections import defaultdict
from datetime import date, timedelta

from odoo import Command
from odoo.tools import SQL

from .common_measure import MeasureCommon


class TestCrmMeasureFigures(MeasureCommon):
    """Every aggregate, the edges of the windows and the rhythm."""

    def test_random_documents_agree_with_plain_python(self):
        rng = random.Random(7)
        partners = self.customer("A") + self.customer("B") + self.customer("C")
        for partner in partners[:2]:
            for _number in range(12):
                sign = rng.random() < 0.8
                self.invoice(
                    partner,
                    round(rng.uniform(0.01, 900), 2),
                    days=rng.randint(-40, 900),
                    move_type="out_invoice" if sign else "out_refund",
                )
        moves = self.env["account.move"].search([("partner_id", "in", partners.ids), ("state", "=", "posted")])
        rows = defaultdict(list)
        for move in moves:
            rows[move.commercial_partner_id.id].append((move.invoice_date, move.amount_untaxed_signed))
        for aggregate in ("count", "days", "sum", "avg", "median", "min", "max", "distinct", "within"):
            measure = self.measure(aggregate=aggregate, window_days=200, has_rhythm=True, limit_value=100)
            figures = self.figures(measure)
            self.assertNotIn((self.company.id, partners[2].id), figures, "no document, no row")
            for partner in partners[:2]:
                with self.subTest(aggregate=aggregate, partner=partner.name):
                    row = figures[self.company.id, partner.id]
                    expected = self.expected(rows[partner.id], aggregate, 200, 100)
                    for name, value in expected.items():
                        if isinstance(value, float):
                            self.assertAlmostEqual(row[name], value, 6, name)
                        else:
                            self.assertEqual(row[name], value, name)

    def expected(self, rows, aggregate, window, limit):
        """Return the figures of one customer from ``(day, amount)``, the long way round."""
        today = self.today
        start = today - timedelta(days=window - 1)
        before = start - timedelta(days=window)
        count = {
            "count": len,
            "days": lambda some: len({day for day, _amount in some}),
            "sum": lambda some: sum(amount for _day, amount in some),
            "avg": lambda some: statistics.fmean(amount for _day, amount in some),
            "median": lambda some: statistics.median(amount for _day, amount in some),
            "min": lambda some: min(amount for _day, amount in some),
            "max": lambda some: max(amount for _day, amount in some),
            "distinct": lambda some: len({amount for _day, amount in some}),
            "within": lambda some: 100 * sum(amount <= limit for _day, amount in some) / len(some),
        }[aggregate]
        additive = aggregate in ("count", "days", "sum", "distinct")
        past = [row for row in rows if row[0] <= today]
        parts = {
            "": past,
            "_window": [row for row in past if row[0] >= start],
            "_before": [row for row in past if before <= row[0] < start],
        }
        result = {}
        for suffix, some in parts.items():
            nothing = 0.0 if additive else None
            result[f"quantity{suffix}"] = float(count(some)) if some else nothing
            result[f"documents{suffix}"] = len(some)
        days = sorted({day for day, _amount in past})
        gaps = [(b - a).days for a, b in zip(days, days[1:], strict=False)]
        edges = [day + timedelta(days=window) for day, _amount in parts["_window"]]
        edges += [day + timedelta(days=2 * window) for day, _amount in parts["_before"]]
        edges += [day for day, _amount in rows if day > today]
        return {
            **result,
            "first_date": min(days, default=None),
            "last_date": max(days, default=None),
            "next_edge": min(edges, default=None),
            "rhythm_days": float(statistics.median(gaps)) if gaps else None,
            "gap_count": len(gaps),
            "last_gap": gaps[-1] if gaps else None,
        }

    def test_edge_is_the_first_day_on_which_figures_change(self):
        partner = self.customer()
        self.invoice(partner, 10, days=100)
        measure = self.measure(aggregate="sum", window_days=30)
        self.assertIsNone(self.figure(measure, partner)["next_edge"], "older than both windows")
        self.invoice(partner, 10, days=40)
        self.assertEqual(self.figure(measure, partner)["next_edge"], self.days_ago(-20))
        self.invoice(partner, 10, days=29)
        self.assertEqual(self.figure(measure, partner)["next_edge"], self.days_ago(-1), "its last day in the window")
        self.invoice(partner, 10, days=0)
        row = self.figure(measure, partner)
        self.assertEqual((row["next_edge"], row["quantity_window"]), (self.days_ago(-1), 20))

    def test_future_documents_only_make_an_edge(self):
        partner = self.customer()
        self.invoice(partner, 10, invoice_date=date(2099, 12, 31), date=date(2099, 12, 31))
        row = self.figure(self.measure(aggregate="sum", has_rhythm=True), partner)
        self.assertEqual((row["quantity"], row["documents"], row["first_date"]), (0, 0, None))
        self.assertEqual(row["next_edge"], date(2099, 12, 31))
        row = self.figure(self.measure(aggregate="avg"), partner)
        self.assertIsNone(row["quantity"], "the mean of nothing is not zero")

    def test_leap_day_and_the_year_1900(self):
        partner = self.customer()
        for day in (date(1900, 3, 1), date(2024, 2, 29), date(2024, 3, 1)):
            self.invoice(partner, 5, invoice_date=day, date=day)
        row = self.figure(self.measure(aggregate="days", has_rhythm=True), partner)
        self.assertEqual((row["quantity"], row["last_gap"], row["gap_count"]), (3, 1, 2))
        self.assertEqual(row["rhythm_days"], ((date(2024, 2, 29) - date(1900, 3, 1)).days + 1) / 2)

    def test_rhythm_counts_days_and_is_kept_on_purpose(self):
        partner = self.customer()
        for days in (50, 50, 40, 10):
            self.invoice(partner, 1, days=days)
        for aggregate in ("days", "sum"):
            row = self.figure(self.measure(aggregate=aggregate, has_rhythm=True), partner)
            self.assertEqual((row["rhythm_days"], row["gap_count"], row["last_gap"]), (20, 2, 30), aggregate)
            self.assertEqual((row["documents"], row["quantity"]), (4, 3 if aggregate == "days" else 4))
        row = self.figure(self.measure(aggregate="days"), partner)
        self.assertEqual((row["rhythm_days"], row["gap_count"], row["last_gap"]), (None, None, None))

    def test_a_pass_rate_of_99_9_percent(self):
        measure = self.measure(aggregate="within", limit_operator=">=", limit_value=99.9, unit="%")
        partner = self.customer()
        for amount in (99.9, 99.89, 100, 99.95):
            self.invoice(partner, amount)
        self.assertEqual(self.figure(measure, partner)["quantity"], 75)

    def test_amounts_that_are_no_numbers_are_left_out(self):
        partner = self.customer()
        self.invoice(partner, 10)
        broken = self.invoice(partner, 1)
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE account_move SET amount_untaxed_signed = 'NaN' WHERE id = %s", broken.id))
        row = self.figure(self.measure(aggregate="sum"), partner)
        self.assertEqual((row["quantity"], row["documents"]), (10, 1))

    def test_floats_from_an_import_are_left_out(self):
        partner, nothing = self.customer(), self.env["res.company"]
        event = {"name": "M", "start": "2024-02-29 10:00:00", "stop": "2024-02-29 12:00:00"}
        good, wrong = self.env["calendar.event"].create([{**event, "partner_ids": [Command.set(partner.ids)]}] * 2)
        measure = self.measure(
            "calendar.event",
            partner_path="partner_ids",
            date_field="start",
            company_path=False,
            aggregate="sum",
            value_field="duration",
            domain=str([("id", "in", (good + wrong).ids)]),
        )
        self.assertEqual(self.figure(measure, partner, nothing)["quantity"], 4)
        for amount in ("NaN", "Infinity", "-Infinity", 1e300):
            self.env.flush_all()
            self.env.cr.execute(SQL("UPDATE calendar_event SET duration = %s WHERE id = %s", amount, wrong.id))
            row = self.figure(measure, partner, nothing)
            self.assertEqual((row["quantity"], row["documents"]), (2, 1))

    def test_very_large_amounts_stay_exact(self):
        partner = self.customer()
        large = self.invoice(partner, 1) + self.invoice(partner, 0.25)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE account_move SET amount_untaxed_signed = %s WHERE id = %s", 10**15, large[0].id)
        )
        self.assertEqual(self.figure(self.measure(aggregate="sum"), partner)["quantity"], 10**15 + 0.25)

    def test_two_companies_share_a_customer(self):
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
        measure = self.measure(aggregate="sum")
        self.assertEqual(len(measure._passes()), 1, "plain, and today is the same day in both")
        self.assertEqual(self.figure(measure, partner)["quantity"], 10)
        self.assertEqual(self.figure(measure, partner, other)["quantity"], 5)
        other.partner_id.tz = "Pacific/Kiritimati"
        self.assertEqual(len(measure._passes()), 2, "days begin at another time there")
        self.assertEqual(self.figure(measure, partner, other)["quantity"], 5)

    def test_archived_partner_and_contact_below_a_company(self):
        company = self.customer("Company")
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        self.env["sale.order"].create({"partner_id": contact.id, "date_order": "2024-02-29 12:00:00"})
        (company + contact).active = False
        measure = self.measure("sale.order", date_field="date_order")
        self.assertEqual(self.figure(measure, company)["quantity"], 1)
        self.assertIsNone(self.figure(measure, contact))

    def test_only_some_customers(self):
        one, two = self.customer("One"), self.customer("Two")
        self.invoice(one, 1)
        self.invoice(two, 2)
        for rhythm in (False, True):
            figures = self.figures(self.measure(has_rhythm=rhythm), SQL("SELECT %s", two.id))
            self.assertEqual(list(figures), [(self.company.id, two.id)])

    def test_own_companies_have_no_figures(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.invoice(branch.partner_id, 500)
        measure = self.measure()
        self.assertIsNone(self.figure(measure, branch.partner_id))
        rows = self.env.execute_query(measure._documents_sql(self.company))
        self.assertNotIn(branch.partner_id.id, {row[2] for row in rows})
