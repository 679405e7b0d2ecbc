from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_stage import PHASES


class CrmFunnelReport(models.Model):
    """How far opportunities came: one row for each stage they reached or passed, dated by their entry."""

    _name = "crm.funnel.report"
    _description = "Funnel"
    _inherit = "crm.history.report"
    _auto = False
    _order = "date_start desc, lead_ref desc, stage_id"
    _rec_name = "lead_name"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_ref = fields.Integer(string="Opportunities", readonly=True, aggregator="count_distinct")
    lead_name = fields.Char(string="Opportunity Name", readonly=True)
    stage_id = fields.Many2one(
        "crm.stage", readonly=True, help="A stage the opportunity was in, or that lies before the last one it was in."
    )
    phase = fields.Selection(PHASES, readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    date_start = fields.Datetime(
        string="Entered the Pipeline", readonly=True, help="When it became an opportunity, or was created as one."
    )
    amount = fields.Monetary(string="Expected Revenue", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    reached_rate = fields.Float(
        string="Reached %",
        readonly=True,
        aggregator="avg",
        help="Share of the opportunities the search found that came to this stage or further.",
    )

    _depends = {
        "crm.stage.log": ["lead_id", "furthest_stage_id", "road_start", "date_left"],
        "crm.stage": ["sequence", "team_ids", "process_phase"],
        "crm.lead": ["name", "source_id", "user_id", "team_id", "company_id", "expected_revenue"],
    }

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "reached_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        leads = SQL("COUNT(DISTINCT %s)", self._field_to_sql(self._table, "lead_ref", query))
        return SQL("100 * %s / NULLIF((%s)::float, 0)", leads, query.select(leads))

    @property
    def _table_query(self):
        # The last line knows the whole road. What an opportunity is comes from itself, or from that line once it is
        # deleted.
        return SQL(
            """
            SELECT road.lead_ref::bigint * 100000 + stage.id AS id, road.lead_ref, road.lead_id,
                   COALESCE(lead.name, road.lead_name) AS lead_name, stage.id AS stage_id,
                   stage.process_phase AS phase, lead.source_id, road.road_start AS date_start, road.currency_id,
                   100 AS reached_rate, COALESCE(lead.team_id, road.team_id) AS team_id,
                   CASE WHEN lead.id IS NULL THEN road.user_id ELSE lead.user_id END AS user_id,
                   CASE WHEN lead.id IS NULL THEN road.company_id ELSE lead.company_id END AS company_id,
                   CASE WHEN lead.id IS NULL THEN road.amount ELSE lead.expected_revenue END AS amount
              FROM crm_stage_log road
         LEFT JOIN crm_lead lead ON lead.id = road.lead_id
              JOIN crm_stage furthest ON furthest.id = road.furthest_stage_id
              JOIN crm_stage stage ON stage.sequence <= furthest.sequence
               AND (stage.id NOT IN (SELECT crm_stage_id FROM crm_stage_crm_team_rel)
                    OR EXISTS (SELECT FROM crm_stage_crm_team_rel rel
                                WHERE rel.crm_stage_id = stage.id
                                  AND rel.crm_team_id = COALESCE(lead.team_id, road.team_id)))
             WHERE road.date_left IS NULL OR road.kind IN ('merged', 'deleted')
            """
        )
