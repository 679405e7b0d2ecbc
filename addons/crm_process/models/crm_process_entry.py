from odoo import api, models
from odoo.tools import ormcache


class CrmProcess(models.Model):
    """Where something happens when an opportunity enters a stage."""

    _inherit = "crm.process"

    @api.model
    @ormcache()
    def _entry_index(self):
        """Return ``{team id: (id of the process, ids of the stages)}`` of processes in force that act on entry.

        As the index of gates: earlier versions count, and the answer changes with the status of a process only.
        """
        index = {}
        for process in self.sudo().search([("state", "=", "effective")]):
            sheets = process._get_versions().sheet_ids.filtered(lambda sheet: sheet._acts_on_entry())
            for team in process.team_ids if sheets else ():
                index[team.id] = (process._get_family().id, frozenset(sheets.stage_id.ids))
        return index
