from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged, users

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestCrmProcess(ProcessCommon):
    @users("process_manager")
    def test_switching_on_creates_the_stage_for_the_team_only(self):
        before = self.env["crm.stage"].search([])
        self.process.with_env(self.env).action_activate()
        stage = self.env["crm.stage"].search([]) - before
        self.assertRecordValues(
            stage, [{"is_won": True, "team_ids": self.team.ids, "process_phase": "followup", "fold": False}]
        )
        self.assertGreater(stage.sequence, self.stage_won.sequence)
        self.assertEqual(self.process.state, "effective")
        self.assertEqual(self.process.followup_stage_id, stage)
        leads = self.env["crm.lead"]
        shown = leads.with_context(default_team_id=self.team.id)._read_group_stage_ids(self.env["crm.stage"], [])
        self.assertIn(stage, shown)
        shown = leads.with_context(default_team_id=self.other_team.id)._read_group_stage_ids(self.env["crm.stage"], [])
        self.assertNotIn(stage, shown)

    def test_stage_of_an_archived_team_stays_out_of_other_pipelines(self):
        stage = self._activate()
        self.team.active = False
        leads = self.env["crm.lead"].with_context(default_team_id=self.other_team.id)
        self.assertNotIn(stage, leads._read_group_stage_ids(self.env["crm.stage"], []))

    def test_nothing_moves_and_nobody_is_told_when_a_process_is_switched_on(self):
        lead = self._won_lead()
        messages = self.env["mail.message"].search_count([("model", "=", "crm.lead")])
        self._activate()
        self.assertEqual(lead.stage_id, self.stage_won)
        self.assertEqual(self.env["mail.message"].search_count([("model", "=", "crm.lead")]), messages)

    def test_team_without_won_stage_or_process_without_team_is_refused(self):
        with self.assertRaises(UserError):
            self.env["crm.process"].create({"name": "No team"}).action_activate()
        self.stages.filtered("is_won").team_ids = self.other_team
        with self.assertRaises(UserError):
            self.process.action_activate()

    def test_existing_stage_can_be_chosen(self):
        stage = self.env["crm.stage"].create(
            {
                "name": "Care",
                "is_won": True,
                "sequence": self.stage_won.sequence + 5,
                "team_ids": [self.other_team.id],
            }
        )
        self.process.followup_stage_id = stage
        before = self.env["crm.stage"].search_count([])
        self.process.action_activate()
        self.assertEqual(self.env["crm.stage"].search_count([]), before)
        self.assertEqual(stage.team_ids, self.team | self.other_team)
        self.assertEqual(stage.process_phase, "followup")
        self.process.action_retire()
        self.assertTrue(stage.exists(), "a stage somebody chose is not ours to remove")

    def test_shared_or_open_stage_cannot_be_the_followup_stage(self):
        opened = self.env["crm.stage"].create({"name": "Open", "team_ids": [self.team.id]})
        for stage in self.stage_won | opened:
            self.process.followup_stage_id = stage
            with self.assertRaises(UserError):
                self.process.action_activate()

    def test_one_effective_process_per_team(self):
        self._activate()
        second = self.env["crm.process"].create({"name": "Second", "team_ids": [self.team.id]})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            second.action_activate()
        self.process.action_retire()
        second.action_activate()
        self.assertEqual(second.state, "effective")

    def test_state_cannot_be_written_past_the_button(self):
        with self.assertRaises(ValidationError):
            self.process.state = "effective"

    def test_retiring_keeps_a_stage_with_leads_and_removes_an_empty_one(self):
        stage = self._activate()
        lead = self._won_lead(active=True)
        lead.action_start_followup()
        lead.active = False
        self.process.action_retire()
        self.assertTrue(stage.exists())
        self.assertEqual(lead.stage_id, stage)
        self.process.action_draft()
        self.process.action_activate()
        self.assertEqual(self.process.followup_stage_id, stage, "taken up again with its stage")
        lead.stage_id = self.stage_won
        self.process.action_retire()
        self.assertFalse(stage.exists())
        self.assertFalse(self.process.followup_stage_id)

    def test_effective_process_is_not_deleted_and_a_copy_is_a_draft(self):
        self._activate()
        with self.assertRaises(UserError):
            self.process.unlink()
        self.assertRecordValues(
            self.process.copy(),
            [{"name": "Test process (copy)", "state": "draft", "team_ids": [], "followup_stage_id": False}],
        )
        self.process.action_retire()
        self.process.unlink()

    def test_archived_process_is_off(self):
        self._activate()
        lead = self._won_lead()
        self.assertTrue(lead.can_start_followup)
        self.process.active = False
        self.assertFalse(lead.process_id)
        self.assertFalse(lead.can_start_followup)

    def test_leads_of_the_teams_are_counted_and_opened(self):
        leads = self._lead() | self._lead()
        self.assertEqual(self.process.lead_count, 2)
        self.assertIn(self.stage_new, self.process.stage_ids)
        self.assertEqual(self.env["crm.lead"].search(self.process.action_view_leads()["domain"]), leads)
