from odoo import fields, models
from odoo.tools import SQL

#: Where the numbers of outputs begin among what can be done.
FIRST = 1_000_000

CLOSED = SQL("(SELECT id FROM crm_lead WHERE won_status IN ('won', 'lost'))")


class CrmWinReport(models.Model):
    """What the gates ask for: which of it won and lost opportunities had brought, by today's evidence.

    An output is the same from version to version. It is looked at for the opportunities of the teams of its process
    only: nobody asked the others for it.
    """

    _inherit = "crm.win.report"

    kind = fields.Selection(selection_add=[("output", "Output of a Stage")])

    def _get_gate_outputs(self):
        """Return the outputs that approved versions ask for, each in its latest version."""
        outputs_sudo = self.env["crm.process.io"].sudo()  # what was brought is counted, whoever reads it
        outputs_sudo = outputs_sudo.search(
            [("evidence", "!=", False), ("sheet_id.process_id.approved_on", "!=", False)], order="id desc"
        )
        latest = {output.key: output for output in outputs_sudo if output._is_findable()}
        return outputs_sudo.union(*(output for key, output in latest.items() if key)).sorted("id")

    def _features_sql(self):
        gates = [
            SQL(
                "SELECT %s, 'output', %s, %s::int",
                FIRST + output.id,
                f"{output.name} ({output.sheet_id.display_name})",
                output.sheet_id.process_id._get_family().id,
            )
            for output in self._get_gate_outputs()
        ]
        return SQL(" UNION ALL ").join(
            [SQL("SELECT feature.*, NULL::int AS process_id FROM (%s) feature", super()._features_sql()), *gates]
        )

    def _asked_sql(self):
        """Return SQL of whether a feature is looked at for an opportunity."""
        return SQL(
            """(feature.process_id IS NULL OR lead.team_id IN (
                    SELECT rel.team_id
                      FROM crm_process_team_rel rel JOIN crm_process version ON version.id = rel.process_id
                     WHERE COALESCE(version.first_version_id, version.id) = feature.process_id))"""
        )

    def _facts_sql(self):
        found = [
            SQL("SELECT lead_id, %s + output_id FROM (%s) found", FIRST, output._found_sql(CLOSED))
            for output in self._get_gate_outputs()
        ]
        return SQL(" UNION ").join([super()._facts_sql(), *found])
