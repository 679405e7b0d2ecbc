from odoo import models
from odoo.tools import SQL


class CrmHistoryReport(models.AbstractModel):
    """Figures that a mean of a column cannot give, counted by the database for whatever is grouped by.

    A pivot asks for "avg" of a field; a report declares what that field really is. The same cell, row and total of a
    pivot, and each bar of a graph, is a median of its own rows, a ratio of its own sums, a share of all rows chosen.
    """

    _name = "crm.history.report"
    _inherit = "crm.cell.mixin"
    _description = "Process Report"

    #: field -> share of the rows that lie at or below it: 0.5 is the median
    _quantiles = {}
    #: field -> (what it is a quantile of, by how much it is divided): dividing each row costs more than the result
    _units = {}
    #: field -> (numerator, denominator): the sum of one over the sum of the other
    _ratios = {}
    #: the same in percent
    _percentages = {}
    #: field -> what is summed, here and over all rows the search found, in percent; None counts rows
    _shares = {}

    def action_open_leads(self):
        """Open the opportunities behind these rows, those the user may see."""
        return self.lead_id._open_from_history()

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        if name in self._quantiles:
            column, unit = self._units.get(name, (name, 1))
            column = self._field_to_sql(self._table, column, query)
            return SQL("PERCENTILE_CONT(%s) WITHIN GROUP (ORDER BY %s) / %s", self._quantiles[name], column, unit)
        if name in self._ratios:
            return self._ratio_sql(*self._ratios[name], query)
        if name in self._percentages:
            return SQL("100 * %s", self._ratio_sql(*self._percentages[name], query))
        if name in self._shares:
            part = self._sum_sql(self._shares[name], query)
            return SQL("100 * %s / NULLIF((%s)::float, 0)", part, query.select(part))
        return super()._read_group_select(aggregate_spec, query)

    def _read_group_orderby(self, order, groupby_terms, query):
        """Sort groups of stages by their order when they are counted; core would sort all rows by it beforehand."""
        terms = []
        for part in order.split(",") if order else ():
            term = part.split()[0]
            stage = groupby_terms.get(term)
            if stage and self._fields[term].comodel_name == "crm.stage":
                way = SQL("DESC") if "desc" in part.lower().split() else SQL("ASC")
                sequence = SQL("(SELECT sequence FROM crm_stage ordered WHERE ordered.id = %s)", stage)
                terms.append(SQL("%s %s, %s %s", sequence, way, stage, way))
            else:
                terms.append(super()._read_group_orderby(part.strip(), groupby_terms, query))
        return SQL(", ").join(terms) if terms else super()._read_group_orderby(order, groupby_terms, query)

    def _ratio_sql(self, numerator, denominator, query):
        return SQL("%s::float / NULLIF(%s, 0)", self._sum_sql(numerator, query), self._sum_sql(denominator, query))

    def _sum_sql(self, name, query):
        return SQL("SUM(%s)", self._field_to_sql(self._table, name, query)) if name else SQL("COUNT(*)")
