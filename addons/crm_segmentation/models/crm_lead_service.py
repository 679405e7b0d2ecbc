from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.service.mixin"]

    def _service_depends(self):
        return ("partner_id.commercial_partner_id", "company_id")
