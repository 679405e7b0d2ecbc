"""The parts of a rule, each with whether a customer meets it and its figure: what is missing, in words."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, formatLang

from .crm_filter_mixin import FILTER_ERRORS

NUMBERS = ("integer", "float", "monetary")
COMPARISONS = (">=", ">", "<", "<=")


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    def _missing_parts(self, customer):
        """Return {segment: what ``customer`` lacks of its rule, in words}, with one query for all of them."""
        query, parts = self._cards_query(), []
        for segment in self:
            try:
                parts += segment._rule_parts(customer, query)
            except (UserError, *FILTER_ERRORS):
                continue  # a rule that cannot be asked: its segmentation says why
        if not parts:
            return {}
        columns = [sql for _segment, _words, met, value in parts for sql in (met, value)]
        query.add_where(SQL("%s = %s", SQL.identifier("crm_customer", "id"), customer.id))
        rows = self.env.execute_query(query.select(*columns))
        if not rows:
            return {}
        missing = {segment: [] for segment, *_rest in parts}
        answers = iter(rows[0])
        for segment, words, *_sql in parts:
            met, value = next(answers), next(answers)
            if not met:
                missing[segment].append(words(value))
        return missing

    def _rule_parts(self, customer, query):
        """Return [(segment, function from the value to words, SQL of whether it is met, SQL of the value)]."""
        company = customer.company_id
        if not self._owner_sees(company):
            return []
        reader = self._rule_reader(company)
        domain = self._read_filter(self.rule_domain, self.name)
        leaves = domain.children if getattr(domain, "OPERATOR", "") == "&" else [] if domain.is_true() else [domain]
        parts = [self._leaf_part(leaf, reader, customer, query) for leaf in leaves]
        conditions = list(self.condition_ids)
        if self.match == "all":
            parts += [self._condition_part(condition, company, query) for condition in conditions]
        elif conditions:
            met = SQL(" OR ").join(condition._condition_sql(company, query) for condition in conditions)
            text = self.env._(" or ").join(condition.display_name for condition in conditions)
            parts.append((self, lambda _value: text, SQL("(%s)", met), SQL("NULL")))
        for other, wanted in ((self.within_ids, True), (self.without_ids, False)):
            if other:
                met = self._is_member_sql(other, company)
                text = self._nested_words(other, wanted)
                parts.append((self, lambda _v, t=text: t, met if wanted else SQL("NOT %s", met), SQL("NULL")))
        return parts

    def _nested_words(self, others, wanted):
        names = self.env._(" or ").join(self._record_words(other) for other in others)
        if wanted:
            return self.env._("member of %(segments)s", segments=names)
        return self.env._("no member of %(segments)s", segments=names)

    def _leaf_part(self, leaf, reader, customer, query):
        company = customer.company_id
        met = SQL("COALESCE(%s, FALSE)", leaf.optimize_full(reader)._to_sql(reader, reader._table, query))
        text = self._domain_words(leaf, company)
        path = getattr(leaf, "field_expr", None)
        try:
            value = self._fact_sql(reader, path, query) if path else SQL("NULL")
        except (UserError, *FILTER_ERRORS):
            value = SQL("NULL")
        field = self._path_field(path) if path else None
        compared = field and field.type in NUMBERS and leaf.operator in COMPARISONS

        def words(found):
            if not path or isinstance(found, dict) or not self._may_show(path, customer.partner_id):
                return text
            now = self._value_words(path, found, company)
            if compared and found is not None:
                gap = self._value_words(path, abs(float(leaf.value) - float(found)), company)
                return self.env._("%(rule)s: %(gap)s away, now %(now)s", rule=text, gap=gap, now=now)
            return self.env._("%(rule)s: now %(now)s", rule=text, now=now)

        return self, words, met, value

    def _condition_part(self, condition, company, query):
        limit = condition._limit_sql(company)
        figure = condition._figure_sql(company, query)
        gap = SQL("ARRAY[(%s)::float8, (%s)::float8]", figure, limit)
        unit = condition.unit if condition.figure != "percentile" else condition.measure_id.unit or ""

        def words(found):
            now, wanted = found
            if now is None or wanted is None:
                return self.env._("%(rule)s: no figure yet", rule=condition.display_name)
            shown = [formatLang(self.env, n, digits=0 if n.is_integer() else 2) for n in (abs(wanted - now), now)]
            return self.env._(
                "%(rule)s: %(gap)s %(unit)s away, now %(now)s",
                rule=condition.display_name,
                gap=shown[0],
                unit=unit or "",
                now=shown[1],
            )

        return self, words, condition._condition_sql(company, query), gap
