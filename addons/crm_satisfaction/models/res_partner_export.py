from odoo import models

from odoo.addons.crm_segmentation.tools.export import plain_cell


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """What a customer wrote becomes no formula in somebody's spreadsheet, exported with the contact either."""
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        words = [place for place, path in enumerate(fields) if path[:1] == ["customer_satisfaction_comment"]]
        for row in rows:
            for place in words:
                row[place] = plain_cell(row[place])
        return rows
