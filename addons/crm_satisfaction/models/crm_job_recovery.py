from odoo import api, models

from ..tools import scores


class CrmJob(models.Model):
    _inherit = "crm.job"

    @api.model
    def _summary_lines(self):
        """Add the recovery cases: open, overdue, and the share of customers won back with its interval."""
        cases = self.env["crm.satisfaction.case"]
        still_open = cases.search_count([("state", "!=", "closed")])
        overdue = cases.search_count([("is_overdue", "=", True)])
        results = dict(cases._read_group([("result", "in", ("recovered", "not_recovered"))], ["result"], ["__count"]))
        line = f"Recovery cases: {still_open} open, {overdue} overdue"
        if judged := sum(results.values()):
            low, high = scores.share_interval(results.get("recovered", 0), judged)
            line += f"; {results.get('recovered', 0)} of {judged} recovered (95 % between {low:.0f} and {high:.0f} %)"
        return [*super()._summary_lines(), line]
