from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged, users
from odoo.tools import mute_logger

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestProcessVersion(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sheet = cls.env["crm.process.stage"].create(
            {
                "process_id": cls.process.id,
                "stage_id": cls.stage_new.id,
                "expected_result": "The need is known",
                "input_ids": [(0, 0, {"name": "Enquiry", "party": "external", "party_name": "Customer"})],
                "output_ids": [(0, 0, {"name": "Requirement", "kind": "output"})],
                "risk_ids": [(0, 0, {"name": "No answer"})],
                "resource_ids": [(0, 0, {"name": "Representative"})],
                "document_ids": [(0, 0, {"name": "Form.txt", "raw": b"one"})],
            }
        )
        cls.director = new_test_user(cls.env, "process_director", groups="crm_segmentation.group_insight_read")

    def _next(self, process=None):
        process = process or self.process
        return self.env["crm.process"].browse(process.action_new_version()["res_id"])

    def test_approved_text_does_not_change_for_anybody(self):
        self._activate()
        lines = (self.sheet.input_ids, self.sheet.risk_ids, self.sheet.resource_ids)
        for change in (
            lambda: self.process.write({"purpose": "Other"}),
            lambda: self.process.write({"team_ids": [(5,)]}),
            lambda: self.team.with_user(self.manager).write({"process_ids": [(5,)]}),
            lambda: self.other_team.write({"process_ids": [(4, self.process.id)]}),
            lambda: self.team.create({"name": "Late", "process_ids": [(4, self.process.id)]}),
            lambda: self.process.write({"sheet_ids": [(0, 0, {"stage_id": self.stage_offer.id})]}),
            lambda: self.sheet.write({"expected_result": "Other"}),
            lambda: self.sheet.unlink(),
            lambda: self.sheet.copy({"stage_id": self.stage_offer.id}),
            *[lambda line=line: line.write({"name": "Other"}) for line in lines],
            *[lambda line=line: line.unlink() for line in lines],
            *[lambda line=line: line.copy() for line in lines],
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.process.write({"sequence": 3, "user_id": self.manager.id, "approver_ids": [(4, self.manager.id)]})
        self.process.action_retire()
        self.process.action_draft()
        with self.assertRaises(UserError, msg="taken up again, it is still what was approved"):
            self.sheet.expected_result = "Other"

    def test_documents_of_an_approved_version_do_not_change(self):
        self._activate()
        document = self.sheet.document_ids
        self.assertEqual(document.with_user(self.salesman).raw, b"one")
        with self.assertRaises(AccessError):
            document.with_user(self.manager).write({"raw": b"two"})
        with self.assertRaises(AccessError):
            document.with_user(self.manager).unlink()

    @users("process_manager")
    def test_change_makes_a_draft_that_carries_everything(self):
        self.process.with_env(self.env).action_activate()
        draft = self._next(self.process.with_env(self.env))
        self.assertRecordValues(
            draft,
            [
                {
                    "name": "Test process",
                    "display_name": "Test process (version 2)",
                    "version": 2,
                    "state": "draft",
                    "team_ids": self.team.ids,
                    "approved_on": False,
                    "followup_stage_id": self.process.followup_stage_id.id,
                    "version_count": 2,
                }
            ],
        )
        sheet = draft.sheet_ids
        self.assertRecordValues(sheet, [{"stage_id": self.stage_new.id, "expected_result": "The need is known"}])
        self.assertRecordValues(sheet.input_ids, [{"name": "Enquiry", "party_name": "Customer"}])
        self.assertEqual(sheet.output_ids.mapped("name"), ["Requirement"])
        self.assertEqual(len(sheet.risk_ids | sheet.risk_ids), 1)
        self.assertNotEqual(sheet.document_ids, self.sheet.document_ids)
        sheet.document_ids.raw = b"two"
        self.assertEqual(self.sheet.document_ids.raw, b"one")
        sheet.expected_result = "More is known"
        self.assertEqual(self.sheet.expected_result, "The need is known")
        self.assertEqual(self._next(self.process.with_env(self.env)), draft, "one draft at a time")

    def test_running_cases_finish_by_their_version_or_are_moved(self):
        self._activate()
        running, closed, lost = self._lead(), self._won_lead(), self._lead()
        closed.action_start_followup()
        closed.followup_end = "2024-05-06 07:08:09"
        lost.action_set_lost()
        elsewhere = self._lead(team_id=self.other_team.id)
        second = self._next()
        second.action_activate()
        self.assertRecordValues(
            self.process | second,
            [
                {"state": "retired", "owns_followup_stage": False},
                {"state": "effective", "owns_followup_stage": True},
            ],
        )
        late = self._lead()
        self.assertRecordValues(
            running | late | closed | elsewhere,
            [
                {"process_id": self.process.id, "kept_process_id": self.process.id},
                {"process_id": second.id, "kept_process_id": False},
                {"process_id": second.id, "kept_process_id": False},
                {"process_id": False, "kept_process_id": False},
            ],
        )
        self.assertEqual(second.kept_lead_count, 1)
        self.assertEqual(self.env["crm.lead"].search(second.action_view_kept_leads()["domain"]), running)
        running.action_set_won()
        running.action_start_followup()
        self.assertEqual(running.stage_id, second.followup_stage_id, "the former version leads to the same after-sales")
        third = self._next(second)
        third.action_activate()
        self.assertEqual(running.process_id, self.process, "it keeps the version it began by")
        self.assertEqual(late.process_id, second)
        third.action_move_cases()
        self.assertEqual((running | late).process_id, third)
        self.assertEqual(third.kept_lead_count, 0)
        self.assertIn("No longer follows", running.message_ids[0].body)

    def test_case_leaves_its_version_with_its_team_or_its_process(self):
        self._activate()
        lead, other = self._lead(), self._lead()
        self._next().action_activate()
        other.team_id = self.other_team
        self.assertFalse(other.process_id)
        self.process._get_versions()[-1:].action_retire()
        self.assertFalse(lead.process_id, "no process in force: nothing binds the case")
        foreign = self.env["crm.process"].create({"name": "Second", "team_ids": [self.team.id]})
        foreign.action_activate()
        self.assertEqual(lead.process_id, foreign)

    def test_nobody_chooses_the_version_that_asks_least(self):
        self._activate()
        lead = self._lead()
        for user in self.salesman | self.manager:
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                lead.with_user(user).write({"kept_process_id": self.process.id})
            leads = self.env["crm.lead"].with_user(user)
            values = {"name": "Mine", "user_id": user.id}
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                leads.create({**values, "kept_process_id": self.process.id})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                leads.with_context(default_kept_process_id=self.process.id).create(values)
        self._next().action_activate()
        with self.assertRaises(AccessError):
            lead.with_user(self.salesman).action_follow_current_version()
        self.env.invalidate_all()
        lead.with_user(self.manager).action_follow_current_version()
        self.assertFalse(lead.kept_process_id)

    def test_approval_belongs_to_the_approvers(self):
        self.process.approver_ids = self.director
        with self.assertRaises(AccessError):
            self.process.with_user(self.manager).action_activate()
        self.process.with_user(self.manager).action_request_approval()
        self.assertRecordValues(self.process.activity_ids, [{"user_id": self.director.id}])
        self.assertTrue(self.process.with_user(self.director).can_approve)
        self.process.with_user(self.director).action_activate()
        self.assertRecordValues(self.process, [{"state": "effective", "approved_by_id": self.director.id}])
        with self.assertRaises(AccessError, msg="approving is not writing"):
            self.process.with_user(self.director).action_retire()

    def test_author_may_approve_where_nobody_is_named(self):
        process = self.env["crm.process"].with_user(self.manager).create({"name": "Own", "team_ids": [self.team.id]})
        process.action_activate()
        self.assertEqual(process.approved_by_id, self.manager)

    def test_status_is_not_written_past_the_buttons(self):
        process = self.process.with_user(self.manager)
        self._activate()
        draft = self._next()
        for values in (
            {"state": "effective"},
            {"approved_on": "2020-01-01"},
            {"approved_by_id": self.manager.id},
            {"version": 9},
            {"first_version_id": process.id},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                draft.with_user(self.manager).write(values)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                process.create({"name": "Past", "team_ids": [self.other_team.id], **values, "state": "retired"})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                process.with_context(default_state="retired").create({"name": "Past"})

    def test_switched_on_again_keeps_its_approval(self):
        self.process.with_user(self.manager).action_activate()
        approved = self.process.approved_on
        self.process.action_retire()
        self.process.action_draft()
        self.process.action_activate()
        self.assertRecordValues(self.process, [{"approved_by_id": self.manager.id, "approved_on": approved}])

    def test_versions_share_their_code_and_other_processes_do_not(self):
        self.process.code = "SP-77"
        self._activate()
        self.assertEqual(self._next().code, "SP-77")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["crm.process"].create({"name": "Twin", "code": "SP-77"}).flush_recordset()

    def test_stage_with_an_approved_sheet_stays(self):
        stage = self.process.followup_stage_id or self._followup_sheet()
        self.process.action_retire()
        self.assertTrue(stage.exists(), "its sheet is evidence")

    def _followup_sheet(self):
        sheet = self.env["crm.process.stage"].create({"process_id": self.process.id, "sequence": 99})
        self.assertEqual(sheet.phase, "followup")
        stage = self._activate()
        self.assertEqual(sheet.stage_id, stage, "the sheet gets the stage that is created")
        return stage
