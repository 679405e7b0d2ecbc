from odoo import models


class SaleOrderLine(models.Model):
    """Deliveries tell the opportunity, whatever counts them: by hand, transfers, timesheets, expenses."""

    _inherit = "sale.order.line"

    def _write_multi(self, vals_list):
        super()._write_multi(vals_list)
        delivered = [id_ for id_, vals in zip(self._ids, vals_list, strict=True) if vals.get("qty_delivered")]
        if delivered and self.env["crm.process"]._document_index():
            orders = self.browse(delivered).order_id.filtered("opportunity_id")
            self.env["crm.lead"]._note_documents(orders, "delivery")
