from odoo import api, models

#: Status of an order, and what it tells its opportunity: what is ordered was offered.
TOLD = {"sent": ("quotation",), "sale": ("quotation", "order")}


class SaleOrder(models.Model):
    """Quotations and orders tell their opportunity how far they have come."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state in TOLD)._tell_opportunity()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in TOLD or ("opportunity_id" in vals and vals["opportunity_id"]):
            self.filtered(lambda order: order.state in TOLD)._tell_opportunity()
        return result

    def _tell_opportunity(self):
        """Tell the opportunities; an order without one costs no query."""
        for state, orders in self.filtered("opportunity_id").grouped("state").items():
            self.env["crm.lead"]._note_documents(orders, *TOLD[state])
