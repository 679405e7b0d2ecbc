from odoo import fields, models
from odoo.tools import SQL


class CrmPaymentDelay(models.Model):
    """Customer invoices that were paid in full, with the day they were due and the day the last of the money came.

    The day is that of the last entry reconciled with the invoice, or of the invoice when the money was there before.
    """

    _name = "crm.payment.delay"
    _inherit = "crm.cell.mixin"
    _description = "Paid Invoice"
    _auto = False
    _order = "paid_date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move": [
            "amount_total_signed",
            "commercial_partner_id",
            "company_id",
            "invoice_date_due",
            "invoice_user_id",
            "move_type",
            "payment_state",
            "state",
        ],
        "account.move.line": ["account_id", "move_id"],
        "account.account": ["account_type"],
        "account.partial.reconcile": ["debit_move_id", "max_date"],
    }

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    due_date = fields.Date(readonly=True)
    paid_date = fields.Date(readonly=True, help="Day on which nothing was left to pay.")
    days_late = fields.Integer(readonly=True, help="Days from the due date to the payment; negative when paid early.")
    amount = fields.Monetary(
        string="Total",
        currency_field="company_currency_id",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Tax included, in the company's currency.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT move.id, move.id AS move_id, move.commercial_partner_id, move.company_id,
                   company.currency_id AS company_currency_id, move.invoice_user_id AS user_id,
                   move.invoice_date_due AS due_date, paid.day AS paid_date,
                   paid.day - move.invoice_date_due AS days_late, move.amount_total_signed AS amount
              FROM account_move move
              JOIN res_company company ON company.id = move.company_id
              JOIN (
                   SELECT line.move_id, MAX(part.max_date) AS day
                     FROM account_partial_reconcile part
                     JOIN account_move_line line ON line.id = part.debit_move_id
                     JOIN account_account account ON account.id = line.account_id
                    WHERE account.account_type = 'asset_receivable'
                    GROUP BY line.move_id
                   ) paid ON paid.move_id = move.id
             WHERE move.state = 'posted' AND move.move_type = 'out_invoice'
               AND move.payment_state IN ('paid', 'in_payment')
            """
        )

    def get_formview_action(self, access_uid=None):
        """Open the invoice; its own rights decide who sees it."""
        self.ensure_one()
        return self.move_id.get_formview_action(access_uid=access_uid)

    def action_open_document(self):
        """Open the invoice that was paid."""
        return self.get_formview_action()
