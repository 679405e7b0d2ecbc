from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_lead import _phase_rank
from .crm_stage import PHASES

READERS = "sales_team.group_sale_salesman"


class CrmPhaseMixin(models.AbstractModel):
    """Documents and contacts that know in which phase their opportunity is, as far as the reader may see it.

    Nothing is stored. A group on a field guards reading only; searching, grouping and sorting are answered by the
    search method and the SQL, so both check the access themselves.
    """

    _name = "crm.phase.mixin"
    _description = "Phase of the Opportunity"

    #: Column that leads to what ``_phases_sql`` gives the phase of
    _phase_path = "opportunity_id"

    process_phase = fields.Selection(
        PHASES,
        string="Phase",
        compute="_compute_process_phase",
        search="_search_process_phase",
        groups=READERS,
        help="Phase of the process that the opportunity is in.",
    )

    def _compute_process_phase(self):
        """Read the phases of all records with one query."""
        phases = {}
        keys = [record._get_phase_key() for record in self]
        if any(keys):
            phases = dict(self.env.execute_query(self._phases_sql([key for key in keys if key])))
        for record, key in zip(self, keys, strict=True):
            record.process_phase = phases.get(key, False)

    def _search_process_phase(self, operator, value):
        self._check_field_access(self._fields["process_phase"], "read")
        if operator != "in":
            return NotImplemented
        found = Domain(self._phase_path, "in", SQL("(SELECT key FROM (%s) phase)", self._phases_sql()))
        chosen = [phase for phase in value if phase]
        among = SQL("(SELECT key FROM (%s) phase WHERE phase.phase = ANY(%s))", self._phases_sql(), chosen)
        domain = Domain(self._phase_path, "in", among) if chosen else Domain.FALSE
        return domain | ~found if False in value else domain

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists group by the phase: one join on the opportunities the reader may see."""
        if field_expr != "process_phase" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        phase = query.make_alias(alias, "phase")
        same = SQL("%s = %s", SQL.identifier(phase, "key"), SQL.identifier(alias, self._phase_path))
        query.add_join("LEFT JOIN", phase, SQL("(%s)", self._phases_sql()), same)
        return SQL.identifier(phase, "phase")

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort by phase in the order of the road, not of the alphabet."""
        if field_name != "process_phase":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        return SQL("%s %s %s", _phase_rank(self._field_to_sql(alias, field_name, query)), direction, nulls)

    def _get_phase_key(self):
        return self[self._phase_path]._origin.id

    @api.model
    def _phases_sql(self, keys=None):
        """Return a SELECT of ``(key, phase)``, one row for each key, of those opportunities the user may read."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        query = leads._search(Domain("id", "in", keys) if keys is not None else Domain.TRUE, order="id")
        query.order = None
        phase = leads._field_to_sql(query.table, "process_phase", query)
        return query.select(SQL("%s AS key", SQL.identifier(query.table, "id")), SQL("%s AS phase", phase))
