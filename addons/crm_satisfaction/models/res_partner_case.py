from odoo import fields, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.crm_segmentation.models.res_partner import READ_GROUP


class ResPartner(models.Model):
    """The contact at the counter: cases, promises and preferences are one press away, and end with it."""

    _inherit = "res.partner"

    preference_ids = fields.One2many(
        "crm.customer.preference", "partner_id", string="Preferences", groups=READ_GROUP, copy=False
    )

    def unlink(self):
        """Close the cases of deleted customers: there is nobody left to contact."""
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):
            cases_sudo = self.env["crm.satisfaction.case"].sudo()
            cases_sudo.search([("customer_id", "in", self.ids)])._end_without_customer()
        return super().unlink()

    def action_open_counter(self):
        """Show what to know when this customer stands in front of one."""
        self.ensure_one()
        return self.env["crm.counter"]._open(self, self.env.company)
