from odoo import fields, models
from odoo.tools import SQL


class CrmDiscount(models.Model):
    """Lines of posted customer invoices sold below their list price: what the discount was worth.

    List price means the price on the line before its discount. Its worth follows from what the line came to,
    so that included taxes do not count as discount; a line given away altogether came to nothing and counts its price.
    """

    _name = "crm.discount"
    _inherit = "crm.cell.mixin"
    _description = "Discount Given"
    _auto = False
    _order = "invoice_date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move": ["commercial_partner_id", "company_id", "invoice_currency_rate", "invoice_date", "move_type"],
        "account.move.line": [
            "balance",
            "discount",
            "display_type",
            "move_id",
            "parent_state",
            "price_unit",
            "quantity",
        ],
    }

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    invoice_date = fields.Date(readonly=True)
    amount = fields.Monetary(
        string="Discount",
        currency_field="company_currency_id",
        readonly=True,
        help="Untaxed, in the company's currency. Negative on credit notes.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, move.id AS move_id, move.commercial_partner_id, move.company_id,
                   company.currency_id AS company_currency_id, move.invoice_date,
                   CASE WHEN line.discount < 100 THEN -line.balance * line.discount / (100 - line.discount)
                        ELSE line.price_unit * line.quantity / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)
                             * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                   END AS amount
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_company company ON company.id = move.company_id
             WHERE line.parent_state = 'posted' AND line.display_type = 'product' AND line.discount > 0
               AND move.move_type IN ('out_invoice', 'out_refund')
            """
        )

    def get_formview_action(self, access_uid=None):
        """Open the invoice; its own rights decide who sees it."""
        self.ensure_one()
        return self.move_id.get_formview_action(access_uid=access_uid)

    def action_open_document(self):
        """Open the invoice with the discount."""
        return self.get_formview_action()
