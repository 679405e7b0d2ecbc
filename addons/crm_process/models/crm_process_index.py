from collections import namedtuple

from odoo import api, models
from odoo.tools import ormcache

Index = namedtuple("Index", "gates entries documents")


class CrmProcess(models.Model):
    """What the processes in force ask and do, by team and stage: moves and documents elsewhere cost no query.

    Earlier versions count, because cases still run by them. An approved version does not change, so the answer changes
    with the status of a process only, and is asked once by each server process.
    """

    _inherit = "crm.process"

    @api.model
    def _gate_index(self):
        """Return ``{team id: ids of stages with a rule, and "create", "lost", "won"}``."""
        return self._index().gates

    @api.model
    def _entry_index(self):
        """Return ``{team id: (id of the process, ids of stages that start something on entry)}``."""
        return self._index().entries

    @api.model
    def _document_index(self):
        """Return ``{team id: documents that move its cases}``."""
        return self._index().documents

    @api.model
    @ormcache()
    def _index(self):
        index = Index({}, {}, {})
        for process in self.sudo().search([("state", "=", "effective")]):
            versions = process._get_versions()
            rules = frozenset().union(*(version._get_rules() for version in versions))
            sheets = versions.sheet_ids
            acting = sheets.filtered(lambda sheet: sheet._acts_on_entry())
            events = frozenset(sheets.mapped("document_event")) - {False}
            for team in process.team_ids:
                if rules:
                    index.gates[team.id] = rules | index.gates.get(team.id, frozenset())
                if acting:
                    index.entries[team.id] = (process._get_family().id, frozenset(acting.stage_id.ids))
                if events:
                    index.documents[team.id] = events
        return index
