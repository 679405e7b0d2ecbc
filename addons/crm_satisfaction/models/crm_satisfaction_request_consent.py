"""Invitations of contacts who do not want surveys."""

from odoo import api, models


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    @api.model
    def _stop_unsent(self, partners):
        """End invitations that have not left yet, of these contacts and of others with the same addresses."""
        withdrawn = self.env["crm.satisfaction.consent"]._withdrawn_sql()
        waiting_sudo = self.sudo().search([("state", "=", "to_send"), ("partner_id", "in", withdrawn)])
        waiting_sudo._cancel_mails()
        # Never sent means never asked.
        reason = {"reason_code": "withdrawn", "reason": self.env._("Does not want surveys")}
        waiting_sudo.write({"state": "not_asked", **reason})
