"""Asking again: some days after a case was closed the customer says whether it helped."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..tools import recovery

_logger = logging.getLogger(__name__)


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    again_program_id = fields.Many2one(
        "crm.satisfaction.program",
        string="Ask Again With",
        compute="_compute_again_program_id",
        store=True,
        readonly=False,
        ondelete="set null",
        check_company=True,
        index="btree_not_null",
        help="Schedule by which the contact is asked again after closing; as the schedule of the case says.",
    )
    again_on = fields.Date(string="Ask Again On", readonly=True, help="Day on which the contact is asked again.")
    again_request_id = fields.Many2one(
        "crm.satisfaction.request",
        string="Second Invitation",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    again_response_id = fields.Many2one(
        "crm.satisfaction.response", string="Second Answer", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    again_note = fields.Char(string="Not Asked Again Because", readonly=True)
    first_score = fields.Integer(related="response_id.score", string="First Score", aggregator=None)
    second_score = fields.Integer(related="again_response_id.score", string="Second Score", aggregator=None)
    is_measured = fields.Boolean(compute="_compute_is_measured", help="The customer was asked again and answered.")

    _again_idx = models.Index("(again_on) WHERE again_on IS NOT NULL AND state = 'closed'")

    @api.depends("program_id")
    def _compute_again_program_id(self):
        for case in self:
            case.again_program_id = case.again_program_id or case.program_id.case_program_id

    @api.depends("again_response_id")
    def _compute_is_measured(self):
        for case in self:
            case.is_measured = bool(case.again_response_id)

    def _plan_second_question(self):
        """Note on which day the contact of a case that was just closed is asked again."""
        if self.result == "nothing_wrong" or not self.again_program_id:
            return
        days = (self.program_id.sudo() or self.again_program_id.sudo()).case_ask_days
        # Taken up and closed again: asked again, too.
        self.sudo().write(
            {
                "again_on": self.company_id._crm_today() + timedelta(days=days),
                "again_request_id": False,
                "again_note": False,
            }
        )

    @api.model
    def _ask_again_due(self, limit):
        """Invite the contacts whose day has come; return how many cases were looked at."""
        # The last day anywhere: the day of each company is looked at below.
        domain = [("state", "=", "closed"), ("again_on", "<=", fields.Date.today() + timedelta(days=1))]
        due = self.search(domain, limit=limit, order="again_on, id").try_lock_for_update()
        due = due.filtered(lambda case: case.again_on <= case.company_id._crm_today())
        for case in due:
            try:
                with self.env.cr.savepoint():
                    case._as_system(case.company_id).browse(case.id)._ask_again()
            except Exception as error:
                _logger.warning("Recovery case %s: asking again failed: %s", case.id, error, exc_info=True)
                case.write({"again_on": False, "again_note": f"{type(error).__name__}: {error}"})
        return len(due)

    def _ask_again(self):
        """Invite the contact once more, or note why not. That it was asked not long ago does not matter here."""
        program, contact = self.again_program_id, self.partner_id or self.customer_id
        values = {"again_on": False, "again_note": False}
        if not program.active:
            values["again_note"] = self.env._("The schedule is switched off")
        elif not contact:
            values["again_note"] = self.env._("The contact is gone")
        else:
            decided = program._invite(contact, again=True)
            asked = decided.filtered(lambda request: request.state != "not_asked")[:1]
            asked.case_id = self
            asked._send_or_queue()
            values["again_request_id"] = asked.id
            values["again_note"] = False if asked else decided[:1].reason or self.env._("Nobody can be asked")
        self.write(values)

    def _measured_again(self, response):
        """Let the second answer say whether the customer was won back; a bad one takes the case up again."""
        if self.again_response_id == response:
            return
        threshold = response.program_id.case_threshold
        first = self.response_id
        comparable = first and first.metric == response.metric and first._span() == response._span()
        won = recovery.is_recovered(response.score, threshold, first.score if comparable else None)
        case = self._as_system(self.company_id).browse(self.id)
        case.write({"again_response_id": response.id, "result": "recovered" if won else "not_recovered"})
        case._note(
            self.env._("Asked again: %(score)s of %(highest)s.", score=response.score, highest=response.scale_max)
        )
        if response.score <= threshold and case.state == "closed":
            case._take_up_or_join(response)

    def _take_up_or_join(self, response):
        """Go on with a customer who is still not content: in a newer case if there is one, else in this one."""
        newer = self._find_open(self.customer_id, self.company_id) if self.customer_id else self.browse()
        if newer:
            newer._join(response)
            return
        # The result stays: it is what the customer said.
        self.write({**self._prepare_reopened(), "result": "not_recovered"})
        self._remind()

    def _note_correction(self, response):
        """Tell open cases that the answer behind them was corrected."""
        for case in self._get_open():
            case._as_system(case.company_id).browse(case.id)._note(
                self.env._(
                    "The answer was corrected: %(score)s of %(highest)s.",
                    score=response.score,
                    highest=response.scale_max,
                )
            )
