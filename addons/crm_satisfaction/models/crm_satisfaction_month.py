"""Answers of each month, counted once: what the overview reads instead of the answers."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_segmentation.tools.sync import sync_table

from .crm_satisfaction_response import METRICS
from .crm_satisfaction_words import REACHED

#: Dimension -> column of the answer.
DIMENSIONS = {
    "user": "user_id",
    "served": "served_by_id",
    "team": "team_id",
    "product": "product_id",
    "market": "market_id",
    "stage": "stage_id",
}
FIGURES = ("good", "middle", "bad", "total", "squares", "invited", "answered")
KEY = ("company_id", "month", "program_id", "metric", "dimension", "res_id")
#: All answers are counted again after so many days; nothing should differ.
FULL_DAYS = 7


class CrmSatisfactionMonth(models.Model):
    """Counts and sums of the answers of one month, schedule and metric: of all, and along one dimension at a time.

    One row for each member of a dimension and not for each combination, so that a million answers stay some thousand
    rows. Internal, written with plain SQL; the overview shows it to whoever may read answers.
    """

    _name = "crm.satisfaction.month"
    _description = "Answers of a Month"
    _order = "month desc, id"
    _rec_name = "month"
    _log_access = False

    month = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    program_id = fields.Many2one("crm.satisfaction.program", required=True, ondelete="cascade", readonly=True)
    metric = fields.Selection(METRICS, required=True, readonly=True)
    dimension = fields.Selection(
        [
            ("all", "All answers"),
            ("user", "Account manager"),
            ("served", "Served by"),
            ("team", "Sales team"),
            ("product", "Product"),
            ("segment", "Segment"),
            ("market", "Competition profile"),
            ("stage", "Stage"),
        ],
        required=True,
        readonly=True,
    )
    res_id = fields.Integer(
        string="Member (ID)", required=True, readonly=True, help="0: nobody or none. No link: people come and go."
    )
    good = fields.Integer(readonly=True)
    middle = fields.Integer(readonly=True)
    bad = fields.Integer(readonly=True)
    total = fields.Integer(string="Sum of Scores", readonly=True)
    squares = fields.Integer(string="Sum of Squares", readonly=True)
    invited = fields.Integer(readonly=True, help="Invitations that left in this month; counted for all answers only.")
    answered = fields.Integer(readonly=True, help="Those of them that were answered, whenever that was.")

    _key_uniq = models.UniqueIndex("(company_id, month, dimension, program_id, metric, res_id)")
    _read_idx = models.Index(
        "(company_id, dimension, metric, month) INCLUDE (program_id, res_id, good, middle, bad, total, squares)"
    )

    @api.model
    def _refresh_drained(self):
        """Count the months of the answers just taken from the list, and those of their invitations."""
        return self._refresh(
            SQL(
                """
                SELECT answer.company_id, DATE_TRUNC('month', answer.answered_on)::date AS month
                  FROM crm_satisfaction_response answer
                 WHERE answer.id IN (SELECT response_id FROM satisfaction_drained)
                 UNION
                SELECT request.company_id, %s
                  FROM crm_satisfaction_response answer
                  JOIN crm_satisfaction_request request ON request.id = answer.request_id
                 WHERE answer.id IN (SELECT response_id FROM satisfaction_drained)
                """,
                _month_of("request.decided_at"),
            )
        )

    @api.model
    def _refresh_nightly(self, job):
        """Count the invitations of this month and the last; once a week everything, which should find nothing.

        A single look at the number of answers tells whether somebody changed them behind our back.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([])
        recent = SQL(", ").join(
            SQL("(%s, %s::date)", company.id, fields.Date.subtract(company._crm_today().replace(day=1), months=back))
            for company in companies
            for back in (0, 1)
        )
        written = self._refresh(SQL("SELECT * FROM (VALUES %s) recent (company_id, month)", recent))
        today = fields.Date.today()
        due = not job.full_on or today - job.full_on >= timedelta(days=FULL_DAYS)
        if due or not self._is_complete():
            corrected = self._refresh(None)
            job.write({"full_on": today, "rows_corrected": job.rows_corrected + corrected})
            written += corrected
        return written

    @api.model
    def _is_complete(self):
        """Tell whether as many answers are counted as there are."""
        self.env.cr.execute(
            "SELECT (SELECT COUNT(*) FROM crm_satisfaction_response WHERE counted)"
            " = (SELECT COALESCE(SUM(good + middle + bad), 0) FROM crm_satisfaction_month WHERE dimension = 'all')"
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _refresh(self, months):
        """Count these months again; return the number of rows written.

        :param SQL months: SELECT of (company_id, month), None for all there are
        """
        cr = self.env.cr
        self.env.flush_all()
        if months:
            cr.execute("DROP TABLE IF EXISTS satisfaction_months")
            cr.execute(SQL("CREATE TEMPORARY TABLE satisfaction_months ON COMMIT DROP AS %s", months))
        chosen = SQL("(t.company_id, t.month) IN (SELECT company_id, month FROM satisfaction_months)")
        written = sync_table(
            cr,
            self._table,
            self._counts_sql(bool(months)),
            fixed={},
            key=KEY,
            columns=FIGURES,
            scope=chosen if months else SQL("TRUE"),
        )
        self.invalidate_model()
        return written

    @api.model
    def _counts_sql(self, scoped):
        """Return the SELECT of the rows as they should be."""
        members = SQL(", ").join(
            SQL("(%s, COALESCE(answer.%s, 0))", name, SQL.identifier(column)) for name, column in DIMENSIONS.items()
        )
        return SQL(
            """
            WITH answer AS MATERIALIZED (
                 SELECT response.*, %(answer_month)s AS month FROM crm_satisfaction_response response %(answers_of)s
                  WHERE counted)
            SELECT company_id, month, program_id, metric, dimension, res_id, SUM(good)::integer AS good,
                   SUM(middle)::integer AS middle, SUM(bad)::integer AS bad, SUM(total)::integer AS total,
                   SUM(squares)::integer AS squares, SUM(invited)::integer AS invited,
                   SUM(answered)::integer AS answered
              FROM (SELECT answer.company_id, answer.month, answer.program_id, answer.metric, member.dimension,
                           member.res_id, COUNT(*) FILTER (WHERE score_group = 'promoter') AS good,
                           COUNT(*) FILTER (WHERE score_group = 'passive') AS middle,
                           COUNT(*) FILTER (WHERE score_group = 'detractor') AS bad,
                           SUM(score) AS total, SUM(score * score) AS squares, 0 AS invited, 0 AS answered
                      FROM answer
                CROSS JOIN LATERAL (
                           SELECT * FROM (VALUES ('all', 0), %(members)s) plain (dimension, res_id)
                            UNION ALL
                           SELECT 'segment', segment_id FROM crm_satisfaction_response_segment_rel
                            WHERE response_id = answer.id) member
                     GROUP BY 1, 2, 3, 4, 5, 6
                     UNION ALL
                    SELECT request.company_id, %(request_month)s, request.program_id, program.metric, 'all', 0,
                           0, 0, 0, 0, 0, COUNT(*), COUNT(*) FILTER (WHERE request.state = 'answered')
                      FROM crm_satisfaction_request request
                      JOIN crm_satisfaction_program program ON program.id = request.program_id %(requests_of)s
                     WHERE %(reached)s
                     GROUP BY 1, 2, 3, 4) counted
             GROUP BY 1, 2, 3, 4, 5, 6
            """,
            members=members,
            answer_month=_month_of("response.answered_on"),
            answers_of=_chosen("response.company_id", "response.answered_on") if scoped else SQL(),
            request_month=_month_of("request.decided_at"),
            reached=SQL(REACHED),
            requests_of=_chosen("request.company_id", "request.decided_at") if scoped else SQL(),
        )


def _month_of(column):
    """Return the month of a day; of a moment, by the world's clock."""
    return SQL("DATE_TRUNC('month', %s)::date", SQL(column))


def _chosen(company, day):
    """Return the join with the months to count: ranges, so that the indexes on days are used."""
    return SQL(
        "JOIN satisfaction_months chosen ON chosen.company_id = %s AND %s >= chosen.month"
        " AND %s < chosen.month + INTERVAL '1 month'",
        SQL(company),
        SQL(day),
        SQL(day),
    )
