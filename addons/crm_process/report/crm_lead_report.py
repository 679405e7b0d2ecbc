from odoo import fields, models
from odoo.tools import SQL


class CrmLeadReport(models.Model):
    """Opportunities, one row each: where they come from, what they bring, and on whom they depend."""

    _name = "crm.lead.report"
    _description = "Sources and Dependence"
    _inherit = "crm.history.report"
    _auto = False
    _order = "create_date desc, id desc"
    _rec_name = "lead_id"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    type = fields.Selection([("lead", "Lead"), ("opportunity", "Opportunity")], readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    won_status = fields.Selection([("won", "Won"), ("lost", "Lost"), ("pending", "Pending")], readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    create_date = fields.Datetime(string="Created", readonly=True)
    date_closed = fields.Datetime(string="Closed", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    # What the source brings
    share = fields.Float(
        string="Share %", readonly=True, aggregator="avg", help="Share of all opportunities the search found."
    )
    won = fields.Integer(readonly=True)
    lost = fields.Integer(readonly=True)
    closed = fields.Integer(string="Won or Lost", readonly=True)
    win_rate = fields.Float(string="Win Rate %", readonly=True, aggregator="avg", help="Won among won and lost.")
    won_amount = fields.Monetary(string="Revenue Won", readonly=True)
    revenue_share = fields.Float(
        string="Share of Revenue %",
        readonly=True,
        aggregator="avg",
        help="Share of all revenue won that the search found.",
    )
    yield_amount = fields.Float(
        string="Revenue per Opportunity",
        readonly=True,
        aggregator="avg",
        help="Revenue won over all opportunities of the group, open and lost ones too.",
    )
    cost = fields.Monetary(
        readonly=True,
        help="Cost of the campaign, divided equally among all leads and opportunities it brought. Campaigns of a "
        "company with another currency are left out.",
    )
    cost_per_lead = fields.Float(
        string="Cost per Opportunity",
        readonly=True,
        aggregator="avg",
        help="Cost over all opportunities of the group, open and lost ones too.",
    )
    cost_per_win = fields.Float(
        string="Cost per Win",
        readonly=True,
        aggregator="avg",
        help="Cost over the won opportunities of the group. Empty while none is won.",
    )
    return_on_cost = fields.Float(
        string="Revenue per Cost",
        readonly=True,
        aggregator="avg",
        help="Revenue won for each unit of money that the campaigns cost.",
    )
    days_to_close = fields.Float(
        string="Median Days to Close", readonly=True, aggregator="avg", help="From creation until won or lost."
    )
    # On whom it depends
    open_amount = fields.Monetary(string="Open Value", readonly=True)
    open_share = fields.Float(
        string="Share of Open Value %",
        readonly=True,
        aggregator="avg",
        help="Share of all open value the search found.",
    )
    win_share = fields.Float(
        string="Share of Wins %", readonly=True, aggregator="avg", help="Share of all wins the search found."
    )
    customers = fields.Integer(readonly=True, aggregator="count_distinct")
    sole_seller_customers = fields.Integer(
        string="Known to One Salesperson",
        readonly=True,
        aggregator="count_distinct",
        help="Customers all of whose opportunities were with one and the same salesperson.",
    )
    sole_contact_customers = fields.Integer(
        string="One Contact Person",
        readonly=True,
        aggregator="count_distinct",
        help="Customers, companies, that we know at most one contact person of.",
    )

    _quantiles = {"days_to_close": 0.5}
    _ratios = {
        "yield_amount": ("won_amount", "opportunities"),
        "cost_per_lead": ("cost", "opportunities"),
        "cost_per_win": ("cost", "won"),
        "return_on_cost": ("won_amount", "cost"),
    }
    _percentages = {"win_rate": ("won", "closed")}
    _shares = {"share": None, "revenue_share": "won_amount", "open_share": "open_amount", "win_share": "won"}
    _depends = {
        "crm.lead": [
            "active", "type", "stage_id", "won_status", "source_id", "medium_id", "campaign_id", "user_id", "team_id",
            "company_id", "partner_id", "expected_revenue", "date_closed", "lost_reason_id",
        ],
        "utm.campaign": ["crm_cost", "company_id"],
        "res.partner": ["commercial_partner_id", "active", "parent_id", "type", "is_company"],
    }  # fmt: skip
    opportunities = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT %(columns)s, lead.id AS lead_id, partner.commercial_partner_id AS customer_id,
                   company.currency_id, 1 AS opportunities, 1 AS share, NULL::float AS revenue_share,
                   NULL::float AS open_share, NULL::float AS win_share, NULL::float AS win_rate,
                   %(won)s::int AS won, %(lost)s::int AS lost, (%(won)s OR %(lost)s)::int AS closed,
                   CASE WHEN %(won)s THEN lead.expected_revenue ELSE 0 END AS won_amount,
                   CASE WHEN %(won)s THEN lead.expected_revenue ELSE 0 END AS yield_amount,
                   campaign.share AS cost, NULL::float AS cost_per_lead, NULL::float AS cost_per_win,
                   NULL::float AS return_on_cost,
                   CASE WHEN %(won)s OR %(lost)s THEN
                        EXTRACT(EPOCH FROM lead.date_closed - lead.create_date) / 86400 END AS days_to_close,
                   CASE WHEN %(open)s THEN lead.expected_revenue ELSE 0 END AS open_amount,
                   partner.commercial_partner_id AS customers,
                   CASE WHEN %(sole_seller)s THEN partner.commercial_partner_id END AS sole_seller_customers,
                   CASE WHEN %(sole_contact)s THEN partner.commercial_partner_id END AS sole_contact_customers
              FROM crm_lead lead
         LEFT JOIN res_partner partner ON partner.id = lead.partner_id
         LEFT JOIN res_company company
                ON company.id = COALESCE(lead.company_id, (SELECT company_id FROM res_users WHERE id = lead.user_id))
         LEFT JOIN (%(campaigns)s) campaign
                ON campaign.id = lead.campaign_id AND campaign.currency_id = company.currency_id
             WHERE lead.active OR lead.won_status IN ('won', 'lost')
            """,
            campaigns=self._campaigns_sql(),
            columns=self._columns_sql(),
            won=SQL("COALESCE(lead.won_status = 'won', FALSE)"),
            lost=SQL("COALESCE(lead.won_status = 'lost', FALSE)"),
            open=SQL("lead.active AND lead.won_status IS DISTINCT FROM 'won'"),
            sole_seller=self._sole_seller_sql(),
            sole_contact=self._sole_contact_sql(),
        )

    def _campaigns_sql(self):
        """Return a SELECT of what each opportunity of a campaign cost."""
        return SQL(
            """SELECT campaign.id, owner.currency_id, campaign.crm_cost / COUNT(*) AS share
                 FROM utm_campaign campaign
                 JOIN res_company owner ON owner.id = campaign.company_id
                 JOIN crm_lead brought ON brought.campaign_id = campaign.id
                WHERE campaign.crm_cost <> 0 AND (brought.active OR brought.won_status IN ('won', 'lost'))
                GROUP BY campaign.id, owner.currency_id, campaign.crm_cost"""
        )

    def _columns_sql(self):
        names = ("id", "type", "source_id", "medium_id", "campaign_id", "user_id", "team_id", "company_id")
        names += ("won_status", "lost_reason_id", "create_date", "date_closed")
        return SQL(", ").join(SQL.identifier("lead", name) for name in names)

    def _sole_seller_sql(self):
        return SQL(
            """lead.user_id IS NOT NULL AND partner.commercial_partner_id NOT IN (
                SELECT customer.commercial_partner_id
                  FROM crm_lead other JOIN res_partner customer ON customer.id = other.partner_id
                 WHERE customer.commercial_partner_id IS NOT NULL AND other.user_id IS NOT NULL
                 GROUP BY customer.commercial_partner_id HAVING MIN(other.user_id) != MAX(other.user_id))"""
        )

    def _sole_contact_sql(self):
        return SQL(
            """partner.commercial_partner_id IN (SELECT id FROM res_partner WHERE is_company)
               AND partner.commercial_partner_id NOT IN (
                SELECT parent_id FROM res_partner
                 WHERE parent_id IS NOT NULL AND active AND type = 'contact' AND is_company IS NOT TRUE
                 GROUP BY parent_id HAVING COUNT(*) > 1)"""
        )
