from odoo import api, models


class CrmCostClosedMixin(models.AbstractModel):
    """Rows of a month that stay as they were signed once the month is closed, whoever writes."""

    _name = "crm.cost.closed.mixin"
    _description = "Rows of a Closed Month"

    @api.model
    def _written_after_closing(self):
        """Return the columns outside the signature."""
        return set()

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.period_id._refuse_closed()
        return rows

    def write(self, vals):
        if not vals.keys() <= self._written_after_closing():
            self.period_id._refuse_closed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.period_id._refuse_closed()
