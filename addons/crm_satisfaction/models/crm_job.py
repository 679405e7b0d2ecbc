from datetime import timedelta

from odoo import api, fields, models

from ..tools import scores
from .crm_satisfaction_program import WINDOW_DAYS


class CrmJob(models.Model):
    _inherit = "crm.job"

    full_on = fields.Date(
        string="Everything Counted on", readonly=True, help="Last day on which all answers were counted anew."
    )

    @api.model
    def _summary_lines(self):
        """Add the Net Promoter Score of the last 12 months, with number of answers and interval."""
        since = fields.Datetime.now() - timedelta(days=WINDOW_DAYS)
        groups = dict(
            self.env["crm.satisfaction.response"]._read_group(
                [("metric", "=", "nps"), ("counted", "=", True), ("answered_at", ">=", since)],
                ["score_group"],
                ["__count"],
            )
        )
        counts = [groups.get(group, 0) for group in ("promoter", "passive", "detractor")]
        if not sum(counts):
            return [*super()._summary_lines(), "NPS: nobody has answered yet."]
        value, low, high = scores.figure("nps", *counts)
        line = f"NPS {value:.0f} (95 % between {low:.0f} and {high:.0f}), {sum(counts)} answers in 12 months"
        return [*super()._summary_lines(), line]
