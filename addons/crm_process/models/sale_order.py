from odoo import api, fields, models

#: Status of an order, and what it tells its opportunity: what is ordered was offered.
TOLD = {"sent": ("quotation",), "sale": ("quotation", "order")}


class SaleOrder(models.Model):
    """Quotations and orders tell their opportunity how far they have come, and know its phase."""

    _name = "sale.order"
    _inherit = ["sale.order", "crm.phase.mixin"]

    process_phase = fields.Selection(help="Phase of the process that the opportunity of the order is in.")

    @api.depends("opportunity_id.stage_id.process_phase")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_process_phase(self):
        return super()._compute_process_phase()

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
