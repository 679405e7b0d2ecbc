"""Persons who ask to be forgotten: what becomes of what they said about surveys."""

from odoo import api, models


class CrmSatisfactionConsent(models.Model):
    _inherit = "crm.satisfaction.consent"

    @api.model
    def _erase_person(self, partner):
        """Let go of the person; that an address wants no surveys is needed for keeping to it.

        Who withdrew without an address stays named: otherwise we could not know whom not to ask.
        """
        said = self.search([("partner_id", "=", partner.id)])
        kept = said[:1].filtered(lambda entry: entry.withdrawn and not entry.email)
        (said - kept).write({"partner_id": False, "request_id": False})
