from odoo import models


class CrmCostLine(models.Model):
    _name = "crm.cost.line"
    _inherit = ["crm.cost.line", "crm.cost.currency.mixin"]
