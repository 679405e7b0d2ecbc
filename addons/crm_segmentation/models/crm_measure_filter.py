"""The filter of an indicator: read once, measured before anything follows it, checked field by field."""

from ast import literal_eval

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import prefix

#: A filter longer or deeper than this is no filter a person wrote; following it could exhaust the server.
MAX_DOMAIN_LENGTH = 100_000
MAX_DOMAIN_DEPTH = 30


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _parsed_domain(self):
        """Return the filter; refuse in words what is none, or what is deeper than can be followed."""
        self.ensure_one()
        try:
            text = self.domain or "[]"
            if len(text) > MAX_DOMAIN_LENGTH:
                raise ValueError(self.env._("it is too long"))
            items = literal_eval(text)
            if not isinstance(items, (list, tuple)):
                raise ValueError(self.env._("it is no list of conditions"))
            if prefix.depth(items) > MAX_DOMAIN_DEPTH:
                raise ValueError(self.env._("its alternations are nested too deep"))
            return Domain(items)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
            raise self._wrong_domain(error) from error

    def _wrong_domain(self, error):
        reason = self.env._("it is too deep") if isinstance(error, (RecursionError, MemoryError)) else error
        return ValidationError(
            self.env._("The filter of %(name)s cannot be used: %(error)s", name=self.name, error=reason)
        )

    def _check_domain(self, model):
        domain = self._parsed_domain()
        try:
            domain.validate(model.sudo())
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
            raise self._wrong_domain(error) from error
        self._check_conditions(model, domain)

    def _check_conditions(self, model, domain):
        """Check each field that the filter asks about, and the filters on other documents inside it."""
        for condition in domain.iter_conditions():
            comodel = model
            for part in condition.field_expr.split("."):
                field = comodel._fields.get(part)
                if field is None:
                    break  # a part of a date, or a property: the ORM knew it
                self._check_field(comodel, field)
                if not field.store and not field.search and not field.related:
                    raise self._wrong_domain(self.env._("%(field)s is not stored", field=part))
                if not field.relational:
                    break
                comodel = self.env[field.comodel_name]
            if condition.operator in ("any", "not any"):
                self._check_conditions(comodel, Domain(condition.value))
