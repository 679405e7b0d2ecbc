from odoo import api, models


class CrmJob(models.Model):
    _inherit = "crm.job"

    @api.model
    def _summary_lines(self):
        """Add where opportunities are and how many customers went round again."""
        leads = self.env["crm.lead"]
        counts = dict(leads._read_group([("type", "=", "opportunity")], ["process_phase"], ["__count"]))
        phases = self.env["crm.stage"]._fields["process_phase"]._description_selection(self.env)
        by_phase = ", ".join(f"{label} {counts.get(phase, 0)}" for phase, label in phases)
        [(cycles, longest)] = leads._read_group(
            [("previous_cycle_id", "!=", False)], [], ["__count", "cycle_number:max"]
        )
        processes = self.env["crm.process"].search_count([("state", "=", "effective")])
        return [
            *super()._summary_lines(),
            self.env._("Opportunities by phase: %(phases)s", phases=by_phase),
            self.env._(
                "Processes in force: %(processes)s; next cycles opened: %(cycles)s (up to cycle %(top)s)",
                processes=processes,
                cycles=cycles,
                top=longest or 1,
            ),
        ]
