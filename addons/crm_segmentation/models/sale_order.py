from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.watch.mixin"]

    _crm_customer_columns = ("partner_id",)
    _crm_profile_columns = ("partner_id", "company_id")

    def _crm_customers_sql(self):
        """The day of an order is the day of the purchase for its invoices, whoever their customer is."""
        return SQL(
            """
            %s UNION
            SELECT move.commercial_partner_id, move.company_id
              FROM sale_order_line sold
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sold.id
              JOIN account_move_line line ON line.id = rel.invoice_line_id
              JOIN account_move move ON move.id = line.move_id
             WHERE sold.order_id = ANY(%s) AND move.commercial_partner_id IS NOT NULL
            """,
            super()._crm_customers_sql(),
            list(self._ids),
        )
