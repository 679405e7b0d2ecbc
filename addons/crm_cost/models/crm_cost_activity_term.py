from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from odoo.addons.crm_segmentation.models.crm_filter_mixin import FILTER_ERRORS

NUMBERS = ("integer", "float", "monetary")
#: What a term asks about its documents. Whoever changes it vouches for it with what he may read.
DEFINITION = {"activity_id", "version_id", "kind", "domain", "field_path"}


class CrmCostActivityTerm(models.Model):
    """One more reason why a document takes time: each of its lines, some number on it, or something it is."""

    _name = "crm.cost.activity.term"
    _inherit = "crm.filter.mixin"
    _description = "Term of a Time Equation"
    _order = "activity_id, version_id, sequence, id"

    name = fields.Char(translate=True, help="What takes the time, for example Each line, or Express.")
    sequence = fields.Integer(default=10)
    activity_id = fields.Many2one(
        "crm.cost.activity",
        compute="_compute_activity_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="cascade",
    )
    version_id = fields.Many2one("crm.cost.activity.version", index="btree_not_null", ondelete="cascade")
    company_id = fields.Many2one(related="activity_id.company_id", store=True, index=True)
    model_name = fields.Char(related="activity_id.measure_id.model_name", string="Document Model")
    kind = fields.Selection(
        [("condition", "When it is ..."), ("lines", "For each of its lines"), ("number", "Times a number on it")],
        string="Takes More",
        required=True,
        default="condition",
        help="When it is: minutes once for documents that meet the condition. For each of its lines: minutes times the "
        "number of linked records, such as order lines; headings and notes are no lines. Times a number on it: minutes "
        "times a field of the document, such as a weight.",
    )
    field_path = fields.Char(
        string="Field",
        help="Technical name of the field with the lines (for example order_line) or with the number; dots lead to "
        "fields of linked records.",
    )
    domain = fields.Char(
        string="Condition", default="[]", help="Which documents take more; or which of their lines count."
    )
    minutes = fields.Float(
        required=True,
        digits=(16, 4),
        help="Minutes once, for each line, or times the number; negative if it saves time.",
    )
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Who wrote the term. It may ask only about what this person may read.",
    )

    _minutes_valid = models.Constraint("CHECK (minutes > -1e6 AND minutes < 1e6)", "These are no minutes.")

    @api.depends("version_id")
    def _compute_activity_id(self):
        for term in self:
            term.activity_id = term.version_id.activity_id or term.activity_id

    @api.depends("name", "kind", "field_path")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for term in self:
            term.display_name = term.name or term.field_path or kinds.get(term.kind, "")

    @api.constrains(*DEFINITION, "owner_id")
    def _check_definition(self):
        """Refuse a term that could not be computed, with a sentence that says what to change."""
        for term in self:
            measure = term.activity_id.measure_id
            if measure.aggregate == "days":
                raise ValidationError(
                    self.env._("%(indicator)s counts days: a day has no lines or conditions.", indicator=measure.name)
                )
            if term.activity_id.time_source == "timesheet":
                raise ValidationError(self.env._("Recorded time needs no terms: it is what it took."))
            term._check_usable(measure.sudo(), term.owner_id)

    def _check_usable(self, measure_sudo, owner):
        """Check fields and rights: a term may ask only about what whoever wrote it may read.

        It is computed as the system, over all documents. Without this check the minutes of a customer would answer any
        question about any field, one at a time.
        """
        self.ensure_one()
        model = self.env[measure_sudo.model_name]
        domain = self._read_filter(self.domain, self.display_name)
        if self.kind == "condition":
            if domain.is_true():
                raise ValidationError(self.env._("Say when %(term)s takes more.", term=self.display_name))
            self._check_condition(model, domain, measure_sudo, owner)
            return
        model, field = self._check_path(model, measure_sudo, owner)
        if self.kind == "lines":
            self._check_condition(self.env[field.comodel_name], domain, measure_sudo, owner)

    def _check_path(self, model, measure_sudo, owner):
        """Walk to the field with the number or the lines; return its model and the field."""
        *links, last = (self.field_path or "").split(".")
        for name in links:
            field = self._check_step(model, name, ("many2one",), measure_sudo, owner)
            model = self.env[field.comodel_name]
        types = NUMBERS if self.kind == "number" else ("one2many", "many2many")
        return model, self._check_step(model, last, types, measure_sudo, owner)

    def _check_step(self, model, name, types, measure_sudo, owner):
        field = model._fields.get(name)
        itself = field is not None and field.comodel_name == model._name
        if field is None or field.type not in types or not field.store or (self.kind == "lines" and itself):
            raise self._wrong_filter(
                self.display_name,
                self.env._(
                    "%(field)s of %(model)s is no stored field of the right kind.",
                    field=name or self.env._("Nothing"),
                    model=measure_sudo._model_label(model),
                ),
            )
        self._check_readable(model, field, measure_sudo, owner)
        return field

    def _check_condition(self, model, domain, measure_sudo, owner):
        """Check each field a condition asks about, and the conditions on other documents inside it."""
        try:
            domain.validate(model.sudo())
        except FILTER_ERRORS as error:
            raise self._wrong_filter(self.display_name, error) from error
        for condition in domain.iter_conditions():
            comodel = model
            for part in condition.field_expr.split("."):
                field = comodel._fields.get(part)
                if field is None:
                    break  # a part of a date, or a property: the ORM knew it
                self._check_readable(comodel, field, measure_sudo, owner)
                if not field.store and not field.search and not field.related:
                    raise self._wrong_filter(self.display_name, self.env._("%(field)s is not stored", field=part))
                if not field.relational:
                    break
                comodel = self.env[field.comodel_name]
            if condition.operator in ("any", "not any"):
                self._check_condition(comodel, Domain(condition.value), measure_sudo, owner)

    def _check_readable(self, model, field, measure_sudo, owner):
        measure_sudo._check_field(model, field)
        seen = model.with_user(owner)
        if not seen.has_access("read") or not seen._has_field_access(field, "read"):
            raise ValidationError(
                self.env._(
                    "%(term)s asks about %(field)s of %(model)s, which %(owner)s may not read.",
                    term=self.display_name,
                    field=field.name,
                    model=measure_sudo._model_label(model),
                    owner=owner.sudo().name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        terms._check_authority({"owner_id"})
        return terms

    def write(self, vals):
        """Make whoever changes what a term asks its owner: it never asks with somebody else's rights."""
        if DEFINITION & vals.keys() and not self._is_administrator():
            vals = {"owner_id": self.env.uid, **vals}
        result = super().write(vals)
        self._check_authority(vals.keys())
        return result

    def _prepare_copy(self):
        """Return the values of a copy for an earlier version; it stays with whoever wrote the term."""
        self.ensure_one()
        return {
            "name": self.name,
            "sequence": self.sequence,
            "kind": self.kind,
            "field_path": self.field_path,
            "domain": self.domain,
            "minutes": self.minutes,
        }

    def _is_administrator(self):
        return self.env.su or self.env.user._is_system()

    def _check_authority(self, names):
        if "owner_id" in names and not self._is_administrator() and self.owner_id - self.env.user:
            raise AccessError(self.env._("Only a system administrator may make somebody else the owner of a term."))
