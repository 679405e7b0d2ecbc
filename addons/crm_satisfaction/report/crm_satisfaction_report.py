from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_satisfaction_response import CHANNELS, GROUPS, METRICS
from ..models.crm_satisfaction_words import REACHED


class CrmSatisfactionReport(models.Model):
    """One row per answer, and one per invitation that was sent and not answered.

    Figures are ratios of sums over whatever rows a reader groups together, never means of means.
    """

    _name = "crm.satisfaction.report"
    _inherit = "crm.cell.mixin"
    _description = "Satisfaction Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "customer_id"

    date = fields.Datetime(readonly=True, help="Day of the answer; day of the invitation when there is none.")
    program_id = fields.Many2one("crm.satisfaction.program", string="Schedule", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    user_id = fields.Many2one("res.users", string="Account Manager", readonly=True)
    metric = fields.Selection(METRICS, readonly=True)
    # As it was on the day of the answer; empty for invitations without one
    served_by_id = fields.Many2one("res.users", string="Served by", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    market_id = fields.Many2one("crm.market", string="Competition Profile", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    score_group = fields.Selection(GROUPS, string="Group", readonly=True)
    score = fields.Integer(readonly=True, aggregator="avg", help="Mean of the scores.")
    points = fields.Float(
        string="Score (0-100)", readonly=True, aggregator="avg", digits=(5, 2), help="Mean over all scales."
    )
    invited = fields.Integer(readonly=True, help="Invitations that were sent.")
    answers = fields.Integer(readonly=True)
    # Parts of the ratios below
    nps_answers = fields.Integer(string="NPS Answers", readonly=True)
    nps_balance = fields.Integer(string="Promoters Less Detractors", readonly=True)
    rated = fields.Integer(string="Answers of Other Metrics", readonly=True)
    content = fields.Integer(
        string="Good Answers", readonly=True, help="CSAT 4 and 5, CES 5 to 7, on own scales what you call good."
    )
    invited_answers = fields.Integer(string="Answered Invitations", readonly=True)
    # Ratios
    nps = fields.Float(
        string="NPS",
        readonly=True,
        aggregator="avg",
        digits=(6, 1),
        help="100 x (promoters less detractors) / recommendation answers.",
    )
    good_share = fields.Float(
        string="Good Answers %",
        readonly=True,
        aggregator="avg",
        digits=(6, 1),
        help="Share of 4 and 5 (CSAT) and of 5 to 7 (CES) among these answers, in percent.",
    )
    response_rate = fields.Float(
        string="Response Rate %",
        readonly=True,
        aggregator="avg",
        digits=(6, 1),
        help="Answered invitations of those sent, in percent.",
    )

    _depends = {
        "crm.satisfaction.request": [
            "program_id", "company_id", "customer_id", "partner_id", "state", "sent_at", "decided_at",
        ],
        "crm.satisfaction.response": [
            "request_id", "program_id", "company_id", "customer_id", "partner_id", "user_id", "metric", "score",
            "score_group", "answered_at", "served_by_id", "team_id", "product_id", "stage_id", "market_id", "channel",
            "points", "counted",
        ],
    }  # fmt: skip

    #: Ratio -> (numerator, denominator), both columns of this report.
    _RATIOS = {
        "nps:avg": ("nps_balance", "nps_answers"),
        "good_share:avg": ("content", "rated"),
        "response_rate:avg": ("invited_answers", "invited"),
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row.*,
                   100.0 * nps_balance / NULLIF(nps_answers, 0) AS nps,
                   100.0 * content / NULLIF(rated, 0) AS good_share,
                   100.0 * invited_answers / NULLIF(invited, 0) AS response_rate
              FROM (%s UNION ALL %s) row
            """,
            self._select_answers(),
            self._select_unanswered(),
        )

    def _select_answers(self):
        return SQL(
            """
            SELECT 2 * answer.id AS id, answer.answered_at AS date, answer.program_id, answer.company_id,
                   answer.customer_id, answer.partner_id, answer.user_id, answer.served_by_id, answer.team_id,
                   answer.product_id, answer.stage_id, answer.market_id, answer.channel, answer.metric,
                   answer.score_group, answer.score, answer.points,
                   (answer.request_id IS NOT NULL)::int AS invited, 1 AS answers,
                   (answer.metric = 'nps')::int AS nps_answers,
                   CASE WHEN answer.metric != 'nps' OR answer.score_group = 'passive' THEN 0
                        WHEN answer.score_group = 'promoter' THEN 1 ELSE -1 END AS nps_balance,
                   (answer.metric != 'nps')::int AS rated,
                   (answer.metric != 'nps' AND answer.score_group = 'promoter')::int AS content,
                   (answer.request_id IS NOT NULL)::int AS invited_answers
              FROM crm_satisfaction_response answer
             WHERE answer.counted
            """
        )

    def _select_unanswered(self):
        """One row for an invitation whose answer does not count, or that has none."""
        return SQL(
            """
            SELECT 2 * request.id + 1, COALESCE(request.sent_at, request.decided_at), request.program_id,
                   request.company_id, request.customer_id, request.partner_id, NULL::int, NULL::int, NULL::int,
                   NULL::int, NULL::int, NULL::int, NULL::varchar, program.metric, NULL::varchar, NULL::int,
                   NULL::numeric, 1, 0, 0, 0, 0, 0, (request.state = 'answered')::int
              FROM crm_satisfaction_request request
              JOIN crm_satisfaction_program program ON program.id = request.program_id
             WHERE %s AND NOT EXISTS (
                   SELECT FROM crm_satisfaction_response answer WHERE answer.request_id = request.id AND answer.counted)
            """,
            SQL(REACHED),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Group a ratio as a ratio of sums."""
        if aggregate_spec not in self._RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        name = aggregate_spec.split(":")[0]
        self._check_field_access(self._fields[name], "read")
        above, below = (self._field_to_sql(self._table, column, query) for column in self._RATIOS[aggregate_spec])
        return SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", above, below)
