from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class ResPartner(models.Model):
    _inherit = "res.partner"

    def unlink(self):
        """Alerts go with their customer, and with them the reminders and messages that the database would leave."""
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):
            self.env["crm.customer.alert"].sudo().search([("partner_id", "in", self.ids)]).unlink()
        return super().unlink()
