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
        self._keep_decisions(src_partners, dst_partner)
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

    def _keep_decisions(self, src_partners, dst_partner):
        """Have what was decided about the sources hold for the target, so that it is not decided once more."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH own AS (
                    SELECT DISTINCT ON (program_id, res_model, res_id, trigger_day) id, program_id, res_model, res_id,
                           trigger_day
                      FROM crm_satisfaction_request
                     WHERE subject_key IN %(sources)s
                     ORDER BY program_id, res_model, res_id, trigger_day, id
                )
                UPDATE crm_satisfaction_request decision
                   SET subject_key = %(target)s
                  FROM own
                 WHERE own.id = decision.id
                   AND NOT EXISTS (
                       SELECT FROM crm_satisfaction_request known
                        WHERE known.program_id = own.program_id AND known.subject_key = %(target)s
                          AND known.res_model IS NOT DISTINCT FROM own.res_model
                          AND known.res_id IS NOT DISTINCT FROM own.res_id
                          AND (own.res_id IS NOT NULL OR known.trigger_day = own.trigger_day))
                """,
                sources=tuple(src_partners.ids),
                target=dst_partner.id,
            )
        )

    def _close_double_invitations(self, partners):
        """End all but the newest open invitation per schedule: after the merge they belong to one contact."""
        open_sudo = self.env["crm.satisfaction.request"].sudo().search(
            [("partner_id", "in", partners.ids), ("state", "in", OPEN_STATES)], order="id desc"
        )  # fmt: skip
        for requests_sudo in open_sudo.grouped("program_id").values():
            requests_sudo[1:]._cancel_mails()
            requests_sudo[1:].write(
                {
                    "state": "expired",
                    "reason": self.env._("Contacts were merged; a newer invitation is open"),
                }
            )
