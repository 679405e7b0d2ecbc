from odoo import api, models

#: What the opportunities know of their cycle.
LEAD_FIELDS = [
    "previous_cycle_id",
    "next_cycle_date",
    "cycle_number",
    "followup_start",
    "followup_end",
    "followup_outcome",
    "won_reason_id",
    "competitor_id",
]

#: What was written down and ticked off.
MODELS = [
    "crm.process",
    "crm.process.stage",
    "crm.process.io",
    "crm.process.indicator",
    "crm.process.resource",
    "crm.process.risk",
    "crm.lead.check",
    "crm.stage.log",
    "crm.lead.obstacle",
]


class BaseModuleUninstall(models.TransientModel):
    _inherit = "base.module.uninstall"

    @api.model
    def _crm_history_kept_by(self):
        """Offer processes with their sheets, cycles and the history of stages as a file before they are deleted."""
        lost = {**dict.fromkeys(MODELS), "crm.lead": LEAD_FIELDS}
        return {**super()._crm_history_kept_by(), "crm_process": lost}
