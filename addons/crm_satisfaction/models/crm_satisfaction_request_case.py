from odoo import fields, models

from .crm_satisfaction_request import OPEN_STATES


class CrmSatisfactionRequest(models.Model):
    """An invitation that asks a customer again after a recovery case."""

    _inherit = "crm.satisfaction.request"

    case_id = fields.Many2one(
        "crm.satisfaction.case",
        string="Recovery Case",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="The closed case after which this contact is asked again.",
    )

    def _open_for_person(self, person):
        """Return the invitations a person can still answer; one that is over is not shown."""
        domain = [("partner_id", "=", person.id), ("state", "in", OPEN_STATES)]
        return self.search(domain, limit=20).filtered(lambda request: request._public_state() == "open")
