"""Customers who are deleted, and persons who ask to be forgotten: what becomes of their cases."""

from odoo import api, fields, models


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    @api.model
    def _erase_person(self, partner):
        """Take a person out of cases: what they said goes, what was done and learnt stays."""
        cases = self.search(["|", ("partner_id", "=", partner.id), ("customer_id", "=", partner.id)])
        cases.filtered(lambda case: case.customer_id == partner)._end_without_customer()
        for case in cases:
            gone = {"partner_id": False, "complaint": False}
            if case.customer_id == partner:
                case.promise_ids.unlink()
                gone["customer_id"] = False
            case.write(gone)
            # Tracked names and notes may tell who it was.
            case.message_ids.unlink()

    def _end_without_customer(self):
        """Close what is open: there is nobody left to contact."""
        for case in self._get_open():
            case.write({"state": "closed", "closed_at": fields.Datetime.now(), "again_on": False})
            case.activity_ids.unlink()
            case._note(self.env._("Closed: the contact was deleted or erased."))
