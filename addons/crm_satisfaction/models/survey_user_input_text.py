"""Texts typed into survey pages, made fit to be stored, and pages sent twice."""

from odoo import models
from odoo.exceptions import UserError

from ..tools.text import TEXT_LIMIT, clean, shorten
from .survey_user_input import RECORDED


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Drop what PostgreSQL cannot store; in surveys of a schedule, cut what nobody can read.

        Core answers a page that comes twice with an error where going back is not allowed. In surveys of a schedule the
        first answer stays and the visitor goes on; the score is looked after by the invitation.
        """
        answer, comment = self._fit(answer), self._fit(comment)
        try:
            result = super()._save_lines(question, answer, comment, overwrite_existing)
        except UserError:
            if overwrite_existing or not self._was_answered(question):
                raise
            return None
        if not self.partner_id and not self.test_entry and question.question_type in RECORDED:
            for response_sudo in self._get_anonymous_response(question):
                response_sudo._add_part(question, answer, comment)
        return result

    def _get_anonymous_response(self, question):
        """Return the answer given through a link for everybody that this page belongs to, or nothing."""
        responses_sudo = self.env["crm.satisfaction.response"].sudo()
        domain = [("user_input_id", "=", self.id), ("request_id", "=", False), ("corrects_id", "=", False)]
        response_sudo = responses_sudo.search(domain, limit=1)
        return response_sudo.filtered(lambda response: response.program_id.question_id != question)

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
