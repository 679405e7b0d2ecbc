"""What follows an answer, after it is stored: a case when it is bad, the end of a case when it asked again."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..tools import recovery

_logger = logging.getLogger(__name__)

#: Answers older than this when they come to light open no recovery case.
NEWS_DAYS = 30


class CrmSatisfactionResponse(models.Model):
    _inherit = "crm.satisfaction.response"

    case_ids = fields.Many2many(
        "crm.satisfaction.case",
        "crm_satisfaction_case_response_rel",
        "response_id",
        "case_id",
        string="Recovery Cases",
        readonly=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        responses = super().create(vals_list)
        for response in responses.filtered(lambda response: response._matters_for_cases()):
            response._follow_up_safely()
        return responses

    def _matters_for_cases(self):
        """Tell whether anything can follow; asks the database nothing that is not read already."""
        if self.channel == "import" or not self.customer_id:
            return False
        if self.channel == "correction" or self.request_id.case_id:
            return True
        program = self.program_id
        compared = program.case_drop > 0 or program.case_hard
        return program.case_active and (compared or self.score <= program.case_threshold)

    def _follow_up_safely(self):
        """Do what follows this answer; whatever fails is undone, logged and tried again. The answer stays.

        :return: whether it went well
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self.sudo()._follow_up()
        except Exception as error:
            _logger.warning("What follows satisfaction answer %s failed: %s", self.id, error, exc_info=True)
            self.env["crm.satisfaction.follow.up"]._note(self, error)
            return False
        return True

    def _follow_up(self):
        """Open or join a case, or end one with the answer of who was asked again. Doing it twice changes nothing."""
        if not self.customer_id:
            return
        if self.channel == "correction":
            self._follow_correction()
        elif self.request_id.case_id:
            self.request_id.case_id._measured_again(self)
        else:
            self._open_case()

    def _open_case(self):
        origin, previous = self._reason_for_case()
        if origin and self.customer_id.id not in self.env["crm.measure"]._own_partner_ids():
            self.env["crm.satisfaction.case"]._open_for(self, origin, previous)

    def _follow_correction(self):
        """Tell the cases behind an answer that it was wrong; what it says now is judged like any other answer."""
        versions = self
        while versions[-1].corrects_id:
            versions += versions[-1].corrects_id
        if self.request_id.case_id and self.counted:
            self.request_id.case_id._measured_again(self)
        elif versions.case_ids:
            versions.case_ids._note_correction(self)
        elif self.counted and self.program_id.case_active and versions[-1]._is_news():
            self._open_case()

    def _is_news(self):
        """Tell whether it was said lately, and to us: nobody is called about history."""
        return self.channel != "import" and self.answered_at >= fields.Datetime.now() - timedelta(days=NEWS_DAYS)

    def _in_words(self):
        """Return the score as people say it; False without an answer."""
        return bool(self) and self.env._("%(score)s of %(highest)s", score=self.score, highest=self.scale_max)

    def _span(self):
        """Return the lowest and the highest score of the scale, None without an answer."""
        return (self.scale_min, self.scale_max) if self else None

    def _reason_for_case(self):
        """Return why this answer opens a case (None: it does not), and the answer it was compared with."""
        program = self.program_id
        settings = {"scale": self._span(), "threshold": program.case_threshold}
        if not program.case_drop and not program.case_hard:
            return recovery.reason_to_open(self.score, **settings), self.browse()
        previous = self._previous()
        hard = program.case_hard and self._is_hard_market()
        before = previous.score if previous else None
        return recovery.reason_to_open(
            self.score, **settings, previous=before, drop=program.case_drop, hard=hard
        ), previous

    def _previous(self):
        """Return the answer before this one on the same scale: the contact's own, else the customer's."""
        earlier = [
            ("customer_id", "=", self.customer_id.id),
            ("company_id", "=", self.company_id.id),
            ("metric", "=", self.metric),
            ("scale_min", "=", self.scale_min),
            ("scale_max", "=", self.scale_max),
            ("answered_at", "<=", self.answered_at),
            ("counted", "=", True),
            ("id", "not in", (self | self.corrects_id).ids),
        ]
        own = self.partner_id and self.search([*earlier, ("partner_id", "=", self.partner_id.id)], limit=1)
        return own or self.search(earlier, limit=1)

    def _is_hard_market(self):
        return self.market_id.is_hard
