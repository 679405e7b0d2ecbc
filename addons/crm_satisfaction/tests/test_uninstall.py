from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestUninstall(SatisfactionCommon):
    def test_answered_surveys_stay_and_saved_filters_go(self):
        self._answer(9)
        saved = self.env["ir.filters"].create({"name": "Mine", "model_id": "crm.satisfaction.response"})
        elsewhere = self.env["ir.filters"].create(
            {"name": "Unhappy", "model_id": "crm.customer", "domain": "[('nps_group', '=', 'detractor')]"}
        )
        kept = self.env["ir.filters"].create({"name": "Kept", "model_id": "crm.customer"})
        uninstall_hook(self.env)
        self.assertFalse((saved | elsewhere).exists())
        self.assertTrue(kept.exists())
        self.assertTrue(self.survey.exists())
        self.assertFalse(self.env.ref("crm_satisfaction.survey_relationship_nps", raise_if_not_found=False))
        self.assertFalse(
            self.env.ref("crm_satisfaction.survey_relationship_nps_question_score", raise_if_not_found=False)
        )

    def test_survey_nobody_answered_goes_with_the_addon(self):
        self.env["survey.user_input"].search([("survey_id", "=", self.survey.id)]).unlink()
        uninstall_hook(self.env)
        self.assertTrue(self.env.ref("crm_satisfaction.survey_relationship_nps"))
