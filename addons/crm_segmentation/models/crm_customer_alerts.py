from odoo import models


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    def action_open_alerts(self):
        """Open the alerts about this customer, closed ones too, as far as the reader may see them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_customer_alert_action")
        domain = [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)]
        return {**action, "domain": domain, "context": {}}
