from odoo import api, fields, models


class CrmProcessDetail(models.AbstractModel):
    """One line of a stage sheet; like the sheet it does not change once the version is approved."""

    _name = "crm.process.detail"
    _description = "Line of a Stage Sheet"
    _order = "sequence, id"

    sheet_id = fields.Many2one("crm.process.stage", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.sheet_id.process_id._check_open()
        return parts

    def write(self, vals):
        self.sheet_id.process_id._check_open()
        result = super().write(vals)
        if "sheet_id" in vals:
            self.sheet_id.process_id._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.sheet_id.process_id._check_open()
