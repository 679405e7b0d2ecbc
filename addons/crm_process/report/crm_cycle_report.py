from odoo import fields, models
from odoo.tools import SQL


class CrmCycleReport(models.Model):
    """Who came round again: one row for each opportunity whose after-sales was closed, and what followed."""

    _name = "crm.cycle.report"
    _description = "Retention by Cycle"
    _inherit = "crm.history.report"
    _auto = False
    _order = "followup_end desc, id desc"
    _rec_name = "lead_id"

    lead_id = fields.Many2one("crm.lead", string="Closed Opportunity", readonly=True)
    next_id = fields.Many2one("crm.lead", string="Next Cycle", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    cycle_number = fields.Integer(string="Cycle", readonly=True, aggregator=None)
    outcome = fields.Selection(
        [("satisfied", "Satisfied"), ("failed", "Failed")], string="After-sales Outcome", readonly=True
    )
    followup_end = fields.Datetime(string="After-sales Closed", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    customers = fields.Integer(string="Customers (n)", readonly=True, aggregator="count_distinct")
    closed = fields.Integer(string="Closed (n)", readonly=True)
    began = fields.Integer(string="Began the Next", readonly=True)
    won = fields.Integer(string="Won the Next", readonly=True)
    won_amount = fields.Monetary(string="Revenue of the Next", readonly=True)
    began_rate = fields.Float(
        string="Began the Next %",
        readonly=True,
        aggregator="avg",
        help="Share of the closed opportunities whose next cycle was opened. What was closed lately had little time: "
        "use the filter.",
    )
    won_rate = fields.Float(
        string="Won the Next %",
        readonly=True,
        aggregator="avg",
        help="Share of the closed opportunities whose next cycle was won.",
    )
    days_to_begin = fields.Float(
        string="Median Days to Begin",
        readonly=True,
        aggregator="avg",
        help="From closing after-sales until the next cycle was opened.",
    )
    days_to_win = fields.Float(
        string="Median Days to Win", readonly=True, aggregator="avg", help="From closing after-sales until it was won."
    )

    _quantiles = {"days_to_begin": 0.5, "days_to_win": 0.5}
    _percentages = {"began_rate": ("began", "closed"), "won_rate": ("won", "closed")}
    _depends = {
        "crm.lead": [
            "followup_end", "followup_outcome", "cycle_number", "previous_cycle_id", "won_status", "date_closed",
            "partner_id", "user_id", "team_id", "company_id", "expected_revenue",
        ],
        "res.partner": ["commercial_partner_id"],
    }  # fmt: skip

    @property
    def _table_query(self):
        # A cycle with several that follow counts by the first one that was won, else by the first one.
        return SQL(
            """
            SELECT lead.id, lead.id AS lead_id, next.id AS next_id, partner.commercial_partner_id AS customer_id,
                   partner.commercial_partner_id AS customers, lead.user_id, lead.team_id, lead.company_id,
                   COALESCE(lead.cycle_number, 1) AS cycle_number, lead.followup_outcome AS outcome, lead.followup_end,
                   company.currency_id, 1 AS closed, (next.id IS NOT NULL)::int AS began,
                   (next.won_status = 'won')::int AS won, NULL::float AS began_rate, NULL::float AS won_rate,
                   CASE WHEN next.won_status = 'won' THEN next.expected_revenue END AS won_amount,
                   CASE WHEN next.id IS NOT NULL THEN
                        EXTRACT(EPOCH FROM GREATEST(next.create_date - lead.followup_end, INTERVAL '0')) / 86400
                   END AS days_to_begin,
                   CASE WHEN next.won_status = 'won' AND next.date_closed IS NOT NULL THEN
                        EXTRACT(EPOCH FROM GREATEST(next.date_closed - lead.followup_end, INTERVAL '0')) / 86400
                   END AS days_to_win
              FROM crm_lead lead
         LEFT JOIN res_partner partner ON partner.id = lead.partner_id
         LEFT JOIN res_company company
                ON company.id = COALESCE(lead.company_id, (SELECT company_id FROM res_users WHERE id = lead.user_id))
         LEFT JOIN LATERAL (
                   SELECT * FROM crm_lead WHERE previous_cycle_id = lead.id
                    ORDER BY (won_status = 'won') DESC NULLS LAST, create_date, id LIMIT 1) next ON TRUE
             WHERE lead.followup_end IS NOT NULL
            """
        )
