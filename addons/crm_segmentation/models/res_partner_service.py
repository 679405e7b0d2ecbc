from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.service.mixin"]

    def _service_depends(self):
        return ("commercial_partner_id",)

    def _service_partner(self):
        return self.commercial_partner_id

    def _service_company(self):
        """A contact is shown as the company sees it that one works in, like its profile."""
        return self.env.company
