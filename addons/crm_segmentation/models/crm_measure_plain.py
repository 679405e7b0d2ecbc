"""Which indicators can follow single customers: those that one table alone decides."""

import re

from odoo import models

#: Conditions that compare a column with fixed values, and with nothing of another record.
COLUMN_OPERATORS = {"in", "not in", "=", "!=", "<", ">", "<=", ">=", "like", "ilike", "not like", "not ilike"}
COLUMN_OPERATORS |= {"=like", "=ilike", "not =like", "not =ilike"}
#: Relations are searched by name unless they are compared with ids.
ID_OPERATORS = {"in", "not in", "=", "!="}
FIXED_DATE = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$")


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _plainness(self):
        """Return (whether a change of a document can be followed customer by customer, why not in words).

        A plain measure is decided by stored columns of its documents alone: a write to such a column changes the
        figures of the document's customer, and nothing else does, except days that pass.
        """
        self.ensure_one()
        reason = self._unplain_kind() or self._unplain_columns() or self._unplain_domain() or ""
        return not reason, reason

    def _unplain_kind(self):
        if self.kind != "documents":
            return self.env._("A ratio follows the two indicators it is made of.")
        if not self.reviewed:
            return self.env._("Not reviewed: what its owner may see can change with any document.")
        model = self.env[self.model_name]
        if (model._table_query or not model._auto) and not getattr(type(model), "_crm_watched_by", None):
            return self.env._("%(documents)s are put together from several tables.", documents=self.model_id.name)
        if self._currency_path():
            return self.env._("Amounts are converted: a new exchange rate changes them.")
        if self._uses_working_time():
            return self.env._("Working time depends on the working schedule.")
        return None

    def _unplain_columns(self):
        path = self.partner_path.removesuffix(".commercial_partner_id")
        names = [path, self.date_field, self.company_path]
        if self._reads_amount():
            names += [self.elapsed_from, self.elapsed_to] if self.value_source == "elapsed" else [self.value_field]
        return next(filter(None, (self._unplain_column(name) for name in names if name)), None)

    def _unplain_column(self, name):
        field = self.env[self.model_name]._fields.get(name)
        if field is None or not field.store or not field.column_type or field.company_dependent:
            return self.env._("%(field)s is no column of the document itself.", field=name)
        return None

    def _unplain_domain(self):
        for condition in self._parsed_domain().iter_conditions():
            name, operator, value = condition.field_expr, condition.operator, condition.value
            reason = self._unplain_column(name)
            if reason:
                return reason
            field = self.env[self.model_name]._fields[name]
            values = (
                value if isinstance(value, (list, tuple, set, frozenset)) or hasattr(value, "__iter__") else [value]
            )
            values = [value] if isinstance(value, str) else list(values)
            if operator not in COLUMN_OPERATORS or (field.relational and not _compares_ids(operator, values)):
                return self.env._("The filter on %(field)s looks at other records.", field=name)
            if field.type in ("date", "datetime") and any(_is_relative(item) for item in values):
                return self.env._("The filter on %(field)s moves with the days.", field=name)
        return None


def _compares_ids(operator, values):
    return operator in ID_OPERATORS and not any(isinstance(value, str) for value in values)


def _is_relative(value):
    return isinstance(value, str) and not FIXED_DATE.match(value)
