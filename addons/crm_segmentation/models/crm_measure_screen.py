"""What helps whoever defines an indicator on the screen: its method in a word, and paths that fit the documents."""

from odoo import api, fields, models

#: Fields by which documents commonly lead to customer, day, company, user and team; the first that exists is proposed.
USUAL = {
    "partner_path": ("res.partner", ("commercial_partner_id", "partner_id", "customer_id", "author_id", "partner_ids")),
    "company_path": ("res.company", ("company_id",)),
    "user_path": ("res.users", ("invoice_user_id", "user_id", "create_uid")),
    "team_path": ("crm.team", ("team_id",)),
}
USUAL_DATES = ("invoice_date", "date_order", "date", "start", "date_done", "create_date")


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    method = fields.Char(compute="_compute_method", help="How the documents are made into one figure.")

    @api.depends("kind", "aggregate")
    @api.depends_context("lang")
    def _compute_method(self):
        kinds, methods = (dict(self._fields[name]._description_selection(self.env)) for name in ("kind", "aggregate"))
        for measure in self:
            measure.method = kinds["ratio"] if measure.kind == "ratio" else methods.get(measure.aggregate)

    @api.onchange("model_id")
    def _onchange_model_id(self):
        """Propose the fields these documents usually have; what belonged to other documents would only be an error."""
        model = self.env.get(self.model_name or "")
        if model is None or self.kind == "ratio" or self.model_id == self._origin.model_id:
            return
        self.domain = "[]"
        self.value_field = self.elapsed_from = self.elapsed_to = False
        for path, (comodel, names) in USUAL.items():
            self[path] = next((name for name in names if _links_to(model, name, comodel)), False)
        self.date_field = next(name for name in USUAL_DATES if _is_date(model, name) or name == "create_date")


def _links_to(model, name, comodel):
    field = model._fields.get(name)
    return field is not None and field.store and field.comodel_name == comodel


def _is_date(model, name):
    field = model._fields.get(name)
    return field is not None and field.store and field.type in ("date", "datetime")
