from odoo.addons.survey.controllers.main import Survey


class SatisfactionSurvey(Survey):
    def _extract_comment_from_answers(self, question, answers):
        """Keep a zero sent as a JSON number: core drops it here as if nothing had been chosen."""
        return super()._extract_comment_from_answers(question, question._as_text(answers))
