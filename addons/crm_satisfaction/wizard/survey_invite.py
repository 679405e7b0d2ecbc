from odoo import models


class SurveyInvite(models.TransientModel):
    _inherit = "survey.invite"

    def _prepare_answers(self, partners, emails):
        """Count contacts invited from the Surveys app like those invited from here, when a schedule uses the survey."""
        answers = super()._prepare_answers(partners, emails)
        self.env["crm.satisfaction.request"]._adopt_answers(self.survey_id, answers)
        return answers
