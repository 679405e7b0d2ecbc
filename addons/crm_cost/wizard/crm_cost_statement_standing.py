"""Where the customer stands: rank and tenth among all, return on service, what he owes, what was invoiced."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import statement, whale

TENTHS = 10


class CrmCostStatement(models.TransientModel):
    _inherit = "crm.cost.statement"

    return_on_service = fields.Float(
        compute="_compute_return_on_service",
        compute_sudo=False,
        digits=(16, 2),
        help="Profit / (activities + direct cost).",
    )
    is_served = fields.Boolean(
        compute="_compute_return_on_service", compute_sudo=False, help="Something was spent on the customer."
    )
    rank = fields.Integer(
        compute="_compute_rank",
        compute_sudo=False,
        help="Place by profit among the customers of the months, best first.",
    )
    customer_count = fields.Integer(string="Customers", compute="_compute_rank", compute_sudo=False)
    tenth = fields.Integer(
        compute="_compute_rank", compute_sudo=False, help="Tenth of the customers he belongs to: 1 holds the best."
    )
    receivable = fields.Monetary(
        compute="_compute_receivable", compute_sudo=False, help="Unpaid today, by the receivable accounts."
    )
    overdue = fields.Monetary(
        compute="_compute_receivable", compute_sudo=False, help="Unpaid today and past its due date."
    )
    invoiced = fields.Monetary(
        string="Invoiced Revenue",
        compute="_compute_invoiced",
        compute_sudo=False,
        help="Invoices less credit notes by invoice date, without tax. The statement goes by accounting date and may "
        "differ.",
    )

    @api.depends("line_ids")
    def _compute_return_on_service(self):
        for page in self:
            spent = -sum(page.line_ids.filtered(lambda line: line.level in statement.SERVICE).mapped("amount"))
            profit = page.line_ids.filtered(lambda line: line.block == "profit" and not line.level).amount
            found = statement.ratio(profit, spent)
            page.return_on_service, page.is_served = found or 0.0, found is not None

    @api.depends(lambda self: self._choices())
    def _compute_rank(self):
        for page in self:
            page.rank = page.customer_count = page.tenth = 0
            periods, partners = page._sides()["now"], page._partners()
            if not (periods and partners):
                continue
            [(better, own, count)] = page.env.execute_query(page._rank_sql(periods, partners))
            page.customer_count = count
            if own:
                page.rank = better + 1
                page.tenth = whale.tile_number(page.rank, count, whale.tile_count(count, TENTHS))

    @api.depends("partner_id", "company_id", "all_companies", "with_groups", "period_id", "span")
    def _compute_receivable(self):
        for page in self:
            page.receivable = page.overdue = 0.0
            rates = page._company_rates()
            for company, due, late in page._receivables(tuple(rates)) if rates else ():
                page.receivable += float(due * rates[company])
                page.overdue += float(late * rates[company])

    @api.depends(lambda self: self._choices())
    def _compute_invoiced(self):
        for page in self:
            months = [(period, rate) for side, period, rate in page._months() if side == "now"]
            invoiced = page.env.execute_query(page._invoiced_sql(months)) if page.partner_id and months else [(0,)]
            page.invoiced = invoiced[0][0]

    def _rank_sql(self, periods, partners):
        """Return a SELECT of (customers that earn more, whether he is among them, customers)."""
        return SQL(
            """
            WITH customer AS (%s), own AS (SELECT MAX(profit) AS profit FROM customer WHERE partner_id IN %s)
            SELECT COUNT(*) FILTER (WHERE customer.profit > own.profit), BOOL_OR(own.profit IS NOT NULL), COUNT(*)
              FROM customer CROSS JOIN own
            """,
            self._customers_sql(periods, ("profit",)),
            tuple(partners.ids),
        )

    def _company_rates(self):
        """Return ``{company id: rate}`` of the last month with a rate, for what is open today."""
        if not self.partner_id:
            return {}
        rates = {period.company_id.id: rate for side, period, rate in self._months() if side == "now"}
        return {**rates, self.company_id.id: 1}

    def _receivables(self, companies):
        """Return rows of (company id, unpaid, overdue) of the customer or his group."""
        self.env["account.move.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT item.company_id, SUM(item.amount_residual),
                       COALESCE(SUM(item.amount_residual) FILTER (WHERE item.date_maturity < %(today)s), 0)
                  FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                   AND account.account_type = 'asset_receivable'
                 WHERE item.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id IN %(partners)s)
                   AND item.company_id IN %(companies)s
                   AND item.parent_state = 'posted' AND item.amount_residual <> 0
                 GROUP BY item.company_id
                """,
                today=self.company_id._crm_today(),
                partners=tuple(self._partners().ids),
                companies=companies,
            )
        )

    def _invoiced_sql(self, months):
        self.env["account.move"].flush_model()
        return SQL(
            """
            SELECT COALESCE(SUM(move.amount_untaxed_signed * month.rate), 0)
              FROM account_move move
              JOIN (VALUES %s) month (company_id, date_from, date_to, rate) ON month.company_id = move.company_id
               AND move.invoice_date BETWEEN month.date_from AND month.date_to
             WHERE move.commercial_partner_id IN %s AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """,
            SQL(", ").join(
                SQL(
                    "(%s, %s::date, %s::date, %s::numeric)",
                    period.company_id.id,
                    period.date_from,
                    period.date_to,
                    rate,
                )
                for period, rate in months
            ),
            tuple(self._partners().ids),
        )
