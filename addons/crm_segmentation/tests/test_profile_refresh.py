from contextlib import suppress
from random import Random
from unittest.mock import patch

from freezegun import freeze_time

from ..models import crm_customer_refresh
from ..models.crm_customer_refresh import COLUMNS
from .test_lifecycle import LifecycleCommon


class TestProfileRefresh(LifecycleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(3)
        cls.partners = [cls.customer(f"C{number}") for number in range(30)]
        for partner in cls.partners:
            cls.buy(partner)
        cls.run_profiles()

    @classmethod
    def buy(cls, partner):
        days = {cls.days_ago(cls.random.randrange(1, 800)) for _purchase in range(cls.random.randrange(1, 9))}
        cls.bought(partner, *days)
        money = cls.random.randrange(-100, 900)
        cls.set_value(cls.revenue, partner, quantity=money, quantity_window=money, quantity_before=0)

    def snapshot(self):
        """Return every column of every profile of the company."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT partner_id, {', '.join(COLUMNS)} FROM crm_customer WHERE company_id = %s ORDER BY partner_id",
            (self.company.id,),
        )
        return self.env.cr.fetchall()

    def everybody(self):
        """Compute everybody anew and return the profiles."""
        self.env["crm.rfm.scale"]._compute_everybody()
        self.assertEqual(self.run_profiles(), 0, "nothing was left to correct")
        return self.snapshot()

    def test_following_changes_gives_what_computing_everybody_gives(self):
        before = self.snapshot()
        for partner in self.random.sample(self.partners, 5):
            self.buy(partner)
        self.assertIn(self.run_profiles(), range(1, 6))
        self.assertNotEqual(self.snapshot(), before)
        self.assertEqual(self.everybody(), self.snapshot())

    def test_days_that_pass_give_what_computing_everybody_gives(self):
        for days in (1, 3, 6):
            with freeze_time(self.days_ago(-days)):
                self.run_profiles()
        with freeze_time(self.days_ago(-6)):
            self.assertEqual(self.everybody(), self.snapshot())

    def test_a_second_run_writes_nothing(self):
        self.assertEqual(self.run_profiles(), 0)

    def test_shards_give_what_one_statement_gives(self):
        whole = self.snapshot()
        self.env["crm.customer"].search([("company_id", "=", self.company.id)]).unlink()
        self.env["crm.rfm.scale"]._compute_everybody()
        with patch.object(crm_customer_refresh, "SHARD", 7):
            self.assertGreaterEqual(self.run_profiles(), len(whole))
        self.assertEqual(self.snapshot(), whole)

    def test_killed_anywhere_the_next_run_gives_the_same(self):
        whole = self.snapshot()
        for partner in self.partners[:9]:
            self.buy(partner)
        changed = self.snapshot_after_all()
        self.assertNotEqual(changed, whole)
        for partner in self.partners[:9]:
            self.assertTrue(self.card(partner).lifecycle)

    def snapshot_after_all(self):
        """Compute in small shards of which every second one is killed before its commit."""
        job = self.env.ref("crm_segmentation.job_customers")
        job.run_number += 1
        self.env["crm.rfm.scale"]._compute_everybody()
        remaining, number = 1, 0
        with patch.object(crm_customer_refresh, "SHARD", 50):
            while remaining:
                number += 1
                with suppress(InterruptedError), self.env.cr.savepoint():
                    _done, left = job._run_batch()
                    if number % 2:
                        raise InterruptedError
                    remaining = left
                self.env.invalidate_all()
        result = self.snapshot()
        self.assertEqual(self.everybody(), result)
        return result

    def test_new_cut_points_are_taken_after_a_month_and_everybody_weekly(self):
        with freeze_time(self.days_ago(-7)):
            self.assertTrue(self.scale._is_full_due())
            self.run_profiles()
            self.assertEqual((self.scale.full_on, self.scale.computed_on), (self.days_ago(-7), self.today))
        with freeze_time(self.days_ago(-31)):
            self.run_profiles()
            self.assertEqual(self.scale.computed_on, self.days_ago(-31))

    def test_everybody_takes_the_queue_along(self):
        self.env["crm.queue"]._add("profile", [partner.id for partner in self.partners], self.company.id)
        self.scale.write({"full_on": False})
        self.env["crm.customer"]._refresh_shard(self.scale, everybody=False)
        self.assertFalse(
            self.env["crm.queue"].search([("topic", "=", "profile"), ("company_id", "=", self.company.id)])
        )

    def test_trend_of_an_indicator(self):
        partner = self.partners[0]
        cases = (
            (120, 100, "up", 20, 20),
            (50, 100, "down", -50, -50),
            (-50, -100, "up", 50, 50),
            (7, 7, "same", 0, 0),
            (5, 0, "begun", 5, 0),
            (None, 5, "unknown", 0, 0),
            (5, None, "unknown", 0, 0),
        )
        for window, before, trend, change, percent in cases:
            self.set_value(self.invoices, partner, quantity_window=window, quantity_before=before)
            with self.subTest(window=window, before=before):
                self.assertRecordValues(
                    self.value(self.invoices, partner),
                    [{"trend": trend, "change": change, "change_percent": percent}],
                )
