from odoo import models


class CrmProcess(models.Model):
    """When time limits come into force: with the process, from that moment on, for who is already there too."""

    _inherit = "crm.process"

    def write(self, vals):
        """Switch limits off with a process that is archived, and on again with it."""
        result = super().write(vals)
        if vals.get("active") is False:
            self._stop_running_clocks()
        elif vals.get("active"):
            for process in self.filtered(lambda process: process.state == "effective"):
                process.sudo()._start_running_clocks()  # cases of everybody
        return result

    def action_activate(self):
        starting = self.filtered(lambda process: process.state != "effective")
        result = super().action_activate()
        for process in starting:
            process.sudo()._start_running_clocks()  # cases of everybody
        return result

    def action_retire(self):
        result = super().action_retire()
        self._stop_running_clocks()
        return result

    def _stop_running_clocks(self):
        """Stop the clocks of cases that follow no process any more, those of everybody."""
        leads_sudo = self.env["crm.lead"].sudo()
        leads_sudo = leads_sudo.search([("team_id", "in", self.team_ids.ids), ("stage_clock_start", "!=", False)])
        leads_sudo.filtered(lambda lead: not lead.process_id)._stop_clock()

    def _start_running_clocks(self):
        """Start the clocks of the cases that follow this version; nobody is late the moment it is switched on."""
        for sheet in self.sheet_ids.filtered("time_limit"):
            self.env["crm.lead"].search(
                [
                    ("team_id", "in", self.team_ids.ids),
                    ("stage_id", "=", sheet.stage_id.id),
                    ("type", "=", "opportunity"),
                    ("followup_end", "=", False),
                    ("kept_process_id", "=", False),
                ]
            ).filtered(lambda lead: lead.process_id == self)._start_clock(sheet)
