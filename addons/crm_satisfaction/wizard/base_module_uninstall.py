from odoo import api, models


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    @api.model
    def _crm_history_kept_by(self):
        """Offer what customers were asked, said and were promised as files before it is deleted."""
        return {
            **super()._crm_history_kept_by(),
            "crm_satisfaction": {
                "crm.satisfaction.request": None,
                "crm.satisfaction.response": None,
                "crm.satisfaction.consent": None,
                "crm.satisfaction.case": None,
                "crm.satisfaction.promise": None,
                "crm.customer.preference": None,
            },
        }
