"""Invitations that a person hands over: a link to paste into a chat, a card with a QR code to put into a parcel."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.qr import qr_data_uri
from .crm_satisfaction_request import OPEN_STATES

WORK_GROUP = "crm_segmentation.group_insight_work"


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    personal_url = fields.Char(
        string="Personal Link",
        compute="_compute_personal_url",
        groups=WORK_GROUP,
        help="Whoever opens it answers for this contact: hand it to nobody else. Only invitations that are handed over "
        "show theirs; the key of a mail is shown to nobody.",
    )
    handed_by_id = fields.Many2one(
        "res.users",
        string="Card Printed by",
        ondelete="set null",
        readonly=True,
        help="Who printed the card with the code, and so could have answered in the place of the contact.",
    )
    handed_at = fields.Datetime(string="Card Printed on", readonly=True)

    @api.depends("channel", "state")
    def _compute_personal_url(self):
        for request in self:
            handed = request.channel in ("link", "qr") and request.state in OPEN_STATES
            request.personal_url = handed and request.sudo()._get_answer_url()

    def action_print_card(self):
        """Print a card with the code of each invitation, and note who did."""
        self.check_access("read")
        if not self.env.user.has_group(WORK_GROUP):
            raise AccessError(self.env._("Only who invites customers may print their cards."))
        if not all(request.personal_url for request in self):
            raise UserError(self.env._("Cards are for invitations by link or QR code that can still be answered."))
        # Nobody may change invitations directly; that it was printed is a fact about this user.
        self.sudo().write({"handed_by_id": self.env.uid, "handed_at": fields.Datetime.now()})
        return self.env.ref("crm_satisfaction.report_request_card").report_action(self, config=False)

    def _get_personal_qr(self):
        """Return the code of the personal link as the address of an image, False where there is none to hand over."""
        return self.personal_url and qr_data_uri(self.personal_url)
