from odoo import api, fields, models
from odoo.tools import SQL


class CrmCostCustomerReport(models.Model):
    """Profit per customer and month, by accounting date, with every level of his statement as a measure."""

    _name = "crm.cost.customer.report"
    _inherit = ["crm.cost.currency.mixin", "crm.cell.mixin"]
    _description = "Profit per Customer"
    _auto = False
    _order = "date_from desc, profit desc, id"
    _rec_name = "partner_id"
    _depends = {
        "crm.cost.customer": ["period_id", "partner_id", "company_id", "currency_id", "profit"],
        "crm.cost.period": ["date_from", "date_to", "state", "shown"],
        "res.partner": ["country_id", "user_id"],
        "res.users": ["sale_team_id"],
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
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True, help="Team of the salesperson.")
    # Levels of the statement
    list_revenue = fields.Monetary(string="Sales at List Price", readonly=True)
    discount = fields.Monetary(string="Discounts", readonly=True)
    credit_note = fields.Monetary(string="Credit Notes", readonly=True)
    down_payment = fields.Monetary(string="Down Payments", readonly=True)
    rebate = fields.Monetary(string="Rebates", readonly=True)
    revenue = fields.Monetary(
        string="Net Revenue", readonly=True, help="List price less discounts, credit notes and rebates."
    )
    cost_of_goods = fields.Monetary(string="Cost of Goods", readonly=True, help="As a cost: negative.")
    gross_margin = fields.Monetary(readonly=True, help="Net revenue less cost of goods.")
    activity_cost = fields.Monetary(
        string="Activities", readonly=True, help="Activities done for the customer, at the rate of their pools."
    )
    direct_cost = fields.Monetary(readonly=True, help="Costs that belong to the customer, for example freight.")
    service_cost = fields.Monetary(string="Cost to Serve", readonly=True, help="Activities and direct cost.")
    service_profit = fields.Monetary(
        string="After Service", readonly=True, help="Gross margin less cost to serve. Unused capacity is not charged."
    )
    credit_cost = fields.Monetary(
        string="Cost of Credit", readonly=True, help="Write-offs, collection, litigation and exchange differences."
    )
    profit = fields.Monetary(readonly=True, help="All of the above: it agrees with the ledger.")
    imputed = fields.Monetary(
        string="Imputed Cost", readonly=True, help="Movement of expected loss and cost of money: in no ledger account."
    )
    net_profit = fields.Monetary(readonly=True, help="Profit less imputed cost.")
    minutes = fields.Float(string="Minutes Served", readonly=True)
    # Ratios
    discount_ratio = fields.Float(
        string="Discount %", readonly=True, aggregator="avg", help="Discounts / list price; of groups, of their sums."
    )
    margin_ratio = fields.Float(
        string="Margin %", readonly=True, aggregator="avg", help="Gross margin / net revenue; of groups, of their sums."
    )
    return_on_service = fields.Float(
        string="Return on Service",
        readonly=True,
        aggregator="avg",
        help="Profit / cost to serve; of groups, of their sums. Empty where nothing was spent.",
    )

    _ratios = {
        "discount_ratio": ("discount", "list_revenue", -1),
        "margin_ratio": ("gross_margin", "revenue", 1),
        "return_on_service": ("profit", "service_cost", -1),
    }

    @property
    def _table_query(self):
        """Every ratio stands on the sums of its customer and month."""
        return SQL(
            """
            SELECT customer.id, customer.period_id, customer.partner_id, customer.company_id, customer.currency_id,
                   period.date_from, period.date_to, period.is_latest, period.is_last_year,
                   partner.country_id, partner.user_id, salesperson.sale_team_id AS team_id,
                   customer.revenue AS list_revenue, customer.discount, customer.credit_note, customer.down_payment,
                   customer.rebate, result.revenue, customer.cost_of_goods, result.gross_margin,
                   customer.activity AS activity_cost, customer.direct AS direct_cost, result.service_cost,
                   result.gross_margin + result.service_cost AS service_profit,
                   customer.profit - result.gross_margin - result.service_cost AS credit_cost,
                   customer.profit, result.imputed, customer.profit + result.imputed AS net_profit, customer.minutes,
                   -customer.discount / NULLIF(customer.revenue, 0) AS discount_ratio,
                   result.gross_margin / NULLIF(result.revenue, 0) AS margin_ratio,
                   customer.profit / NULLIF(-result.service_cost, 0) AS return_on_service
              FROM crm_cost_customer customer
              JOIN (%s) period ON period.id = customer.period_id
              JOIN res_partner partner ON partner.id = customer.partner_id
         LEFT JOIN res_users salesperson ON salesperson.id = partner.user_id
        CROSS JOIN LATERAL (
                   SELECT customer.revenue + customer.discount + customer.credit_note + customer.down_payment
                          + customer.rebate AS revenue) net
        CROSS JOIN LATERAL (
                   SELECT net.revenue, net.revenue + customer.cost_of_goods AS gross_margin,
                          customer.activity + customer.direct AS service_cost,
                          customer.expected_loss + customer.cost_of_money AS imputed) result
            """,
            SQL(
                """
                SELECT id, date_from, date_to,
                       ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY date_from DESC) = 1 AS is_latest,
                       ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY date_from DESC) <= 12 AS is_last_year
                  FROM crm_cost_period WHERE shown AND state <> 'open'
                """
            ),
        )

    @api.depends("partner_id", "period_id")
    def _compute_display_name(self):
        """Name customer and month, never an amount."""
        for row in self:
            row.display_name = f"{row.partner_id.display_name}, {row.period_id.name}"

    def action_open_statement(self):
        """Open the statement of this customer and month."""
        self.ensure_one()
        return self.env["crm.cost.statement"]._open(self.partner_id, self.company_id, period_id=self.period_id.id)
