from odoo import api, models

#: What the opportunities know of their cycle.
LEAD_FIELDS = [
    "previous_cycle_id",
    "next_cycle_date",
    "cycle_number",
    "followup_start",
    "followup_end",
    "followup_outcome",
]


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    @api.model
    def _crm_history_kept_by(self):
        """Offer processes, cycles and the history of stages as a file before they are deleted."""
        lost = {"crm.process": None, "crm.stage.log": None, "crm.lead.obstacle": None, "crm.lead": LEAD_FIELDS}
        return {**super()._crm_history_kept_by(), "crm_process": lost}
