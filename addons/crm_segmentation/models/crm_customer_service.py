from odoo import models


class CrmCustomer(models.Model):
    _name = "crm.customer"
    _inherit = ["crm.customer", "crm.service.mixin"]

    def _service_depends(self):
        return ("partner_id", "company_id")

    def _service_partner(self):
        return self.partner_id

    def action_agree_policy(self):
        """Open a new agreement with this customer, in this company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_policy_override_action")
        return {
            **action,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.partner_id.id, "default_company_id": self.company_id.id},
        }

    def action_open_agreements(self):
        """Open what was agreed with this customer, expired agreements included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_policy_override_action")
        customer = [("partner_id.commercial_partner_id", "=", self.partner_id.id)]
        return {**action, "domain": [*customer, ("company_id", "=", self.company_id.id)], "context": {}}
