from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged, users

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestCrmFollowup(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_followup = cls._activate()

    def _frequencies(self):
        rows = self.env["crm.lead.scoring.frequency"].search([("team_id", "in", [self.team.id, False])])
        return sorted((row.variable, row.value, row.team_id.id, row.won_count, row.lost_count) for row in rows)

    @users("process_salesman")
    def test_winning_stops_in_won(self):
        lead = self._lead().with_env(self.env)
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.stage_won)
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.stage_won, "winning twice is no step on")

    def test_winning_from_a_stage_behind_followup_stops_in_won(self):
        late = self.env["crm.stage"].create(
            {
                "name": "On hold",
                "sequence": self.stage_followup.sequence + 9,
                "team_ids": [self.team.id],
            }
        )
        lead = self._lead(stage_id=late.id)
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.stage_won)

    @users("process_salesman")
    def test_won_lead_stays_won_in_followup(self):
        lead = self._won_lead().with_env(self.env)
        before = lead.read(["probability", "automated_probability", "won_status", "date_closed", "day_close"])
        frequencies = self._frequencies()
        lead.action_start_followup()
        self.assertRecordValues(lead, [{"stage_id": self.stage_followup.id, "won_status": "won", "probability": 100}])
        self.assertTrue(lead.followup_start)
        self.assertEqual(lead.read(list(before[0])), before)
        self.assertEqual(self._frequencies(), frequencies)
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.stage_followup, "core would send it back to Won")
        lead.action_start_followup()
        self.assertEqual(lead.stage_id, self.stage_followup, "a second click does no harm")

    def test_moving_by_hand_is_the_same(self):
        lead = self._won_lead()
        lead.write({"stage_id": self.stage_followup.id})
        self.assertTrue(lead.followup_start)
        self.assertEqual(lead.date_closed.year, 2020)
        lead.write({"stage_id": self.stage_won.id})
        self.assertEqual(lead.won_status, "won")
        self.assertTrue(lead.can_start_followup)

    def test_only_won_leads_of_a_team_with_a_process_can_go_on(self):
        for lead in (self._lead(), self._won_lead(team_id=self.other_team.id)):
            self.assertFalse(lead.can_start_followup)
            with self.assertRaises(UserError):
                lead.action_start_followup()

    def test_rainbow_man_comes_once(self):
        lead = self._lead(expected_revenue=1e9)
        lead.action_set_won()
        self.assertTrue(lead.get_rainbowman_message())
        lead.date_closed -= timedelta(hours=1)
        lead.action_start_followup()
        self.assertFalse(lead.get_rainbowman_message())
        self.assertIs(lead.action_set_won_rainbowman(), True)
        lead.stage_id = self.stage_won
        self.assertFalse(lead.get_rainbowman_message(), "dragged back to Won: no new win")
        direct = self._lead(expected_revenue=2e9)
        direct.stage_id = self.stage_followup
        self.assertTrue(direct.get_rainbowman_message(), "won by dropping it into after-sales: its only moment")

    def test_win_is_announced_once(self):
        lead = self._lead().with_context(tracking_disable=False, mail_notrack=False)
        self._track()
        lead.action_set_won()
        self._track()
        lead.action_start_followup()
        self._track()
        won = lead.message_ids.filtered(lambda message: message.subtype_id == self.env.ref("crm.mt_lead_won"))
        self.assertEqual(len(won), 1)
        self.assertIn(self.env.ref("crm.mt_lead_stage"), lead.message_ids.subtype_id)

    def _track(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_losing_works_as_before(self):
        lead = self._lead()
        reason = self.env["crm.lost.reason"].create({"name": "Too slow"})
        lead.action_set_lost(lost_reason_id=reason.id)
        self.assertRecordValues(lead, [{"won_status": "lost", "probability": 0, "active": False}])
        lead.action_restore()
        self.assertEqual(lead.won_status, "pending")
        followed = self._won_lead()
        followed.action_start_followup()
        with self.assertRaises(ValidationError):
            followed.action_set_lost()

    def test_lead_in_followup_stays_won_when_its_team_changes(self):
        for values in ({"team_id": self.other_team.id}, {"user_id": self.manager.id, "team_id": self.other_team.id}):
            lead = self._won_lead()
            lead.action_start_followup()
            lead.write(values)
            self.assertRecordValues(
                lead, [{"stage_id": self.stage_won.id, "won_status": "won", "probability": 100, "active": True}]
            )
            self.assertEqual(lead.date_closed.year, 2020)

    def test_archived_lead_in_followup_is_unarchived_in_place(self):
        lead = self._won_lead()
        lead.action_start_followup()
        lead.action_archive()
        lead.action_set_won()
        self.assertRecordValues(lead, [{"stage_id": self.stage_followup.id, "active": True, "won_status": "won"}])

    def test_lead_created_in_followup_is_stamped(self):
        lead = self._lead(stage_id=self.stage_followup.id)
        self.assertRecordValues(lead, [{"won_status": "won", "cycle_number": 1}])
        self.assertTrue(lead.followup_start)

    def test_several_leads_at_once(self):
        leads = self._won_lead() | self._won_lead()
        leads.action_start_followup()
        self.assertEqual(leads.stage_id, self.stage_followup)
        mixed = self._won_lead() | self._lead()
        mixed.action_set_won()
        self.assertEqual(mixed.stage_id, self.stage_won)
        (leads | self._lead()).action_set_won()
        self.assertEqual(leads.stage_id, self.stage_followup)

    def test_process_of_another_company_does_not_bind_the_lead(self):
        company = self.env["res.company"].create({"name": "Second company"})
        self.process.company_id = company
        lead = self._won_lead()
        lead.company_id = self.env.company
        self.assertFalse(lead.process_id)
