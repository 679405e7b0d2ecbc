"""Texts typed into survey pages, made fit to be stored, and pages sent twice."""

from odoo import models

from ..tools.text import TEXT_LIMIT, clean, shorten


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Drop what PostgreSQL cannot store; in surveys of a schedule, cut what nobody can read.

        Core answers a page that comes twice with an error where going back is not allowed. In surveys of a schedule the
        first answer stays and the visitor goes on; the score is looked after by the invitation.
        """
        if not overwrite_existing and self._was_answered(question):
            return None
        return super()._save_lines(question, self._fit(answer), self._fit(comment), overwrite_existing)

    def _was_answered(self, question):
        """Tell whether a question of a schedule's survey has its answer, other than the score of an invitation."""
        if question not in self.user_input_line_ids.question_id or not self._has_schedule():
            return False
        return question.question_type != "scale" or not self._get_satisfaction_request(question)

    def _fit(self, text):
        if not isinstance(text, str):
            return text
        if len(text) > TEXT_LIMIT and self._has_schedule():
            return shorten(text)
        return clean(text)

    def _has_schedule(self):
        programs_sudo = self.env["crm.satisfaction.program"].sudo().with_context(active_test=False)
        return bool(programs_sudo.search_count([("survey_id", "=", self.survey_id.id)], limit=1))
