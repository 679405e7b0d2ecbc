from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.service.mixin"]

    def _service_depends(self):
        return ("partner_id.commercial_partner_id", "company_id")
