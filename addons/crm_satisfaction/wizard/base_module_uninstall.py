from odoo import api, models


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    @api.model
    def _crm_history_kept_by(self):
        """Offer invitations and answers as a file before they are deleted."""
        return {
            **super()._crm_history_kept_by(),
            "crm_satisfaction": {"crm.satisfaction.request": None, "crm.satisfaction.response": None},
        }
