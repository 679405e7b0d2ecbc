from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestObstacle(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason, cls.other_reason = cls.env["crm.obstacle.reason"].create([{"name": "Price"}, {"name": "Answer"}])

    def _block(self, lead, days=0, reason=None):
        since = fields.Datetime.now() - timedelta(days=days)
        return self.env["crm.lead.obstacle"].create(
            {"lead_id": lead.id, "reason_id": (reason or self.reason).id, "date_start": since}
        )

    @users("process_salesman")
    def test_salesperson_blocks_and_frees(self):
        lead = self._lead().with_env(self.env)
        action = lead.action_block()
        with Form(self.env[action["res_model"]].with_context(**action["context"])) as form:
            form.reason_id = self.reason.with_env(self.env)
            form.note = "Data sheet"
        obstacle = lead.obstacle_ids
        self.assertRecordValues(obstacle, [{"stage_id": self.stage_new.id, "create_uid": self.env.uid}])
        self.assertEqual(lead.blocked_since, obstacle.date_start)
        self.assertEqual(lead.blocked_reason, "Price: Data sheet")
        self.assertIn(lead, self.env["crm.lead"].search([("blocked_since", "!=", False)]))
        lead.action_unblock()
        self.assertRecordValues(obstacle, [{"end_user_id": self.env.uid}])
        self.assertTrue(obstacle.date_end)
        self.assertFalse(lead.blocked_since)
        self.assertFalse(lead.blocked_reason)
        with self.assertRaises(UserError):
            lead.action_unblock()

    def test_one_at_a_time_and_not_in_the_future(self):
        lead = self._lead()
        self._block(lead)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._block(lead, reason=self.other_reason)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._block(self._lead(), days=-1)

    def test_salesperson_does_not_block_for_others(self):
        lead = self._lead(user_id=self.manager.id)
        with self.assertRaises(AccessError):
            self.env["crm.lead.obstacle"].with_user(self.salesman).create(
                {"lead_id": lead.id, "reason_id": self.reason.id}
            )

    def test_stage_is_the_one_when_it_was_blocked(self):
        lead = self._lead()
        obstacle = self._block(lead)
        lead.stage_id = self.stage_offer
        self.assertEqual(obstacle.stage_id, self.stage_new)

    def test_days_lost(self):
        removed, still, closed = self._lead(), self._lead(), self._lead(stage_id=self.stage_offer.id)
        self._block(removed, days=10)
        self._block(still, days=3, reason=self.other_reason)
        self._block(closed, days=30)
        removed.action_unblock()
        with freeze_time(datetime.now() - timedelta(days=20)):
            closed.action_set_won()
        report = self.env["crm.obstacle.report"]
        domain = [("lead_id", "in", (removed | still | closed).ids)]
        rows = report._read_group(domain, ["reason_id"], ["days_lost:sum", "days_share:avg"])
        # price: 10 days until removed, 10 until won; answer: 3 so far
        self.assertEqual(
            [(reason, round(days, 1), round(share, 2)) for reason, days, share in rows],
            [(self.reason, 20.0, 86.96), (self.other_reason, 3.0, 13.04)],
        )
        rows = report._read_group(domain, ["stage_id"], ["days_lost:sum"])
        self.assertEqual({stage: round(days) for stage, days in rows}, {self.stage_new: 13, self.stage_offer: 10})
        self.assertEqual(report.search([*domain, ("is_open", "=", True)]).lead_id, still)

    def test_merge_keeps_obstacles_and_one_open(self):
        first, second = self._lead(), self._lead(stage_id=self.stage_offer.id)
        earlier, later = self._block(first, days=5), self._block(second, days=2)
        head = (first | second).merge_opportunity()
        self.assertEqual(head.obstacle_ids, earlier | later)
        self.assertFalse(earlier.date_end)
        self.assertTrue(later.date_end)
        self.assertEqual(head.blocked_since, earlier.date_start)

    def test_deleting_an_obstacle_frees_the_lead(self):
        lead = self._lead()
        self._block(lead).unlink()
        self.assertFalse(lead.blocked_since)

    def test_copy_is_not_blocked(self):
        lead = self._lead()
        self._block(lead)
        copied = lead.copy()
        self.assertFalse(copied.blocked_since)
        self.assertFalse(copied.obstacle_ids)
