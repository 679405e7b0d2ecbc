"""Persons who ask to be forgotten: what becomes of their invitations."""

from odoo import api, models


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    @api.model
    def _erase_person(self, partner):
        """End what is open, and take the person out of invitations, their mails and their survey answers."""
        self._end_for(partner, self.env._("The contact's data were erased"))
        requests = self.search(["|", ("partner_id", "=", partner.id), ("customer_id", "=", partner.id)])
        requests.mail_id.unlink()
        for name in ("partner_id", "customer_id"):
            requests.filtered(lambda request, name=name: request[name] == partner)[name] = False
        inputs = self.env["survey.user_input"].search([("partner_id", "=", partner.id)])
        self.env["crm.satisfaction.response"]._erase_texts(requests.user_input_id)
        inputs.write({"partner_id": False, "email": False, "nickname": False})
