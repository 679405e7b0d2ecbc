"""What makes an indicator wrong, said in words when it is saved and again when it is computed."""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import NO_ACCESS

from .crm_measure import DEFINITION

#: A hundred years: the window before it must still have a date.
MAX_WINDOW_DAYS = 36525
#: Each link of a path is one more table to join, and each table more to plan for.
MAX_PATH_LINKS = 10
NUMBERS = ("integer", "float", "monetary")
#: Columns whose different values can be counted.
COUNTABLE = (*NUMBERS, "char", "text", "selection", "boolean", "date", "datetime", "many2one", "reference")


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    @api.constrains(*DEFINITION, "owner_id", "reviewed", "window_days")
    def _check_definition(self):
        """Refuse what could not be computed, with a sentence that says what to change."""
        for measure in self:
            if measure.window_days > MAX_WINDOW_DAYS:
                raise ValidationError(
                    self.env._("The window must be at most %(days)s days long.", days=MAX_WINDOW_DAYS)
                )
            measure._check_parts()
            if measure.kind == "documents":
                measure._check_reader(self.env[measure.model_name])

    def _check_parts(self):
        """Check documents, filter, paths, dates and amount: that they exist, and that the owner may read them."""
        if self.kind == "ratio":
            return
        model = self.env.get(self.model_name)
        if model is None or model._abstract or model._transient:
            raise ValidationError(self.env._("%(model)s holds no documents.", model=self.model_id.name))
        self._check_domain(model)
        self._check_path(model, self.partner_path, "res.partner", many=1)
        self._check_stored(model, self.date_field, ("date", "datetime"), self.env._("date"))
        for path, comodel, many in (
            (self.company_path, "res.company", 0),
            (self.user_path, "res.users", 1),
            (self.team_path, "crm.team", 0),
        ):
            if path:
                self._check_path(model, path, comodel, many)
        self._check_amount(model)

    def _check_computable(self):
        """Refuse to compute what became wrong since it was saved; the last figures stay."""
        self.ensure_one()
        if not self.reviewed and not self.owner_id.active and self.owner_id.id != SUPERUSER_ID:
            raise UserError(
                self.env._(
                    "%(owner)s, with whose rights this indicator counts, is archived: the last figures stay. Choose "
                    "another owner, or have an administrator review the indicator.",
                    owner=self.owner_id.name,
                )
            )
        self._check_definition()
        if self.kind == "ratio":
            self._check_ratio()

    # Paths and fields

    def _check_path(self, model, path, end, many):
        """Walk a path: stored links, at most ``many`` of them to several records, the last one to ``end``."""
        self._check_length(path)
        for part in (path or "").split("."):
            field = model._fields.get(part)
            if field is None:
                raise self._unknown(model, part)
            self._check_field(model, field)
            if not field.relational or not _is_readable(model, field):
                raise ValidationError(
                    self.env._(
                        "%(field)s of %(model)s leads nowhere: it must be a stored link to other records.",
                        field=part,
                        model=self._model_label(model),
                    )
                )
            many -= field.type != "many2one"
            model = self.env[field.comodel_name]
        if model._name != end:
            raise ValidationError(
                self.env._(
                    "The path %(path)s ends at %(model)s. It must end at: %(end)s.",
                    path=path,
                    model=self._model_label(model),
                    end=self._model_label(self.env[end]),
                )
            )
        if many < 0:
            raise ValidationError(
                self.env._("The path %(path)s leads to several records more often than it may.", path=path)
            )

    def _check_length(self, path):
        if len((path or "").split(".")) > MAX_PATH_LINKS:
            raise ValidationError(
                self.env._("%(path)s… has more than %(number)s links.", path=path[:100], number=MAX_PATH_LINKS)
            )

    def _check_field(self, model, field):
        """Refuse fields whose value depends on the company, and fields the answer must not reveal."""
        label = {"field": field.name, "model": self._model_label(model)}
        if field.company_dependent:
            raise ValidationError(
                self.env._("%(field)s of %(model)s has another value in each company and cannot be used.", **label)
            )
        # A count is an answer too: whoever may not read a field must not ask about it either.
        hidden = not self.reviewed and not model.with_user(self.owner_id)._has_field_access(field, "read")
        if field.groups == NO_ACCESS or hidden:
            raise ValidationError(
                self.env._(
                    "%(field)s of %(model)s is restricted: %(owner)s may not read it.",
                    owner=self.env._("nobody") if field.groups == NO_ACCESS else self.owner_id.name,
                    **label,
                )
            )

    def _check_stored(self, model, name, types, kind):
        """Check that ``name`` is a stored field of the document of one of the types."""
        field = model._fields.get(name or "")
        if field is not None:
            self._check_field(model, field)
        if field is None or not _is_readable(model, field) or field.type not in types:
            raise ValidationError(
                self.env._(
                    "%(field)s is no stored %(kind)s of %(model)s.",
                    field=name or self.env._("Nothing"),
                    kind=kind,
                    model=self._model_label(model),
                )
            )

    def _unknown(self, model, name):
        return ValidationError(
            self.env._(
                "%(model)s has no field %(field)s.",
                model=self._model_label(model),
                field=name or self.env._("without a name"),
            )
        )

    # Amounts

    def _check_amount(self, model):
        if not self._reads_amount():
            return
        if self.value_source == "elapsed":
            self._check_elapsed(model)
        else:
            self._check_value(model)
        if self._needs_company() and not self.company_path:
            raise ValidationError(
                self.env._(
                    "%(name)s needs a path to the company: amounts are converted into its currency.", name=self.name
                )
            )

    def _check_elapsed(self, model):
        if self.aggregate == "distinct" or not self.elapsed_unit:
            raise ValidationError(
                self.env._(
                    "A time between two dates needs a unit, and is counted by another method than different values."
                )
            )
        for name in (self.elapsed_from, self.elapsed_to):
            self._check_stored(model, name, ("date", "datetime"), self.env._("date"))

    def _check_value(self, model):
        self._check_length(self.value_field)
        *links, last = (self.value_field or "").split(".")
        for link in links:
            field = model._fields.get(link)
            if field is None:
                raise self._unknown(model, link)
            if field.type != "many2one" or not _is_readable(model, field):
                raise ValidationError(
                    self.env._(
                        "%(field)s of %(model)s is no stored link to one record.",
                        field=link,
                        model=self._model_label(model),
                    )
                )
            self._check_field(model, field)
            model = self.env[field.comodel_name]
        distinct = self.aggregate == "distinct"
        kind = self.env._("value") if distinct else self.env._("number")
        self._check_stored(model, last, COUNTABLE if distinct else NUMBERS, kind)
        currency = self._currency_path()
        currency = currency and model._fields.get(currency.split(".")[-1])
        if currency and not _is_readable(model, currency):
            raise ValidationError(
                self.env._(
                    "%(field)s cannot be converted: its currency is not stored. Choose an amount in company currency.",
                    field=self.value_field,
                )
            )

    # Rights

    def _check_reader(self, model):
        """Refuse documents that the server would have to filter one by one for the owner."""
        if self.reviewed:
            return
        try:
            filtered = model.with_user(self.owner_id)._search([("id", "=", -1)])._ids
        except AccessError:
            return  # the refresh says so, and keeps the figures
        if filtered is not None:
            raise ValidationError(
                self.env._(
                    "%(documents)s can only be counted by an indicator that an administrator reviewed.",
                    documents=self._model_label(model),
                )
            )

    def _model_label(self, model):
        """Return the name of a model in the reader's language."""
        return self.env["ir.model"]._get(model._name).name


def _is_readable(model, field):
    """Say whether PostgreSQL can read a field: a column, a stored relation, or a column of a stored relation."""
    if not field.related or field.store:
        return field.store and (bool(field.column_type) or field.relational)
    for name in field.related.split("."):
        field = model._fields[name]
        if not field.store or field.company_dependent:
            return False
        model = model.env[field.comodel_name] if field.relational else model
    return True
