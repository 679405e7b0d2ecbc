"""What the public page asks and shows after a score."""

from odoo import models
from odoo.tools import consteq

from ..tools.text import shorten


class CrmSatisfactionResponse(models.Model):
    _inherit = "crm.satisfaction.response"

    def _find_by_token(self, token):
        """Return the anonymous answer (as superuser) an address stands for, or an empty recordset.

        The key is that of the survey answer, which whoever gave it holds already.
        """
        number, _dash, secret = (token or "").partition("-")
        nothing_sudo = self.sudo().browse()
        if not (number.isascii() and number.isdigit() and len(number) < 10 and secret and secret.isascii()):
            return nothing_sudo
        response_sudo = nothing_sudo.browse(int(number)).exists()
        key = response_sudo.user_input_id.access_token
        if not key or response_sudo.request_id or not consteq(key, secret):
            return nothing_sudo
        company = response_sudo.company_id
        return response_sudo.with_context(allowed_company_ids=company.ids).with_company(company)

    def _get_page_token(self):
        return f"{self.id}-{self.user_input_id.access_token}"

    def _get_follow_up(self):
        """Return the question that follows the score, '' when there is none or something was written already."""
        if self.comment or not self.score_group:
            return ""
        return self.program_id._get_by_score("follow_up", self.score_group)

    def _has_page(self):
        """Tell whether our page has something to say or to ask after this score."""
        thanks = self.score_group and self.program_id._get_by_score("thanks", self.score_group)
        return bool(self._get_follow_up() or thanks or self.program_id.thanks_url)

    def _answer_follow_up(self, text):
        """Store what was written after the score once: as a line of the survey and as comment of the answer.

        Nothing written counts as skipped, so that the survey does not ask the same again.
        """
        if not self._get_follow_up():
            return
        text = shorten(text)
        answer, question = self.user_input_id, self.program_id.follow_up_question_id
        if question and answer.survey_id == question.survey_id and answer.state == "in_progress":
            answer._save_lines(question, text)
            answer._move_past(question)
        if text and not self.comment:
            self._add_text(text)

    def _add_text(self, text):
        """Keep a text that no question of the survey asked for, with the words that asked for it."""
        self.env["crm.satisfaction.response.part"].create(
            {
                "response_id": self.id,
                "company_id": self.company_id.id,
                "question_title": self._get_follow_up(),
                "kind": "comment",
                "comment": text,
            }
        )
        self.write({"comment": text})
