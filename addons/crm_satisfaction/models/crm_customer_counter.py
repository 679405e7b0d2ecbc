from odoo import models


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    def action_open_counter(self):
        """Show what to know when this customer stands in front of one."""
        self.ensure_one()
        return self.env["crm.counter"]._open(self.partner_id, self.company_id)
