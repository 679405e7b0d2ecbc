from odoo import api, fields, models


class CrmStart(models.TransientModel):
    _inherit = "crm.start"

    @api.model
    def _get_checks(self):
        """Add what the pipeline can answer already, and what it still lacks."""
        return [*super()._get_checks(), self._get_duration_check(), self._get_cycle_check()]

    def _get_duration_check(self):
        leads_sudo = self.env["crm.lead"].sudo().with_context(active_test=False)  # numbers only
        domain = [("type", "=", "opportunity")]
        [(count, first)] = leads_sudo._read_group(domain, [], ["__count", "create_date:min"])
        sourced = leads_sudo.search_count([*domain, ("source_id", "!=", False)])
        unmapped = self.env["crm.stage"].search_count([("process_phase", "=", False)])
        years = (fields.Datetime.now() - first).days / 365.25 if first else 0.0
        missing = self.env._("Give each stage a phase; %(count)s have none.", count=unmapped) if unmapped else False
        return {
            "sequence": 60,
            "question": self.env._("How long do opportunities take, and where do they stop?"),
            "state": "missing" if not count else "partly" if missing else "ready",
            "fact": self.env._(
                "%(count)s opportunities over %(years)s years, %(share)s %% of them with a source.",
                count=f"{count:,}",
                years=f"{years:.1f}",
                share=round(100 * sourced / count) if count else 0,
            ),
            "missing": missing if count else self.env._("Enter the first opportunity, or import past ones."),
            "button": self.env._("Stages and Phases"),
            "action": "crm_process.crm_stage_action_phases",
        }

    def _get_cycle_check(self):
        leads_sudo = self.env["crm.lead"].sudo()  # numbers only
        won = leads_sudo.search_count([("won_status", "=", "won")])
        cycles = leads_sudo.search_count([("previous_cycle_id", "!=", False)])
        effective = self.env["crm.process"].search_count([("state", "=", "effective")])
        missing = False
        if not effective:
            missing = self.env._("Write a process for one sales team and switch it on.")
        elif not cycles:
            missing = self.env._("Take a won opportunity through after-sales and start its next cycle.")
        return {
            "sequence": 61,
            "question": self.env._("What happens after winning, and do customers come back?"),
            "state": "missing" if not effective else "partly" if missing else "ready",
            "fact": self.env._(
                "Won opportunities: %(won)s; effective processes: %(processes)s; next cycles: %(cycles)s.",
                won=f"{won:,}",
                processes=effective,
                cycles=f"{cycles:,}",
            ),
            "missing": missing,
            "button": self.env._("Processes"),
            "action": "crm_process.crm_process_action",
        }
