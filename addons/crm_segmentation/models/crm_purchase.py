from odoo import fields, models
from odoo.tools import SQL


class CrmPurchase(models.Model):
    """Posted customer invoices by the day the customer bought.

    The day of an invoice that came from a sales order is the day of that order, so that a down payment, a partial
    delivery or a monthly bill of one order is one purchase, and not several.
    """

    _name = "crm.purchase"
    _inherit = "crm.cell.mixin"
    _description = "Purchase"
    _auto = False
    _order = "purchase_date desc, id desc"
    _rec_name = "move_id"
    #: The documents whose hooks speak for these rows, and what each must be to count; columns as in ``_depends``.
    _crm_watched_by = {
        "account.move": {"state": ("posted",), "move_type": ("out_invoice",)},
        "sale.order": {"state": ("sale", "cancel")},
    }
    _depends = {
        "account.move": [
            "state",
            "move_type",
            "commercial_partner_id",
            "company_id",
            "invoice_date",
            "amount_untaxed_signed",
        ],
        "account.move.line": ["move_id", "sale_line_ids"],
        "sale.order.line": ["order_id"],
        "sale.order": ["date_order"],
    }

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    purchase_date = fields.Date(readonly=True, help="Day of the sales order, or of the invoice when it has none.")
    invoice_date = fields.Date(readonly=True)
    amount = fields.Monetary(
        string="Untaxed Amount",
        currency_field="company_currency_id",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
        help="In the company's currency.",
    )

    @property
    def _table_query(self):
        """Whose purchases are wanted may come in the context, as a SELECT: no condition from outside reaches the
        orders, which are grouped by invoice, and all of them would be read for a few customers.
        """
        customers = self.env.context.get("crm_customers")
        theirs = SQL()
        if isinstance(customers, SQL):
            theirs = SQL(
                "WHERE line.move_id IN (SELECT id FROM account_move WHERE state = 'posted'"
                " AND move_type = 'out_invoice' AND commercial_partner_id IN (%s))",
                customers,
            )
        return SQL(
            """
            SELECT move.id, move.id AS move_id, move.commercial_partner_id, move.company_id,
                   company.currency_id AS company_currency_id, move.invoice_date, move.amount_untaxed_signed AS amount,
                   COALESCE(ordered.day, move.invoice_date) AS purchase_date
              FROM account_move move
              JOIN res_company company ON company.id = move.company_id
         LEFT JOIN (
                   SELECT line.move_id,
                          MIN((sale.date_order AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(own.tz, 'UTC'))::date) AS day
                     FROM sale_order_line_invoice_rel rel
                     JOIN account_move_line line ON line.id = rel.invoice_line_id
                     JOIN sale_order_line sold ON sold.id = rel.order_line_id
                     JOIN sale_order sale ON sale.id = sold.order_id
                     JOIN res_company company ON company.id = sale.company_id
                     JOIN res_partner own ON own.id = company.partner_id
                    %s
                    GROUP BY line.move_id
                   ) ordered ON ordered.move_id = move.id
             WHERE move.state = 'posted' AND move.move_type = 'out_invoice'
            """,
            theirs,
        )

    def action_open_invoice(self):
        """Open the invoice behind this purchase."""
        self.ensure_one()
        return self.move_id.get_formview_action()
