from odoo import api, fields, models
from odoo.tools import SQL

#: A customer of a period has one number, which the index of the cost lines knows too.
SHIFT = 2147483648


class CrmCostCustomerReport(models.Model):
    """Profit per customer and month, by accounting date: revenue less cost of goods less what was done for him."""

    _name = "crm.cost.customer.report"
    _inherit = "crm.cell.mixin"
    _description = "Profit per Customer"
    _auto = False
    _order = "date_from desc, profit desc, id"
    _rec_name = "partner_id"
    _depends = {
        "crm.cost.line": ["period_id", "partner_id", "attribution", "level", "amount", "minutes"],
        "crm.cost.period": ["company_id", "currency_id", "date_from", "date_to", "state", "shown"],
        "res.partner": ["country_id", "user_id"],
    }

    period_id = fields.Many2one("crm.cost.period", string="Month", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    is_latest = fields.Boolean(string="Latest Month", readonly=True, help="The last month computed in its company.")
    is_last_year = fields.Boolean(string="Last 12 Months", readonly=True, help="The last twelve months computed.")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Posted revenue less credit notes, by accounting date.")
    cost_of_goods = fields.Monetary(string="Cost of Goods", readonly=True, help="As a cost: negative.")
    gross_margin = fields.Monetary(readonly=True, help="Revenue less cost of goods.")
    activity_cost = fields.Monetary(
        string="Cost to Serve", readonly=True, help="Activities done for the customer, at the rate of their pools."
    )
    profit = fields.Monetary(readonly=True, help="Gross margin less cost to serve. Unused capacity is not charged.")
    minutes = fields.Float(string="Minutes Served", readonly=True)
    margin_ratio = fields.Float(
        string="Margin %", readonly=True, aggregator="avg", help="Gross margin / revenue; of groups, of their sums."
    )
    return_on_service = fields.Float(
        string="Return on Service",
        readonly=True,
        aggregator="avg",
        help="Profit / cost to serve; of groups, of their sums.",
    )
    # On the statement only
    activity_line_ids = fields.Many2many("crm.cost.line", string="Activities", compute="_compute_statement")
    rank = fields.Integer(compute="_compute_statement", help="Place among the customers of the month, best first.")
    customer_count = fields.Integer(compute="_compute_statement")

    @property
    def _table_query(self):
        """Sum the lines; every ratio below stands on the sums."""
        revenue, goods, service = (
            SQL("COALESCE(SUM(line.amount) FILTER (WHERE line.level = %s), 0)", level)
            for level in ("revenue", "cost_of_goods", "activity")
        )
        return SQL(
            """
            SELECT line.period_id::bigint * %(shift)s + line.partner_id AS id, line.period_id, line.partner_id,
                   period.company_id, period.currency_id, period.date_from, period.date_to, period.is_latest,
                   period.is_last_year, partner.country_id, partner.user_id,
                   %(revenue)s AS revenue, %(goods)s AS cost_of_goods, %(revenue)s + %(goods)s AS gross_margin,
                   %(service)s AS activity_cost, SUM(line.amount) AS profit, COALESCE(SUM(line.minutes), 0) AS minutes,
                   (%(revenue)s + %(goods)s) / NULLIF(%(revenue)s, 0) AS margin_ratio,
                   SUM(line.amount) / NULLIF(-%(service)s, 0) AS return_on_service
              FROM crm_cost_line line
              JOIN (%(periods)s) period ON period.id = line.period_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.attribution = 'customer'
             GROUP BY line.period_id, line.partner_id, partner.country_id, partner.user_id, period.company_id,
                   period.currency_id, period.date_from, period.date_to, period.is_latest, period.is_last_year
            """,
            shift=SQL(str(SHIFT)),
            revenue=revenue,
            goods=goods,
            service=service,
            periods=SQL(
                """
                SELECT id, company_id, currency_id, date_from, date_to,
                       ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY date_from DESC) = 1 AS is_latest,
                       ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY date_from DESC) <= 12 AS is_last_year
                  FROM crm_cost_period WHERE shown AND state <> 'open'
                """
            ),
        )

    def _compute_statement(self):
        for row in self:
            lines = self.env["crm.cost.line"].search(
                [
                    ("period_id", "=", row.period_id.id),
                    ("partner_id", "=", row.partner_id.id),
                    ("level", "=", "activity"),
                ]
            )
            same_month = [("period_id", "=", row.period_id.id)]
            row.activity_line_ids = lines
            row.rank = 1 + self.search_count([*same_month, ("profit", ">", row.profit)])
            row.customer_count = self.search_count(same_month)

    @api.depends("partner_id", "period_id")
    def _compute_display_name(self):
        """Name customer and month, never an amount."""
        for row in self:
            row.display_name = f"{row.partner_id.display_name}, {row.period_id.name}"

    def _read_group_select(self, aggregate_spec, query):
        """Group a ratio as a ratio of sums, never as a mean of ratios."""
        parts = {
            "margin_ratio:avg": ("gross_margin", "revenue", 1),
            "return_on_service:avg": ("profit", "activity_cost", -1),
        }
        if aggregate_spec not in parts:
            return super()._read_group_select(aggregate_spec, query)
        above, below, sign = parts[aggregate_spec]
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s) * %s, 0)",
            self._field_to_sql(self._table, above, query),
            self._field_to_sql(self._table, below, query),
            sign,
        )

    def action_open_statement(self):
        """Open the statement of this customer and month."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_open_revenue(self):
        """Open the journal items behind the revenue."""
        self.ensure_one()
        return self.period_id._items_action("revenue", partner=self.partner_id)

    def action_open_goods(self):
        """Open the journal items behind the cost of goods."""
        self.ensure_one()
        return self.period_id._items_action("cost_of_goods", partner=self.partner_id)

    def action_open_activities(self):
        """Open the activity lines behind the cost to serve."""
        self.ensure_one()
        return self.period_id._lines_of("pool", None, self.partner_id)
