from datetime import date, timedelta
from random import Random

from freezegun import freeze_time

from odoo.tools import SQL

from ..tools import lifecycle
from .common import InsightCommon


class LifecycleCommon(InsightCommon):
    """Customers with purchase days written as values of the indicator, so that only the profiles are tested."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scale = cls.env["crm.rfm.scale"]._for_all_companies().filtered(lambda s: s.company_id == cls.company)

    @classmethod
    def set_value(cls, measure, partner, company=True, **columns):
        """Write one value as the refresh would, and queue the customer."""
        values = {"measure_id": measure.id, "partner_id": partner.id, **columns}
        values["company_id"] = cls.company.id if company else None
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                "DELETE FROM crm_measure_value WHERE measure_id = %s AND partner_id = %s"
                " AND company_id IS NOT DISTINCT FROM %s",
                measure.id,
                partner.id,
                values["company_id"],
            )
        )
        names = SQL(", ").join(map(SQL.identifier, values))
        cls.env.cr.execute(SQL("INSERT INTO crm_measure_value (%s) VALUES %s", names, tuple(values.values())))
        cls.env["crm.queue"]._add("profile", [partner.id])
        cls.env.invalidate_all()

    @classmethod
    def bought(cls, partner, *days, **columns):
        """Let ``partner`` have bought on these days."""
        gaps = lifecycle.gaps(days)
        values = {
            "quantity": len({*days}),
            "quantity_window": sum(day > cls.days_ago(365) for day in {*days}),
            "documents": len(days),
            "first_date": min(days),
            "last_date": max(days),
            "gap_count": len(gaps),
            "rhythm_days": lifecycle.median(gaps) if gaps else None,
            "last_gap": gaps[-1] if gaps else None,
        }
        cls.set_value(cls.purchase_days, partner, **{**values, **columns})

    @classmethod
    def run_profiles(cls):
        """Run the step of the profiles to its end; return the number of rows written."""
        job = cls.env.ref("crm_segmentation.job_customers")
        job.run_number += 1
        written, remaining = 0, 1
        while remaining:
            done, remaining = job._run_batch()
            written += done
        cls.env.invalidate_all()
        return written


class TestLifecycle(LifecycleCommon):
    def every(self, days, times, last):
        """Return ``times`` purchase days, each ``days`` apart, the last one ``last`` days ago."""
        return [self.days_ago(last + days * number) for number in range(times)]

    def state(self, partner):
        return self.card(partner).lifecycle

    def test_each_state_by_the_own_rhythm(self):
        stories = {
            "active": self.every(20, 9, 30),
            "cooling": self.every(20, 9, 31),
            "lost": self.every(20, 9, 61),
            "returned": [self.days_ago(5), *self.every(20, 9, 66)],
        }
        partners = {state: self.customer(state) for state in stories}
        for state, days in stories.items():
            self.bought(partners[state], *days)
        self.run_profiles()
        self.assertEqual({state: self.state(partner) for state, partner in partners.items()}, {s: s for s in stories})
        card = self.card(partners["active"])
        self.assertRecordValues(
            card,
            [
                {
                    "rhythm_days": 20.0,
                    "rhythm_basis": "own",
                    "last_gap": 20,
                    "expected_purchase_date": self.days_ago(10),
                    "lifecycle_edge": self.days_ago(-1),
                    "last_activity_date": self.days_ago(30),
                }
            ],
        )
        self.assertFalse(self.card(partners["lost"]).expected_purchase_date > self.today)

    def test_a_new_customer_is_judged_by_the_rhythm_of_the_company(self):
        self.bought(self.customer("Regular"), *self.every(30, 6, 3))
        fresh, older, prospect = self.customer("Fresh"), self.customer("Older"), self.customer("Prospect")
        self.bought(fresh, self.days_ago(30))
        self.bought(older, self.days_ago(31))
        self.env["crm.lead"].create({"name": "Interested", "partner_id": prospect.id, "company_id": self.company.id})
        self.run_profiles()
        self.assertEqual([self.state(p) for p in (fresh, older, prospect)], ["new", "active", "prospect"])
        self.assertEqual((self.card(fresh).rhythm_days, self.card(fresh).rhythm_basis), (30.0, "company"))
        self.assertRecordValues(
            self.card(prospect), [{"rhythm_days": 0, "rhythm_basis": False, "lifecycle_edge": False, "rfm_code": 0}]
        )

    def test_rhythm_of_the_company_comes_from_rhythms_then_gaps_then_the_settings(self):
        self.bought(self.customer("Once"), self.days_ago(9))
        self.run_profiles()
        self.assertEqual(self.scale.company_rhythm_basis, "typed")
        twice = self.customer("Twice")
        for days in (40, 100, 400):
            self.invoice(twice, 100, days=days)
        self.bought(twice, *(self.days_ago(days) for days in (40, 100, 400)))
        self.scale.action_refresh()
        self.run_profiles()
        self.assertRecordValues(self.scale, [{"company_rhythm_basis": "gaps", "company_rhythm_days": 180.0}])
        for number, gap in enumerate((10, 20, 60)):
            self.bought(self.customer(f"Often {number}"), *self.every(gap, 5, 1))
        self.bought(self.customer("Too short"), *self.every(500, 4, 1))
        self.scale.action_refresh()
        self.run_profiles()
        self.assertRecordValues(self.scale, [{"company_rhythm_basis": "customers", "company_rhythm_days": 20.0}])

    def test_time_alone_changes_only_whom_it_concerns(self):
        going, staying = self.customer("Going"), self.customer("Staying")
        self.bought(going, *self.every(20, 9, 30))
        self.bought(staying, *self.every(200, 9, 30))
        self.scale.write({"method": "typed", "score_count": 3, **self.cuts((3000, 2000), (1, 2), (1, 2))})
        self.run_profiles()
        self.assertEqual(self.run_profiles(), 0, "a second run writes nothing")
        with freeze_time(self.days_ago(-1)):
            self.assertEqual(self.run_profiles(), 1)
            self.assertEqual((self.state(going), self.state(staying)), ("cooling", "active"))
            self.assertEqual(self.card(going).lifecycle_edge, self.days_ago(-31))
        with freeze_time(self.days_ago(-2)):
            self.assertEqual(self.run_profiles(), 0)

    def test_recency_scores_fall_on_the_day_they_must(self):
        partner = self.customer()
        self.bought(partner, *self.every(500, 6, 8))
        self.scale.write({"method": "typed", "score_count": 3, **self.cuts((20, 10), (1, 2), (1, 2))})
        self.run_profiles()
        self.assertEqual((self.card(partner).r_score, self.card(partner).lifecycle_edge), (3, self.days_ago(-2)))
        with freeze_time(self.days_ago(-2)):
            self.run_profiles()
            self.assertEqual(self.card(partner).r_score, 2)

    def cuts(self, *scales):
        return {
            f"{letter}_cut_{number}": cut
            for letter, cuts in zip("rfm", scales, strict=True)
            for number, cut in enumerate(cuts, 1)
        }

    def test_sql_and_formula_agree_on_random_customers(self):
        random = Random(19)
        first_days = [date(1900, 1, 1), date(2024, 2, 29), self.today, self.days_ago(700), self.days_ago(90)]
        histories = {}
        for number in range(120):
            days = {random.choice(first_days)}
            for _purchase in range(random.randrange(9)):
                days.add(min(max(days) + timedelta(random.choice((1, 7, 29, 90, 365))), self.today))
            histories[self.customer(f"C{number}")] = days
        for partner, days in histories.items():
            self.bought(partner, *days)
        self.run_profiles()
        company_rhythm = self.scale.company_rhythm_days
        states = set()
        for partner, days in histories.items():
            gaps = lifecycle.gaps(days)
            rhythm = lifecycle.median(gaps) if len(gaps) >= lifecycle.MIN_GAPS else company_rhythm
            expected = lifecycle.state(min(days), max(days), rhythm, gaps[-1] if gaps else None, self.today)
            edges = [lifecycle.edge(min(days), max(days), rhythm, self.today)]
            edges += [max(days) + timedelta(cut) for cut in self.scale._cuts("r")]
            edge = min((day for day in edges if day and day > self.today), default=False)
            card = self.card(partner)
            with self.subTest(days=sorted(days), rhythm=rhythm):
                self.assertEqual((card.lifecycle, card.lifecycle_edge), (expected, edge))
            states.add(expected)
        own = [lifecycle.median(lifecycle.gaps(d)) for d in histories.values() if len(d) > lifecycle.MIN_GAPS]
        self.assertEqual(lifecycle.company_rhythm(own, [], 90), (company_rhythm, "customers"))
        self.assertGreaterEqual(states, {"active", "cooling", "lost", "returned"})

    def test_contacts_keep_customers_alive_who_buy_once_in_years(self):
        contacts = self.revenue.copy({"name": "Meetings", "code": "test_meetings"})
        contacts.reviewed = True
        quiet, spoken, prospect = self.customer("Quiet"), self.customer("Spoken"), self.customer("Prospect")
        for partner in (quiet, spoken):
            self.bought(partner, *self.every(900, 6, 400))
        for partner in (spoken, prospect):
            self.set_value(contacts, partner, company=False, documents=1, last_date=self.days_ago(100))
        self.set_value(contacts, spoken, documents=1, last_date=self.days_ago(20))
        self.env["crm.lead"].create({"name": "Offer", "partner_id": prospect.id, "company_id": self.company.id})
        self.run_profiles()
        self.assertEqual([self.state(p) for p in (quiet, spoken, prospect)], ["active", "active", "prospect"])
        self.scale.write({"lifecycle_basis": "contacts", "typed_rhythm_days": 60, "activity_measure_ids": contacts.ids})
        self.run_profiles()
        self.assertEqual([self.state(p) for p in (quiet, spoken, prospect)], ["lost", "active", "prospect"])
        self.assertRecordValues(
            self.card(spoken),
            [
                {
                    "last_activity_date": self.days_ago(20),
                    "rhythm_days": 60.0,
                    "rhythm_basis": "typed",
                    "expected_purchase_date": False,
                    "lifecycle_edge": self.days_ago(20 - 91),
                }
            ],
        )
        self.assertEqual(self.card(prospect).last_activity_date, self.days_ago(100))

    def test_archived_customers_are_judged_too_and_those_without_history_go(self):
        archived, gone = self.customer("Archived"), self.customer("Gone")
        self.bought(archived, *self.every(20, 9, 100))
        self.bought(gone, self.days_ago(1))
        archived.action_archive()
        self.run_profiles()
        self.assertEqual(self.state(archived), "lost")
        self.env["crm.measure.value"].search([("partner_id", "=", gone.id)]).unlink()
        self.env["crm.queue"]._add("profile", gone.ids, self.company.id)
        self.run_profiles()
        self.assertFalse(self.card(gone))
        self.assertTrue(self.card(archived))
