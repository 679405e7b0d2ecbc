"""The filter of an indicator: read once, measured before anything follows it, checked field by field."""

from odoo import models
from odoo.fields import Domain

from .crm_filter_mixin import FILTER_ERRORS


class CrmMeasure(models.Model):
    _name = "crm.measure"
    _inherit = ["crm.measure", "crm.filter.mixin"]

    def _parsed_domain(self):
        """Return the filter; refuse in words what is none, or what is deeper than can be followed."""
        self.ensure_one()
        return self._read_filter(self.domain, self.name)

    def _wrong_domain(self, error):
        return self._wrong_filter(self.name, error)

    def _check_domain(self, model):
        domain = self._parsed_domain()
        try:
            domain.validate(model.sudo())
        except FILTER_ERRORS as error:
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
