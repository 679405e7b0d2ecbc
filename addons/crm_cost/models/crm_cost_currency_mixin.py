from odoo import models
from odoo.tools import SQL


class CrmCostCurrencyMixin(models.AbstractModel):
    """Figures of several companies and months: money of two currencies is never added up, ratios are those of sums."""

    _name = "crm.cost.currency.mixin"
    _description = "Sums of One Currency"

    #: Ratio -> (field above, field below, sign of the lower one).
    _ratios = {}

    def _read_group_select(self, aggregate_spec, query):
        """Leave a sum over two currencies empty, in lists and pivots alike: core would convert it at today's rate."""
        name, _sep, function = aggregate_spec.partition(":")
        if name in self._ratios and function == "avg":
            above, below, sign = self._ratios[name]
            ratio = SQL(
                "SUM(%s) / NULLIF(SUM(%s) * %s, 0)",
                self._field_to_sql(self._table, above, query),
                self._field_to_sql(self._table, below, query),
                sign,
            )
            return self._one_currency(ratio, above, query)
        field = self._fields.get(name)
        if field and field.type == "monetary" and function in ("sum", "sum_currency"):
            total = SQL("SUM(%s)", self._field_to_sql(self._table, name, query))
            return self._one_currency(total, name, query)
        return super()._read_group_select(aggregate_spec, query)

    def _one_currency(self, aggregate, name, query):
        if self._fields[name].type != "monetary":
            return aggregate
        currency = self._field_to_sql(self._table, "currency_id", query)
        return SQL("CASE WHEN COUNT(DISTINCT %s) < 2 THEN %s END", currency, aggregate)
