from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_stage import PHASES


class CrmObstacleReport(models.Model):
    """Obstacles with the days they took: until they were removed, the opportunity was closed, or now."""

    _name = "crm.obstacle.report"
    _description = "Obstacle Analysis"
    _inherit = "crm.history.report"
    _auto = False
    _order = "days_lost desc, id desc"
    _rec_name = "reason_id"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    reason_id = fields.Many2one("crm.obstacle.reason", readonly=True)
    note = fields.Char(readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True, help="Stage when it was blocked.")
    phase = fields.Selection(PHASES, readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    noticed_user_id = fields.Many2one("res.users", string="Noticed By", readonly=True)
    date_start = fields.Datetime(string="Blocked Since", readonly=True)
    date_end = fields.Datetime(string="Removed", readonly=True)
    is_open = fields.Boolean(string="Still There", readonly=True)
    days_lost = fields.Float(readonly=True, help="Days between being blocked and going on, or being closed, or now.")
    days_share = fields.Float(
        string="Share of Days %", readonly=True, aggregator="avg", help="Share of all days lost that the search found."
    )
    amount = fields.Monetary(string="Expected Revenue", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    _shares = {"days_share": "days_lost"}
    _depends = {
        "crm.lead.obstacle": ["lead_id", "reason_id", "note", "stage_id", "date_start", "date_end"],
        "crm.lead": ["user_id", "team_id", "company_id", "expected_revenue", "won_status", "date_closed", "active"],
        "crm.stage": ["process_phase"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT obstacle.id, obstacle.lead_id, obstacle.reason_id, obstacle.note, obstacle.stage_id,
                   stage.process_phase AS phase, lead.user_id, lead.team_id, lead.company_id,
                   obstacle.create_uid AS noticed_user_id, obstacle.date_start, obstacle.date_end,
                   obstacle.date_end IS NULL AND %(running)s AS is_open,
                   GREATEST(EXTRACT(EPOCH FROM COALESCE(
                       obstacle.date_end, CASE WHEN NOT (%(running)s) THEN lead.date_closed END, %(now)s
                   ) - obstacle.date_start) / 86400, 0) AS days_lost,
                   NULL::float AS days_share, lead.expected_revenue AS amount, company.currency_id
              FROM crm_lead_obstacle obstacle
              JOIN crm_lead lead ON lead.id = obstacle.lead_id
         LEFT JOIN crm_stage stage ON stage.id = obstacle.stage_id
         LEFT JOIN res_company company
                ON company.id = COALESCE(lead.company_id, (SELECT company_id FROM res_users WHERE id = lead.user_id))
            """,
            running=SQL("lead.active AND lead.won_status IS DISTINCT FROM 'won'"),
            now=fields.Datetime.now(),
        )
