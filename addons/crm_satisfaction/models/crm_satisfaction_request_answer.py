"""What happens when a customer answers an invitation, whichever page the answer comes from."""

import logging

from odoo import api, fields, models
from odoo.tools import consteq

from ..tools import scores
from .crm_satisfaction_request import OPEN_STATES

_logger = logging.getLogger(__name__)


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    _company_decided_idx = models.Index("(company_id, decided_at)")

    @api.model
    def _find_by_token(self, token):
        """Return the invitation (as superuser) a public link stands for, or an empty recordset.

        The number in front finds the row, the secret behind it is compared in constant time.
        """
        number, _dash, secret = (token or "").partition("-")
        if not (number.isascii() and number.isdigit() and len(number) < 10 and secret and secret.isascii()):
            return self.sudo().browse()
        request_sudo = self.sudo().browse(int(number)).exists()
        if not request_sudo or not consteq(request_sudo.access_token, secret):
            return self.sudo().browse()
        company = request_sudo.company_id
        return request_sudo.with_context(allowed_company_ids=company.ids).with_company(company)

    def _public_state(self):
        """Return what a visitor can do: 'open', 'answered' or 'closed'."""
        program = self.program_id
        if self.state == "answered":
            return "answered"
        late = self.deadline and self.deadline < min(fields.Date.today(), self.company_id._crm_today())
        survey = program.survey_id
        if self.state not in OPEN_STATES or late or not self.partner_id or not survey.active or not program.question_id:
            return "closed"
        return "open"

    def _answer_from_mail(self, score):
        """Store a score confirmed on our page as an answer of the survey, and leave the other questions to core."""
        program = self.program_id
        survey, question = program.survey_id, program.question_id
        if not self.user_input_id:
            lang = self.env["res.lang"]._get_data(code=self._get_lang())
            self.user_input_id = survey._create_answer(
                partner=self.partner_id, check_attempts=False, is_session_answer=False, lang_id=lang.id
            )
        answer = self.user_input_id
        if answer.state == "new":
            answer._mark_in_progress()
        answer.with_context(satisfaction_channel=self.channel)._save_lines(question, str(score))
        answer._move_past(question)

    def _record_answer(self, score, channel):
        """Store the score of this invitation once, whichever way it came; later ones are only counted.

        :param score: whole number, checked against the scale again
        :param channel: 'mail' (our page) or 'survey' (Odoo's survey pages)
        :return: the new response, empty when the invitation was answered before or has ended
        """
        self.ensure_one()
        Response = self.env["crm.satisfaction.response"].sudo()
        score = scores.parse_score(score, *self.program_id._scale())
        if score is None or self._public_state() != "open":
            self._record_late_attempt(score)
            return Response
        now = fields.Datetime.now()
        # Writing first makes a second answer sent at the same moment wait, fail and start again after this one.
        self.write({"state": "answered", "answered_at": now, "sent_at": self.sent_at or now})
        self.flush_recordset()
        response = Response._record([self._prepare_response(score, channel, now)])
        self.env["crm.customer"]._trigger_satisfaction()
        return response

    def _record_late_attempt(self, score):
        self.write({"late_attempts": self.late_attempts + 1, "last_attempt_at": fields.Datetime.now()})
        _logger.info("Survey invitation %s: score %s came too late and was not stored.", self.id, score)

    def _prepare_response(self, score, channel, now):
        """Return what the invitation knows about the answer; the rest is added when it is recorded."""
        return {
            "request_id": self.id,
            "program_id": self.program_id.id,
            "partner_id": self.partner_id.id,
            "customer_id": self.partner_id.commercial_partner_id.id,
            "score": score,
            "answered_at": now,
            "channel": channel,
            "user_input_id": self.user_input_id.id,
            "res_model": self.res_model,
            "res_id": self.res_id,
        }
