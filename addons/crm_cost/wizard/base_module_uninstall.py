from odoo import api, models


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    @api.model
    def _crm_history_kept_by(self):
        """Offer months and cost lines as a file before they are deleted."""
        return {
            **super()._crm_history_kept_by(),
            "crm_cost": {
                "crm.cost.period": None,
                "crm.cost.line": None,
                "crm.cost.late": None,
                "crm.cost.access.log": None,
            },
        }
