from odoo.tests import new_test_user, tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestCrmStart(ProcessCommon):
    def _checks(self):
        checks = self.env["crm.start"].with_user(self.manager)._get_checks()
        return {check["action"]: check for check in checks if str(check["action"]).startswith("crm_process.")}

    def test_checks_follow_the_database(self):
        self.env["crm.process"].search([("state", "=", "effective")]).action_retire()
        check = self._checks()["crm_process.crm_process_action"]
        self.assertEqual(check["state"], "missing")
        self._activate()
        self._lead(previous_cycle_id=self._won_lead().id)
        check = self._checks()["crm_process.crm_process_action"]
        self.assertEqual((check["state"], check["missing"]), ("ready", False))
        self.stage_new.process_phase = False
        check = self._checks()["crm_process.crm_stage_action_phases"]
        self.assertEqual(check["state"], "partly")
        self.assertTrue(check["fact"])
        for check in self._checks().values():
            self.assertTrue(self.env.ref(check["action"]))

    def test_configurer_without_sales_rights_can_open_the_page(self):
        user = new_test_user(self.env, "process_configurer", groups="crm_segmentation.group_insight_configure")
        self.assertTrue(self.env["crm.start"].with_user(user)._get_checks())

    def test_empty_database_is_no_error(self):
        self.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        check = self._checks()["crm_process.crm_stage_action_phases"]
        self.assertEqual(check["state"], "missing")

    def test_summary_counts_phases_and_cycles(self):
        self._activate()
        self._lead(previous_cycle_id=self._lead().id, cycle_number=2)
        text = "\n".join(self.env["crm.job"]._summary_lines())
        self.assertIn("Opportunities by phase: Needs", text)
        self.assertIn("up to cycle", text)
