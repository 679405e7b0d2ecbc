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

    def test_every_run_leaves_a_line(self):
        with self.batches([(5, 1), (4, 0)]):
            self.run_cron(self.job)
        run = self.job.run_id
        self.assertEqual((run.state, run.rows_done, run.message), ("done", 9, False))
        self.assertTrue(run.finished_at >= run.started_at)
        self.assertEqual(self.job.succeeded_at, self.job.finished_at)
        with self.batches([(0, 0)]):
            self.run_cron(self.job)
        self.assertEqual(self.job.run_ids, self.job.run_id + run)
        self.assertEqual(self.job.action_open_runs()["domain"], [("job_id", "in", self.job.ids)])

    @mute_logger("odoo.addons.crm_segmentation.models.crm_job")
    def test_an_interrupted_run_keeps_its_line_and_its_place(self):
        self.job.state = "done"
        with self.batches([ValueError("no luck")]):
            self.run_cron(self.job)
        run = self.job.run_id
        self.assertEqual(run.state, "failed")
        self.assertIn("no luck", run.message)
        self.job._set_position(phase="edges")
        with self.batches([(3, 0)]):
            self.run_cron(self.job)
        self.assertEqual((self.job.run_id, run.state, run.rows_done), (run, "done", 3))
        self.assertEqual(self.job._get_position()["phase"], "edges")
        with self.batches([(0, 0)]):
            self.run_cron(self.job)
        self.assertNotIn("phase", self.job._get_position())

    def test_old_runs_go(self):
        runs = self.env["crm.job.run"]
        for days in (91, 89):
            runs.create(
                {"job_id": self.job.id, "started_at": fields.Datetime.now() - timedelta(days=days), "state": "done"}
            )
        with self.batches([(0, 0)]):
            self.run_cron(self.job)
        oldest = self.job.run_ids[-1].started_at
        self.assertEqual((fields.Datetime.now() - oldest).days, 89)

    def test_what_does_not_run_is_seen(self):
        jobs = self.env["crm.job"]
        self.job.succeeded_at = fields.Datetime.now() - timedelta(hours=25)
        self.assertFalse(self.job.is_overdue)
        self.job.succeeded_at = fields.Datetime.now() - timedelta(hours=27)
        self.assertTrue(self.job.is_overdue)
        self.assertIn(self.job, jobs.search([("is_overdue", "=", True)]))
        self.assertNotIn(self.job, jobs.search([("is_overdue", "=", False)]))
        self.job.cron_id.active = False
        self.assertIn(self.job, jobs.search([("cron_active", "=", False)]))
        self.assertFalse(self.job.cron_active)

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
