from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_stage import PHASES
from ..models.crm_stage_log import KINDS

#: Days back in which arrivals and departures are counted to say how fast a stage works.
PACE_DAYS = 90


class CrmStageReport(models.Model):
    """Stays in the stages of the road, one row each: how long, how they ended, where they pile up."""

    _name = "crm.stage.report"
    _description = "Stage Analysis"
    _inherit = "crm.history.report"
    _auto = False
    _order = "date_entered desc, id desc"
    _rec_name = "lead_name"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_ref = fields.Integer(string="Opportunities", readonly=True, aggregator="count_distinct")
    stays = fields.Integer(readonly=True, help="An opportunity that comes back to a stage stays there twice.")
    lead_name = fields.Char(string="Opportunity Name", readonly=True)
    lead_type = fields.Selection([("lead", "Lead"), ("opportunity", "Opportunity")], string="Type", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    from_stage_id = fields.Many2one("crm.stage", string="From", readonly=True)
    phase = fields.Selection(PHASES, readonly=True)
    process_id = fields.Many2one("crm.process", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, help="Product with the highest amount in the quotations of the opportunity."
    )
    kind = fields.Selection(KINDS, string="Came In", readonly=True)
    outcome = fields.Selection(KINDS, string="Went On", readonly=True)
    origin = fields.Selection(
        [("live", "When It Happened"), ("messages", "From Messages"), ("start", "At Installation")],
        string="Recorded",
        readonly=True,
    )
    date_entered = fields.Datetime(string="Entered", readonly=True)
    date_left = fields.Datetime(string="Left", readonly=True)
    amount = fields.Monetary(string="Expected Revenue", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    # Time in the stage
    days = fields.Float(string="Mean Days", readonly=True, aggregator="avg", help="Up to now while still there.")
    days_median = fields.Float(
        string="Median Days",
        readonly=True,
        aggregator="avg",
        help="Half of the stays were shorter. Up to now while still there.",
    )
    days_p80 = fields.Float(
        string="80 % Within Days", readonly=True, aggregator="avg", help="Four of five stays were not longer."
    )
    hours_median = fields.Float(
        string="Median Working Hours",
        readonly=True,
        aggregator="avg",
        help="Completed stays, in working time of the company without public holidays.",
    )
    hours_p80 = fields.Float(
        string="80 % Within Working Hours", readonly=True, aggregator="avg", help="Completed stays, in working time."
    )
    late_rate = fields.Float(
        string="Over the Limit %",
        readonly=True,
        aggregator="avg",
        help="Share of the stays longer than the days after which the stage turns cards red; stages with such a limit.",
    )
    # How stays ended
    advanced_rate = fields.Float(
        string="Went Forward %",
        readonly=True,
        aggregator="avg",
        help="Share of completed stays that went forward or won.",
    )
    lost_rate = fields.Float(
        string="Lost Here %", readonly=True, aggregator="avg", help="Share of completed stays that ended lost."
    )
    back_rate = fields.Float(
        string="Sent Back %", readonly=True, aggregator="avg", help="Share of completed stays that went back."
    )
    # How they began
    rework_rate = fields.Float(
        string="Came Back %", readonly=True, aggregator="avg", help="Share of arrivals from a later stage."
    )
    skip_rate = fields.Float(
        string="Skipped Stages %",
        readonly=True,
        aggregator="avg",
        help="Share of arrivals that left out stages before.",
    )
    skipped = fields.Integer(string="Stages Skipped", readonly=True, help="Stages left out on the way here.")
    # Where they pile up
    waiting = fields.Integer(string="There Now", readonly=True)
    waiting_amount = fields.Monetary(string="Revenue There Now", readonly=True)
    arrived = fields.Integer(string="Arrived in 90 Days", readonly=True)
    departed = fields.Integer(string="Left in 90 Days", readonly=True)
    days_to_clear = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Days until the stage would be empty at the pace of the last 90 days, if nothing came in. The longest is "
        "the bottleneck. Empty where nothing left.",
    )

    _quantiles = {"days_median": 0.5, "days_p80": 0.8, "hours_median": 0.5, "hours_p80": 0.8}
    _units = {
        "days_median": ("stay_seconds", 86400),
        "days_p80": ("stay_seconds", 86400),
        "hours_median": ("work_seconds", 3600),
        "hours_p80": ("work_seconds", 3600),
    }
    _ratios = {"days_to_clear": ("waiting_days", "departed")}
    _depends = {
        "crm.stage.log": ["outcome", "date_left", "working_seconds"],
        "crm.lead": ["source_id", "expected_revenue"],
        "crm.stage": ["rotting_threshold_days"],
    }
    waiting_days = fields.Integer(string="There Now, Weighted", readonly=True, aggregator=None)
    stay_seconds = fields.Float(readonly=True, aggregator=None)
    work_seconds = fields.Float(readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT %(columns)s, %(time)s, %(flow)s, %(product)s AS product_id
              FROM crm_stage_log log
         LEFT JOIN crm_lead lead ON lead.id = log.lead_id
         LEFT JOIN crm_stage stage ON stage.id = log.stage_id
             WHERE log.stage_name IS NOT NULL
               AND (log.status = 'open' OR (log.status = 'won' AND log.phase = 'followup'))
            """,
            columns=self._columns_sql(),
            time=self._time_sql(),
            flow=self._flow_sql(),
            product=self._product_sql(),
        )

    def _columns_sql(self):
        names = ("id", "lead_id", "lead_ref", "lead_name", "lead_type", "stage_id", "from_stage_id", "phase", "kind")
        names += ("process_id", "user_id", "team_id", "company_id", "outcome", "origin", "date_entered", "date_left")
        columns = [SQL.identifier("log", name) for name in (*names, "amount", "currency_id")]
        return SQL(", ").join([*columns, SQL("lead.source_id")])

    def _time_sql(self):
        """Return the columns that say how long a stay took."""
        stay = SQL("COALESCE(log.calendar_seconds, EXTRACT(EPOCH FROM %s - log.date_entered))", fields.Datetime.now())
        days = SQL("%s / 86400", stay)
        return SQL(
            """%(stay)s AS stay_seconds, log.working_seconds AS work_seconds,
               %(days)s AS days, %(days)s AS days_median, %(days)s AS days_p80,
               log.working_seconds / 3600 AS hours_median, log.working_seconds / 3600 AS hours_p80,
               CASE WHEN stage.rotting_threshold_days > 0
                    THEN (%(days)s > stage.rotting_threshold_days)::int * 100 END AS late_rate""",
            stay=stay,
            days=days,
        )

    def _flow_sql(self):
        """Return the columns that say how a stay began and ended; a share counts completed stays."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=PACE_DAYS)
        return SQL(
            """(log.outcome IN ('forward', 'won'))::int * 100 AS advanced_rate,
               (log.outcome = 'lost')::int * 100 AS lost_rate, (log.outcome = 'back')::int * 100 AS back_rate,
               (log.kind = 'back')::int * 100 AS rework_rate, (log.step > 1)::int * 100 AS skip_rate,
               GREATEST(log.step - 1, 0) AS skipped, 1 AS stays,
               %(waiting)s AS waiting, %(waiting)s * %(days)s AS waiting_days,
               CASE WHEN log.date_left IS NULL THEN lead.expected_revenue END AS waiting_amount,
               (log.date_entered >= %(since)s)::int AS arrived,
               COALESCE(log.date_left >= %(since)s, FALSE)::int AS departed, NULL::float AS days_to_clear""",
            waiting=SQL("(log.date_left IS NULL)::int"),
            days=PACE_DAYS,
            since=since,
        )

    def _product_sql(self):
        return SQL(
            """(SELECT line.product_id
                  FROM sale_order sale JOIN sale_order_line line ON line.order_id = sale.id
                 WHERE sale.opportunity_id = lead.id AND sale.state != 'cancel' AND line.product_id IS NOT NULL
                 ORDER BY line.price_subtotal DESC, line.id LIMIT 1)"""
        )
