from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def unlink(self):
        """An invoice loses the day of its order with the order's line; only a cancelled order can lose a line."""
        if not self.env.context.get(MODULE_UNINSTALL_FLAG):
            self.order_id.filtered(lambda order: order.state == "cancel")._crm_queue_now()
        return super().unlink()
