from odoo.tests import tagged, users

from ..templates import TEMPLATES
from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestProcessTemplate(ProcessCommon):
    def _create(self, template, **values):
        wizard = self.env["crm.process.template"].create(
            {"template": template, "team_ids": [(6, 0, self.team.ids)], **values}
        )
        return self.env["crm.process"].browse(wizard.action_create()["res_id"])

    @users("process_manager")
    def test_each_template_becomes_a_draft_with_every_phase_written(self):
        stages = self.env["crm.stage"].search_count([])
        for template in TEMPLATES:
            process = self._create(template)
            self.assertRecordValues(process, [{"state": "draft", "is_frozen": False, "team_ids": self.team.ids}])
            self.assertEqual(process.sheet_ids.mapped("phase")[-1], "followup")
            self.assertFalse(process.missing_stage_ids)
            written = process.sheet_ids.filtered("expected_result")
            self.assertEqual(set(written.mapped("phase")), {"needs", "solution", "sale", "followup"})
            for sheet in written:
                for part in ("criteria", "methods", "responsibility", "interface_note", "input_ids", "output_ids"):
                    self.assertTrue(sheet[part], part)
                self.assertTrue(sheet.resource_ids)
                self.assertTrue(sheet.risk_ids)
            kinds = written.risk_ids.mapped("kind")
            self.assertIn("risk", kinds)
            self.assertIn("opportunity", kinds)
        self.assertEqual(self.env["crm.stage"].search_count([]), stages, "no pipeline changes")

    @users("process_manager")
    def test_draft_from_a_template_can_be_switched_on(self):
        process = self._create("trading")
        process.action_activate()
        self.assertEqual(process.sheet_ids[-1].stage_id, process.followup_stage_id)

    def test_stage_of_a_known_phase_gets_the_text_once(self):
        self.stage_new.process_phase = self.stage_middle.process_phase = "needs"
        process = self._create("consultancy")
        by_stage = {sheet.stage_id: sheet.expected_result for sheet in process.sheet_ids}
        self.assertTrue(by_stage[self.stage_new])
        self.assertFalse(by_stage[self.stage_middle])

    def test_name_follows_the_template_and_may_be_changed(self):
        wizard = self.env["crm.process.template"].create({})
        self.assertEqual(wizard.name, "Selling goods")
        wizard.template = "consultancy"
        self.assertEqual(wizard.name, "Selling projects")
        self.assertEqual(self._create("trading", name="Ours").name, "Ours")
