"""Where an indicator is used: whatever links to it, in whichever addon."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_customer_relationship import RELATIONSHIP_CODES

#: Names shown per kind of record before the rest is only counted.
SHOWN = 10


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    is_used = fields.Boolean(
        string="Used", compute="_compute_usage", search="_search_is_used", help="Something you may see is based on it."
    )
    usage_html = fields.Html(string="Where It Is Used", compute="_compute_usage", sanitize=False)

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_usage(self):
        for measure in self:
            uses = measure._uses() if measure.ids else []
            notes = measure._usage_notes()
            measure.is_used = bool(uses or notes)
            values = {"uses": [measure._usage_values(records) for records in uses], "notes": notes}
            measure.usage_html = self.env["ir.qweb"]._render("crm_segmentation.crm_measure_usage", values)

    def _search_is_used(self, operator, value):
        if operator != "in":
            return NotImplemented
        used = set()
        for model, name in self._usage_fields():
            if model.has_access("read"):
                groups = model.with_context(active_test=False)._read_group([(name, "!=", False)], [name])
                used.update(measure.id for (measure,) in groups)
        is_used = Domain("id", "in", list(used)) | Domain("code", "in", RELATIONSHIP_CODES)
        return is_used if True in value else ~is_used

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Say in words what stands in the way, before the database refuses in its own."""
        for measure in self:
            uses = [records - self if records._name == self._name else records for records in measure.sudo()._uses()]
            names = [self._usage_sentence(records.with_env(self.env)) for records in uses if records]
            if names:
                raise UserError(
                    self.env._(
                        "%(name)s is in use and cannot be deleted. Take it out there first, or archive it.\n%(uses)s",
                        name=measure.name,
                        uses="\n".join(names),
                    )
                )

    def _usage_notes(self):
        """Return in words where this indicator is read by its short name, and not by a link."""
        if self.code in RELATIONSHIP_CODES:
            return [self.env._("Customer profiles: relationship or transaction")]
        return []

    def _usage_fields(self):
        """Return (model, field name) of every stored link to indicators.

        What is deleted along with an indicator belongs to it and does not use it: its values, for example.
        """
        found = []
        for model_name, model_class in self.env.registry.items():
            if model_class._abstract or model_class._transient or not model_class._auto:
                continue
            for field in model_class._fields.values():
                if field.comodel_name != self._name or not field.store or field.type not in ("many2one", "many2many"):
                    continue
                if not (field.type == "many2one" and field.ondelete == "cascade"):
                    found.append((self.env[model_name], field.name))
        return sorted(found, key=lambda use: (use[0]._name, use[1]))

    def _uses(self):
        """Return the records that use this indicator, as far as the reader may see them: one recordset per model."""
        records = {}
        for model, name in self._usage_fields():
            if model.has_access("read"):
                found = model.with_context(active_test=False).search([(name, "in", self.ids)])
                records[model._name] = records.get(model._name, model) | found
        return [found for found in records.values() if found]

    def _usage_values(self, records):
        """Return what the template shows of one kind of record."""
        path = records._name if "." in records._name else f"m-{records._name}"
        more = max(len(records) - SHOWN, 0)
        return {
            "label": self.env["ir.model"]._get(records._name).name,
            "count": len(records),
            "more": more and self.env._("and %(count)s more", count=more),
            "links": [{"name": r.display_name, "url": f"/odoo/{path}/{r.id}"} for r in records[:SHOWN]],
        }

    def _usage_sentence(self, records):
        """Name what the reader may see, and count the rest."""
        label = self.env["ir.model"]._get(records._name).name
        visible = records._filtered_access("read") if records.has_access("read") else records.browse()
        if not visible:
            return self.env._("%(label)s: %(count)s that you may not see", label=label, count=len(records))
        names = ", ".join(visible[:SHOWN].mapped("display_name"))
        return self.env._("%(label)s: %(names)s", label=label, names=names)
