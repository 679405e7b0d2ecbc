from odoo import api, models


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    @api.model
    def _crm_history_kept_by(self):
        """Offer invitations, answers and what contacts said about surveys as a file before they are deleted."""
        return {
            **super()._crm_history_kept_by(),
            "crm_satisfaction": {
                "crm.satisfaction.request": None,
                "crm.satisfaction.response": None,
                "crm.satisfaction.consent": None,
            },
        }
