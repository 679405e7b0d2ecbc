from odoo import api, models


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    @api.model
    def _crm_history_kept_by(self):
        """Alerts, what came of them and who is related to whom are typed by people: no job computes them again."""
        kept_by = super()._crm_history_kept_by()
        ours = dict.fromkeys(("crm.customer.alert", "crm.alert.outcome", "crm.partner.relation"))
        return {**kept_by, "crm_segmentation": {**kept_by.get("crm_segmentation", {}), **ours}}
