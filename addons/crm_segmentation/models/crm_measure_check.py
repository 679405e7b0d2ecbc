"""What makes an indicator wrong, said in words when it is saved and not at night."""

from ast import literal_eval

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .crm_measure_sql import AMOUNT_AGGREGATES

#: A filter longer than this is no filter a person wrote; parsing it could exhaust the server.
MAX_DOMAIN_LENGTH = 20000


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    @api.constrains("model_id", "domain", "partner_path", "date_field", "company_path", "aggregate", "value_field")
    def _check_definition(self):
        """Refuse what could not be computed, with a sentence that says what to change."""
        for measure in self:
            model = self.env.get(measure.model_name)
            if model is None or model._abstract or model._transient:
                raise ValidationError(self.env._("%(model)s holds no documents.", model=measure.model_id.name))
            measure._check_domain(model)
            measure._check_path(model)
            measure._check_date(model)
            measure._check_company_path(model)
            measure._check_value(model)

    def _check_domain(self, model):
        try:
            if len(self.domain) > MAX_DOMAIN_LENGTH:
                raise ValueError(self.env._("it is too long"))
            Domain(literal_eval(self.domain)).validate(model)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
            raise ValidationError(
                self.env._("The filter of %(name)s cannot be used: %(error)s", name=self.name, error=error)
            ) from error

    def _check_path(self, model):
        """Walk the path: every part a stored link to one record, the last one to a contact."""
        for part in (self.partner_path or "").split("."):
            field = model._fields.get(part)
            if not field:
                raise ValidationError(
                    self.env._("%(model)s has no field %(field)s.", model=self._model_label(model), field=part)
                )
            if field.type != "many2one" or not field.store or field.company_dependent:
                raise ValidationError(
                    self.env._(
                        "%(field)s of %(model)s cannot lead to the customer: it must be a stored link to one record, "
                        "the same in all companies.",
                        field=part,
                        model=self._model_label(model),
                    )
                )
            model = self.env[field.comodel_name]
        if model._name != "res.partner":
            raise ValidationError(
                self.env._("The path ends at %(model)s. It must end at a contact.", model=self._model_label(model))
            )

    def _check_date(self, model):
        field = model._fields.get(self.date_field)
        if not field or not field.store or field.type not in ("date", "datetime"):
            raise ValidationError(
                self.env._(
                    "%(field)s is no stored date of %(model)s.",
                    field=self.date_field,
                    model=self._model_label(model),
                )
            )

    def _check_company_path(self, model):
        field = self.company_path and model._fields.get(self.company_path)
        if self.company_path and not (field and field.store and field.comodel_name == "res.company"):
            raise ValidationError(
                self.env._(
                    "%(field)s is no company of %(model)s. Leave the company path empty when the documents have none.",
                    field=self.company_path,
                    model=self._model_label(model),
                )
            )

    def _check_value(self, model):
        if self.aggregate not in AMOUNT_AGGREGATES:
            return
        field = model._fields.get(self.value_field or "")
        if not field or not field.store or field.type not in ("integer", "float", "monetary"):
            raise ValidationError(
                self.env._("Choose a stored number of %(model)s as the amount.", model=self._model_label(model))
            )
        currency = model._fields.get(field.get_currency_field(model)) if field.type == "monetary" else None
        if currency and currency.name != "company_currency_id":
            raise ValidationError(
                self.env._(
                    "%(field)s is in the document's own currency, and cannot be added up over customers. "
                    "Choose an amount in company currency.",
                    field=self.value_field,
                )
            )

    def _model_label(self, model):
        """Return the name of a model in the reader's language."""
        return self.env["ir.model"]._get(model._name).name
