"""Persons who ask to be forgotten: what becomes of what they said about surveys."""

from odoo import api, models


class CrmSatisfactionConsent(models.Model):
    _inherit = "crm.satisfaction.consent"

    @api.model
    def _erase_person(self, partner):
        """Forget what a person said about surveys; that somebody wants none is needed for keeping to it."""
        said = self.search([("partner_id", "=", partner.id)])
        kept = said[:1].filtered("withdrawn")
        (said - kept).with_context(satisfaction_erasure=True).unlink()
