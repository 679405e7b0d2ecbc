"""What could not be done after an answer: noted, tried again, and shown when it still fails."""

import logging
from datetime import timedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

#: Tries after which people have to look. Each one waits twice as long as the one before, beginning with two minutes.
MAX_TRIES = 6


class CrmSatisfactionFollowUp(models.Model):
    """An answer whose case could not be opened. The answer itself is stored: it is never the customer's loss."""

    _name = "crm.satisfaction.follow.up"
    _description = "Unfinished Follow-up of an Answer"
    _order = "next_try, id"
    _rec_name = "response_id"

    response_id = fields.Many2one(
        "crm.satisfaction.response", string="Answer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    state = fields.Selection(
        [("waiting", "Tried Again"), ("failed", "Given Up")],
        string="Status",
        required=True,
        readonly=True,
        default="waiting",
        help="Tried again by the scheduler. Given up: press Try Again once the reason is out of the way.",
    )
    tries = fields.Integer(readonly=True, aggregator=None, help="How often it failed.")
    last_error = fields.Text(readonly=True, help="Why the last try failed.")
    next_try = fields.Datetime(readonly=True, help="When it is tried again.")

    _response_uniq = models.UniqueIndex("(response_id)", "What follows an answer is noted once.")

    @api.model
    def _note(self, response, error):
        """Note that what follows an answer failed, and have it tried again later."""
        follow_up_sudo = self.sudo().search([("response_id", "=", response.id)])
        tries = follow_up_sudo.tries + 1
        values = {
            "response_id": response.id,
            "company_id": response.company_id.id,
            "tries": tries,
            "last_error": f"{type(error).__name__}: {error}",
            "state": "failed" if tries >= MAX_TRIES else "waiting",
            "next_try": fields.Datetime.now() + timedelta(minutes=2**tries),
        }
        if follow_up_sudo:
            follow_up_sudo.write(values)
        else:
            follow_up_sudo = follow_up_sudo.create(values)
        if follow_up_sudo.state == "waiting":
            self.env["crm.satisfaction.case"]._trigger_recovery(follow_up_sudo.next_try)

    @api.model
    def _retry_due(self, limit):
        """Try again what is due; return how many answers were looked at."""
        domain = [("state", "=", "waiting"), ("next_try", "<=", fields.Datetime.now())]
        due = self.search(domain, limit=limit).try_lock_for_update()
        for follow_up in due:
            if follow_up.response_id._follow_up_safely():
                follow_up.unlink()
        return len(due)

    def action_try_again(self):
        """Have these tried again within a minute."""
        self.check_access("read")
        self.sudo().write({"state": "waiting", "tries": 0, "next_try": fields.Datetime.now()})
        self.env["crm.satisfaction.case"]._trigger_recovery()
