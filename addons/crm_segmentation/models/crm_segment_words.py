"""Rules in words: filters, conditions and values as a reader would say them."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, format_datetime, formatLang

from .crm_filter_mixin import FILTER_ERRORS

#: Records named of one condition; the rest is counted.
NAMED = 4


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    rule_text = fields.Char(string="Rule", compute="_compute_rule_text", help="The rule in words.")

    @api.depends("rule_domain", "match", "condition_ids.display_name", "within_ids", "without_ids", "share_to")
    @api.depends_context("lang", "company")
    def _compute_rule_text(self):
        for segment in self:
            try:
                segment.rule_text = segment._rule_words() if segment.kind != "rank" else False
            except (UserError, *FILTER_ERRORS):
                segment.rule_text = segment.rule_domain  # what has no words is shown as it was typed

    # Fields and values

    @api.model
    def _path_label(self, path):
        """Return the labels of the fields along a path of the profile, the last one and whose it is.

        A path that no longer exists is its own label.
        """
        model, labels = self.env["crm.customer"], []
        for part in path.split("."):
            field = model._fields.get(part)
            if field is None:
                return path
            labels.append(field._description_string(self.env))
            if field.relational:
                model = self.env[field.comodel_name]
        return " > ".join(labels)

    @api.model
    def _path_field(self, path):
        """Return the field at the end of a path, None when there is none."""
        model, field = self.env["crm.customer"], None
        for part in path.split("."):
            field = model._fields.get(part) if model is not None else None
            if field is None:
                return None
            model = self.env[field.comodel_name] if field.relational else None
        return field

    @api.model
    def _may_show(self, path, partner):
        """Say whether the reader may see the value at the end of ``path`` of a customer.

        Behind the contact only where no record rule hides any record from the reader: which one it was is not known.
        """
        model = self.env["crm.customer"]
        for part in path.split(".")[:-1]:
            field = model._fields.get(part)
            if field is None or not field.relational:
                break
            model = self.env[field.comodel_name]
            if model._name == "res.partner":
                if not partner.has_access("read"):
                    return False
            elif not model.has_access("read") or not self.env["ir.rule"]._compute_domain(model._name).is_true():
                return False
        return True

    @api.model
    def _value_words(self, path, value, company):
        """Return one value of the field at the end of ``path`` in the reader's words."""
        field = self._path_field(path)
        kind = field.type if field else None
        if kind == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if value is None or value is False or value == "":
            return self.env._("empty")
        if kind == "selection":
            return dict(field._description_selection(self.env)).get(value, str(value))
        if kind in ("many2one", "one2many", "many2many") and isinstance(value, int):
            return self._record_words(self.env[field.comodel_name].browse(value))
        if kind == "monetary" and isinstance(value, (int, float)):
            return format_amount(self.env, value, company.currency_id)
        if kind in ("float", "integer") and isinstance(value, (int, float)):
            return formatLang(self.env, value, digits=0 if float(value).is_integer() else 2)
        return self._day_words(kind, value) if kind in ("date", "datetime") else str(value)

    def _day_words(self, kind, value):
        """Return a day as the reader writes it; one counted from today, such as "-3m", says so itself."""
        text = str(value).replace("T", " ")[:19]
        if not re.match(r"\d{4}-\d\d-\d\d", text):
            return str(value)
        return format_date(self.env, text[:10]) if kind == "date" else format_datetime(self.env, text)

    @api.model
    def _record_words(self, record):
        """Return the name of a record, as far as the reader may know it."""
        record = record.with_context(active_test=False).exists()
        if not record:
            return self.env._("(deleted)")
        return record.display_name if record.has_access("read") else self.env._("(hidden)")

    # Filters

    @api.model
    def _filter_words(self, text, company):
        """Return the parts of a typed filter in words: all of them must be true."""
        try:
            domain = self._read_filter(text, "")
        except ValidationError:
            return [text]
        if domain.is_true():
            return []
        children = getattr(domain, "children", None) if getattr(domain, "OPERATOR", "") == "&" else None
        return [self._domain_words(child, company) for child in children or [domain]]

    @api.model
    def _domain_words(self, domain, company):
        """Return a filter as one sentence, with brackets where it alternates."""
        operator = getattr(domain, "OPERATOR", "")
        if operator == "!":
            return self.env._("not (%(what)s)", what=self._domain_words(domain.child, company))
        if operator in ("&", "|"):
            joint = self.env._(" and ") if operator == "&" else self.env._(" or ")
            return f"({joint.join(self._domain_words(child, company) for child in domain.children)})"
        if not hasattr(domain, "field_expr"):
            return self.env._("always") if domain.is_true() else self.env._("never")
        return self._leaf_words(domain, company)

    def _leaf_words(self, leaf, company):
        words = {
            "=": self.env._("is"),
            "in": self.env._("is"),
            "!=": self.env._("is not"),
            "not in": self.env._("is not"),
            ">": self.env._("more than"),
            ">=": self.env._("at least"),
            "<": self.env._("less than"),
            "<=": self.env._("at most"),
            "ilike": self.env._("contains"),
            "like": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
            "not like": self.env._("does not contain"),
            "child_of": self.env._("is or is below"),
            "any": self.env._("has one with"),
            "not any": self.env._("has none with"),
        }
        if leaf.field_expr == "id" and leaf.value in (0, False):
            return self.env._("nobody by rule")
        if leaf.operator in ("any", "not any"):
            value = self._any_words(leaf)
        else:
            values = leaf.value if isinstance(leaf.value, (list, tuple, set, frozenset)) else [leaf.value]
            values = sorted(values, key=str) if not isinstance(leaf.value, (list, tuple)) else list(values)
            named = [self._value_words(leaf.field_expr, value, company) for value in values[:NAMED]]
            if len(values) > NAMED:
                named.append(self.env._("%(number)s more", number=len(values) - NAMED))
            value = self.env._(" or ").join(named)
        operator = words.get(leaf.operator, leaf.operator)
        return f"{self._path_label(leaf.field_expr)} {operator} {value}"

    def _any_words(self, leaf):
        inside = Domain(leaf.value)
        return ", ".join(f"{inner.field_expr} {inner.operator} {inner.value}" for inner in inside.iter_conditions())

    # Rules

    @api.model
    def _definition_words(self, definition, company):
        """Return the parts of a rule, as ``_definition`` gives it, in words."""
        if "filter" not in definition:
            return []
        parts = self._filter_words(definition["filter"], company)
        conditions = [
            self.env["crm.segment.condition"]
            .new({"measure_id": measure, "figure": figure, "operator": operator, "value": value})
            .display_name
            for measure, figure, operator, value in definition["conditions"]
        ]
        if conditions:
            joint = self.env._(" and ") if definition["match"] == "all" else self.env._(" or ")
            parts.append(joint.join(conditions))
        for key, text in (("within", self.env._("member of")), ("without", self.env._("no member of"))):
            if definition[key]:
                names = [self._record_words(self.browse(id_)) for id_ in definition[key]]
                parts.append(f"{text} {self.env._(' or ').join(names)}")
        if definition.get("stay"):
            stays = self.env._(" and ").join(self._filter_words(definition["stay"], company))
            parts.append(self.env._("stays while %(filter)s", filter=stays or self.env._("always")))
        return parts

    def _rule_words(self, company=None):
        """Return the rule as it is now, in words."""
        self.ensure_one()
        company = company or self.env.company
        parts = self._definition_words(self._definition(), company)
        if not parts and self.kind == "exclusive":
            return self.env._("everybody whom no earlier rule fits")
        return "; ".join(parts) or self.env._("everybody")
