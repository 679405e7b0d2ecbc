from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """A posted invoice that is linked to another sales order becomes a purchase of another day."""
        result = super().write(vals)
        if "sale_line_ids" in vals:
            self.move_id._crm_watched()._crm_queue_at_commit()
        return result
