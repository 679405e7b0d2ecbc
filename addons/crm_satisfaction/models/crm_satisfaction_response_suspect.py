"""Anonymous answers that look like ballot stuffing: marked, left out of figures, and looked at by a person."""

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class CrmSatisfactionResponse(models.Model):
    _inherit = "crm.satisfaction.response"

    is_suspect = fields.Boolean(
        string="Suspected",
        readonly=True,
        help="Many anonymous answers came from one place in a short time. Left out of all figures until released.",
    )
    checked_by_id = fields.Many2one(
        "res.users",
        string="Looked at by",
        ondelete="set null",
        readonly=True,
        help="Who released the answer, or marked it as suspected.",
    )
    checked_at = fields.Datetime(string="Looked at on", readonly=True)

    _suspect_idx = models.Index("(program_id) WHERE is_suspect IS TRUE")

    def action_release(self):
        """Count suspected answers after all: the person who looked at them stands for it."""
        self._check_may_judge()
        self._judge(self.filtered("is_suspect"), False, self.env.user)

    def action_suspect(self):
        """Leave anonymous answers out of the figures; those of known customers cannot be left out."""
        self._check_may_judge()
        self._judge(self.filtered(lambda r: r._is_anonymous() and not r.is_suspect), True, self.env.user)

    def _suspect(self):
        """Mark answers, except those a person has looked at."""
        self._judge(self.filtered(lambda r: r._is_anonymous() and not r.is_suspect and not r.checked_at), True)

    def _is_anonymous(self):
        return self.channel in ("link", "qr") and not self.request_id and not self.partner_id

    def _check_may_judge(self):
        self.check_access("read")
        if not self.env.user.has_group("crm_segmentation.group_insight_configure"):
            raise AccessError(self.env._("Only who configures survey schedules may judge anonymous answers."))

    def _judge(self, responses, suspect, user=None):
        """Change the mark, which is ours and no part of what was answered, and have the figures counted again."""
        if not responses:
            return
        responses.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_satisfaction_response SET is_suspect = %(suspect)s,"
                " counted = NOT %(suspect)s AND replaced_by_id IS NULL,"
                " checked_by_id = %(user)s, checked_at = %(now)s WHERE id = ANY(%(ids)s)",
                suspect=suspect,
                user=user.id if user else None,
                now=fields.Datetime.now() if user else None,
                ids=responses.ids,
            )
        )
        responses.invalidate_recordset(["is_suspect", "counted", "checked_by_id", "checked_at"], flush=False)
        self.env["crm.satisfaction.pending"]._add(responses.ids)
        self.env["crm.customer"]._trigger_satisfaction()
