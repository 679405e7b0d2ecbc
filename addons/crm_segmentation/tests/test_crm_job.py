from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCrmJob(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env.ref("crm_segmentation.job_measures")
        cls.following = cls.env.ref("crm_segmentation.job_customers")

    def run_cron(self, job):
        with self.enter_registry_test_mode():
            result = job.cron_id.method_direct_trigger()
        self.env.invalidate_all()
        return result

    def triggers(self, job):
        return self.env["ir.cron.trigger"].search([("cron_id", "=", job.cron_id.id)])

    def batches(self, effects):
        """Replace the batch method by one that gives these results, or raises them, in turn."""
        return patch.object(self.env.registry[self.job.model_name], "_job_refresh", side_effect=effects, autospec=True)

    def test_a_step_runs_and_starts_the_next(self):
        self.triggers(self.following).unlink()
        self.assertIs(self.run_cron(self.job), True)
        self.assertEqual(self.job.state, "done")
        self.assertTrue(self.job.finished_at >= self.job.started_at)
        self.assertTrue(self.triggers(self.following))

    def test_a_step_starts_the_next_even_with_nothing_to_do(self):
        self.triggers(self.following).unlink()
        with self.batches([(0, 0)]):
            self.run_cron(self.job)
        self.assertTrue(self.triggers(self.following))

    def test_all_batches_are_done(self):
        with self.batches([(5, 2), (4, 1), (3, 0)]):
            self.run_cron(self.job)
        self.assertEqual((self.job.rows_done, self.job.rows_left, self.job.state), (12, 0, "done"))

    def test_a_lost_race_is_tried_again_at_once(self):
        with self.batches([SerializationFailure(), (5, 0)]), mute_logger("odoo.addons.crm_segmentation.models.crm_job"):
            self.run_cron(self.job)
        self.assertEqual((self.job.state, self.job.rows_done), ("done", 5))

    @mute_logger("odoo.addons.crm_segmentation.models.crm_job")
    def test_a_failed_step_is_shown_and_tried_again_later(self):
        self.triggers(self.job).unlink()
        with self.batches([(5, 1), ValueError("no luck")]):
            self.run_cron(self.job)
        self.assertEqual((self.job.state, self.job.attempts, self.job.rows_done), ("failed", 1, 5))
        self.assertIn("no luck", self.job.last_error)
        self.assertTrue(self.triggers(self.job).call_at > fields.Datetime.now())
        number = self.job.run_number
        with self.batches([(3, 0)]):
            self.run_cron(self.job)
        self.assertEqual((self.job.state, self.job.rows_done, self.job.run_number), ("done", 8, number))
        self.assertFalse(self.job.last_error)

    @mute_logger("odoo.addons.crm_segmentation.models.crm_job")
    def test_the_chain_goes_on_after_the_last_try(self):
        self.triggers(self.following).unlink()
        for _attempt in range(5):
            self.assertFalse(self.triggers(self.following))
            with self.batches([ValueError("no luck")]):
                self.run_cron(self.job)
        self.assertTrue(self.triggers(self.following))

    def test_a_killed_run_goes_on_where_it_stopped(self):
        self.job.write({"state": "running", "started_at": fields.Datetime.now(), "run_number": 7, "rows_done": 2})
        with self.batches([(1, 0)]):
            self.run_cron(self.job)
        self.assertEqual((self.job.run_number, self.job.rows_done), (7, 3))

    def test_a_run_killed_long_ago_begins_anew(self):
        long_ago = fields.Datetime.now() - timedelta(days=2)
        self.job.write({"state": "running", "started_at": long_ago, "run_number": 7, "rows_done": 2})
        with self.batches([(1, 0)]):
            self.run_cron(self.job)
        self.assertEqual((self.job.run_number, self.job.rows_done), (8, 1))

    def test_run_now_asks_the_scheduler(self):
        self.triggers(self.job).unlink()
        state = self.job.state
        self.job.action_run_now()
        self.assertTrue(self.triggers(self.job))
        self.assertEqual(self.job.state, state)

    def test_the_chain_runs_by_hand(self):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.assertFalse(self.env(cr=cr)["crm.job"]._run_chain())
        self.env.invalidate_all()
        self.assertEqual(set(self.env["crm.job"].search([]).mapped("state")), {"done"})
        self.assertTrue(self.env["crm.job"]._summary_lines())
