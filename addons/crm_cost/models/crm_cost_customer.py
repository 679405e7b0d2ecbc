from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_segmentation.tools.sync import sync_table

from ..tools.statement import IMPUTED, LEVELS

#: One column per level of the statement.
COLUMNS = (*LEVELS, "minutes", "profit")


class CrmCostCustomer(models.Model):
    """What one customer brought in one period, level by level: the sums of his cost lines.

    Ranks, whale curve and lists over many customers read this narrow table; the lines are ten times as many.
    Derived: written by the computation of the period only, and made anew from the lines when contacts are merged.
    """

    _name = "crm.cost.customer"
    _inherit = "crm.cell.mixin"
    _description = "Customer of a Cost Period"
    _order = "period_id desc, profit desc, id"
    _rec_name = "partner_id"
    _log_access = False

    period_id = fields.Many2one("crm.cost.period", required=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Sales at list price.")
    discount = fields.Monetary(readonly=True, help="Discounts on sales, negative.")
    credit_note = fields.Monetary(readonly=True, help="Credit notes, negative.")
    down_payment = fields.Monetary(readonly=True, help="Down payments booked as income; the final invoice clears them.")
    rebate = fields.Monetary(readonly=True, help="Rebates, negative.")
    cost_of_goods = fields.Monetary(readonly=True, help="As a cost: negative.")
    activity = fields.Monetary(readonly=True, help="Activities at the rate of their pools, negative.")
    direct = fields.Monetary(readonly=True, help="Costs that belong to the customer, negative.")
    bad_debt = fields.Monetary(readonly=True, help="Written off less recovered.")
    collection = fields.Monetary(readonly=True, help="Cost of collecting what is due, negative.")
    litigation = fields.Monetary(readonly=True, help="Cost of law suits, negative.")
    exchange = fields.Monetary(readonly=True, help="Exchange differences.")
    expected_loss = fields.Monetary(readonly=True, help="Movement of the expected loss; imputed.")
    cost_of_money = fields.Monetary(readonly=True, help="Interest on what the customer owes; imputed.")
    minutes = fields.Float(digits=(16, 2), readonly=True, help="Working time spent on the customer.")
    profit = fields.Monetary(readonly=True, help="Everything that is in the ledger; imputed amounts are not.")

    _partner_uniq = models.UniqueIndex("(partner_id, period_id)")
    _profit_idx = models.Index("(period_id, profit)")

    @api.model
    def _sync(self, period):
        """Bring the rows of a period in line with its lines; return the number of rows written."""
        return sync_table(
            self.env.cr,
            self._table,
            self._sums_sql(SQL("line.period_id = %s", period.id)),
            fixed={
                "period_id": period.id,
                "company_id": period.company_id.id,
                "currency_id": period.company_id.currency_id.id,
            },
            key="partner_id",
            columns=COLUMNS,
        )

    @api.model
    def _agrees(self, period):
        """Return whether the rows of a period add up to its lines, as the period has just added them up, by level."""
        columns = [*LEVELS, "profit"]
        sums = [SQL("COALESCE(SUM(%s), 0)", SQL.identifier(name)) for name in columns]
        wanted = [SQL("COALESCE(SUM(amount) FILTER (WHERE level = %s), 0)", level) for level in LEVELS]
        wanted.append(SQL("COALESCE(SUM(amount) FILTER (WHERE level NOT IN %s), 0)", IMPUTED))
        [(same,)] = self.env.execute_query(
            SQL(
                "SELECT (SELECT ROW(%s) FROM crm_cost_customer WHERE period_id = %s)"
                " = (SELECT ROW(%s) FROM crm_cost_sum WHERE attribution = 'customer')",
                SQL(", ").join(sums),
                period.id,
                SQL(", ").join(wanted),
            )
        )
        return same

    @api.model
    def _forget(self, partners):
        """Delete the rows of contacts that are being merged."""
        self.env.cr.execute(SQL("DELETE FROM crm_cost_customer WHERE partner_id IN %s", tuple(partners.ids)))
        self.invalidate_model()

    @api.model
    def _fill(self, partner):
        """Make the rows of a customer who has none anew from his lines."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_cost_customer (period_id, company_id, currency_id, partner_id, %s) %s",
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                self._sums_sql(
                    SQL("line.partner_id = %s", partner.id),
                    SQL("line.period_id, line.company_id, line.currency_id, "),
                ),
            )
        )

    @api.model
    def _sums_sql(self, condition, key=None):
        """Return a SELECT of ``key``, customer and one column per level over the lines that fulfil a condition."""
        key = key or SQL()
        levels = [
            SQL("COALESCE(SUM(line.amount) FILTER (WHERE line.level = %s), 0) AS %s", level, SQL.identifier(level))
            for level in LEVELS
        ]
        return SQL(
            """
            SELECT %(key)s line.partner_id, %(levels)s, ROUND(COALESCE(SUM(line.minutes), 0), 2) AS minutes,
                   COALESCE(SUM(line.amount) FILTER (WHERE line.level NOT IN %(imputed)s), 0) AS profit
              FROM crm_cost_line line
             WHERE line.attribution = 'customer' AND line.partner_id IS NOT NULL AND %(condition)s
             GROUP BY %(key)s line.partner_id
            """,
            key=key,
            levels=SQL(", ").join(levels),
            imputed=IMPUTED,
            condition=condition,
        )
