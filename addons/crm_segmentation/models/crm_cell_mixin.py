from odoo import models

from ..tools.export import plain_cell


class CrmCellMixin(models.AbstractModel):
    """Models whose exports show what customers typed: none of it may become a formula in somebody's spreadsheet."""

    _name = "crm.cell.mixin"
    _description = "Export Without Formulas"

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Here and not in ``export_data``, so that rows exported as part of other documents are safe too."""
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        return [[plain_cell(cell) for cell in row] for row in rows]
