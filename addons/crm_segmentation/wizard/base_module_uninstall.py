import io
import zipfile

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: A cell that begins so is a formula to a spreadsheet; a leading apostrophe makes it text again.
FORMULA = "^[=+@\t\r-]"


class BaseModuleUninstall(models.TransientModel):
    """Offer the history that uninstalling would delete as a file first."""

    _inherit = "base.module.uninstall"

    crm_history = fields.Boolean(string="Deletes Customer History", compute="_compute_crm_history")

    @api.depends("module_ids")
    def _compute_crm_history(self):
        for wizard in self:
            wizard.crm_history = bool(wizard._crm_history_lost())

    @api.model
    def _crm_history_kept_by(self):
        """Return what no job can compute again, as ``{addon: {model: fields}}``; other addons add theirs.

        Fields are None for a model that disappears with its addon; of a model that stays they are the names of the
        fields that disappear, and rows that have none of them are left out.
        """
        return {
            "crm_segmentation": {
                "crm.customer": None,
                "crm.segment.member": None,
                "crm.policy.override": None,
                "crm.discount.approval": None,
                "crm.segment.event": None,
            }
        }

    def _crm_history_lost(self):
        """Return ``{model: fields}`` of the history that this uninstallation deletes."""
        modules = set(self._get_modules().mapped("name"))
        kept_by = self._crm_history_kept_by()
        return {model: names for addon in kept_by if addon in modules for model, names in kept_by[addon].items()}

    def action_download_crm_history(self):
        """Download the history as a zip file with one CSV file a model."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/crm_segmentation/history/{self.id}", "target": "new"}

    def _crm_history_zip(self):
        """Return the bytes of the zip file; what the user may not read is named in it and left out."""
        buffer, left_out = io.BytesIO(), []
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, fields_lost in self._crm_history_lost().items():
                if self.env[name].has_access("read"):
                    archive.writestr(f"{name}.csv", self._crm_history_csv(self.env[name], fields_lost))
                else:
                    left_out.append(name)
            if left_out:
                note = self.env._("Left out, because you may not read it: %(models)s", models=", ".join(left_out))
                archive.writestr("README.txt", note)
        return buffer.getvalue()

    def _crm_history_csv(self, model, fields_lost):
        """Return all rows that the user may read as CSV text, written by PostgreSQL; links with their names."""
        domain, names = Domain.TRUE, model._fields
        if fields_lost:
            domain = Domain.OR(Domain(name, "!=", False) for name in fields_lost)
            names = ["id", model._rec_name, *fields_lost]
        query = model.with_context(active_test=False)._search(domain)
        columns = []
        for name in names:
            field = model._fields[name]
            if field.store and field.column_type and model._has_field_access(field, "read"):
                columns += self._crm_history_columns(model, field, name)
        self.env.flush_all()
        file = io.BytesIO()
        code = self.env.cr.mogrify(SQL("COPY (%s) TO STDOUT WITH CSV HEADER", query.select(*columns)))
        self.env.cr.copy_expert(code.decode(), file)
        return file.getvalue()

    def _crm_history_columns(self, model, field, name):
        """Return the SQL columns of one field: text never a formula, a link as id and name."""
        column = SQL.identifier(model._table, name)
        if field.type in ("char", "text", "selection"):
            return [SQL("%s AS %s", _never_a_formula(SQL("%s::text", column)), SQL.identifier(name))]
        result = [SQL("%s AS %s", column, SQL.identifier(name))]
        if field.type == "many2one":
            target = self.env[field.comodel_name]
            label = target._fields.get(target._rec_name or "id")
            if label.store and label.type == "char":
                result.append(self._crm_history_name(column, target, label, name))
        return result

    def _crm_history_name(self, column, target, label, name):
        stored = SQL.identifier("linked", label.name)
        return SQL(
            "(SELECT %s FROM %s linked WHERE linked.id = %s) AS %s",
            _never_a_formula(SQL("(%s->>'en_US')", stored) if label.translate else stored),
            SQL.identifier(target._table),
            column,
            SQL.identifier(f"{name}_name"),
        )


def _never_a_formula(text):
    return SQL("CASE WHEN %s ~ %s THEN CHR(39) || %s ELSE %s END", text, FORMULA, text, text)
