import io
import zipfile

from odoo import api, fields, models
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
    def _crm_history_models(self):
        """Return the models that hold history nobody can compute again; other addons add theirs."""
        return ["crm.customer", "crm.segment.member"]

    def _crm_history_lost(self):
        """Return those of them that this uninstallation deletes."""
        modules = set(self._get_modules().mapped("name"))
        return [name for name in self._crm_history_models() if self.env[name]._original_module in modules]

    def action_download_crm_history(self):
        """Download the history as a zip file with one CSV file a model."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/crm_segmentation/history/{self.id}", "target": "new"}

    def _crm_history_zip(self):
        """Return the bytes of the zip file; what the user may not read is named in it and left out."""
        buffer, left_out = io.BytesIO(), []
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self._crm_history_lost():
                if self.env[name].has_access("read"):
                    archive.writestr(f"{name}.csv", self._crm_history_csv(self.env[name]))
                else:
                    left_out.append(name)
            if left_out:
                note = self.env._("Left out, because you may not read it: %(models)s", models=", ".join(left_out))
                archive.writestr("README.txt", note)
        return buffer.getvalue()

    def _crm_history_csv(self, model):
        """Return all rows that the user may read as CSV text, written by PostgreSQL; links with their names."""
        query = model._search([])
        columns = []
        for name, field in model._fields.items():
            if field.store and field.column_type and model._has_field_access(field, "read"):
                columns += self._crm_history_columns(model, field, name)
        select = query.select(*columns)
        self.env.flush_all()
        file = io.BytesIO()
        code = self.env.cr.mogrify(SQL("COPY (%s) TO STDOUT WITH CSV HEADER", select))
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
