from odoo import models


class CrmCustomerPanelMixin(models.AbstractModel):
    """From an order or an opportunity to what one should know when its customer stands in front of one."""

    _inherit = "crm.customer.panel.mixin"

    def action_open_counter(self):
        """Show what to know about the customer of this document, in the company of the document."""
        self.ensure_one()
        return self.env["crm.counter"]._open(self.partner_id, self._panel_company())
