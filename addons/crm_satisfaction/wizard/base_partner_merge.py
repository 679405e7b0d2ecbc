from odoo import models
from odoo.tools import SQL

from ..models.crm_satisfaction_request import OPEN_STATES


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Bring invitations and answers along before core rewrites the foreign keys.

        Core would break on two open invitations of one schedule, and would tie answers to a contact where they belong
        to the company of that contact.
        """
        self._close_double_invitations(src_partners | dst_partner)
        self.env.flush_all()
        for model in ("crm.satisfaction.request", "crm.satisfaction.response"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET customer_id = %s WHERE customer_id IN %s",
                    SQL.identifier(self.env[model]._table),
                    dst_partner.commercial_partner_id.id,
                    tuple(src_partners.ids),
                )
            )
            self.env[model].invalidate_model()
        super()._update_foreign_keys(src_partners, dst_partner)
        responses_sudo = self.env["crm.satisfaction.response"].sudo()
        self.env["crm.satisfaction.pending"]._add(
            responses_sudo.search([("customer_id", "=", dst_partner.commercial_partner_id.id)]).ids
        )
        self.env["crm.customer"]._trigger_satisfaction()

    def _close_double_invitations(self, partners):
        """End all but the newest open invitation per schedule: after the merge they belong to one contact."""
        open_sudo = self.env["crm.satisfaction.request"].sudo().search(
            [("partner_id", "in", partners.ids), ("state", "in", OPEN_STATES)], order="id desc"
        )  # fmt: skip
        for requests_sudo in open_sudo.grouped("program_id").values():
            requests_sudo[1:].write(
                {
                    "state": "expired",
                    "reason": self.env._("Contacts were merged; a newer invitation is open"),
                }
            )
