"""The job behind the scores on profiles: one statement, for everybody or for those who have just answered."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import trend
from .crm_satisfaction_program import WINDOW_DAYS

#: Column of the profile -> SQL over the parts of ``_fresh_sql``.
COLUMNS = {
    "last_score_nps": "nps.score",
    "last_score_date": "nps.answered_at",
    "nps_group": "nps.score_group",
    "nps_answer_count": "NULLIF(sums.nps_count, 0)",
    "satisfaction_last": "last.points",
    "satisfaction_last_date": "last.answered_at",
    "satisfaction_group": "last.score_group",
    "satisfaction_comment": "word.comment",
    "satisfaction_average": "ROUND(sums.mean::numeric, 2)",
    "satisfaction_count": "NULLIF(sums.count, 0)",
    "satisfaction_before": "ROUND(sums.mean_before::numeric, 2)",
    "satisfaction_trend": "sums.trend",
    "satisfaction_cumulative": "ROUND(sums.cumulative::numeric, 2)",
    "satisfaction_total": "sums.total",
    "satisfaction_asked": "asked.count",
}
#: Invitations ended, and answers counted, in one batch of the job.
OVERDUE_BATCH, ANSWER_BATCH = 5000, 20_000


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    def _job_satisfaction(self, job):
        """Do the next batch: overdue invitations, ratings, new answers, and at last everything that time changes.

        :return: (rows written, batches left)
        """
        ended = self.env["crm.satisfaction.request"]._end_overdue(OVERDUE_BATCH)
        if ended == OVERDUE_BATCH:
            return ended, 3
        taken, left = self.env["crm.satisfaction.response"]._take_ratings(job)
        if left:
            return ended + taken, 2 + left
        counted, left = self._count_answers()
        if left:
            return ended + taken + counted, 1 + left
        written = self._refresh_satisfaction() + self.env["crm.satisfaction.month"]._refresh_nightly(job)
        return ended + taken + counted + written, 0

    @api.model
    def _count_answers(self):
        """Count the next answers that wait: their customers' profiles and their months.

        :return: (rows written, batches left)
        """
        taken = self.env["crm.satisfaction.pending"]._drain(ANSWER_BATCH)
        if not taken:
            return 0, 0
        scope = SQL(
            "SELECT customer_id, company_id FROM crm_satisfaction_response"
            " WHERE id IN (SELECT response_id FROM satisfaction_drained) AND customer_id IS NOT NULL"
        )
        written = self._refresh_satisfaction(scope) + self.env["crm.satisfaction.month"]._refresh_drained()
        return written, int(taken == ANSWER_BATCH)

    @api.model
    def _refresh_satisfaction(self, scope=None):
        """Write the scores on profiles where they differ; return the number of profiles written.

        Customers without a profile do not get one here: the job before this one decides who has a profile.

        :param SQL scope: SELECT of (customer_id, company_id), everybody when left out
        """
        self.env.flush_all()
        names = [SQL.identifier(name) for name in COLUMNS]
        self.env.cr.execute(
            SQL(
                "UPDATE crm_customer card SET %s FROM (%s) fresh"
                " WHERE fresh.id = card.id AND (%s) IS DISTINCT FROM (%s)",
                SQL(", ").join(SQL("%s = fresh.%s", name, name) for name in names),
                self._fresh_sql(scope),
                SQL(", ").join(SQL("card.%s", name) for name in names),
                SQL(", ").join(SQL("fresh.%s", name) for name in names),
            )
        )
        written = self.env.cr.rowcount
        self.invalidate_model()
        return written

    def _fresh_sql(self, scope):
        """Return a SELECT of every profile in scope with what its columns should hold; empty without answers."""
        return SQL(
            """
            WITH answer AS MATERIALIZED (
                 SELECT id, customer_id, company_id, metric, score, score_group, points, answered_at, comment
                   FROM crm_satisfaction_response WHERE counted AND customer_id IS NOT NULL AND %(in_scope)s)
            SELECT own.id, %(columns)s
              FROM crm_customer own
         LEFT JOIN (%(sums)s) sums ON sums.customer_id = own.partner_id AND sums.company_id = own.company_id
         LEFT JOIN (%(last)s) last ON last.customer_id = own.partner_id AND last.company_id = own.company_id
         LEFT JOIN (%(nps)s) nps ON nps.customer_id = own.partner_id AND nps.company_id = own.company_id
         LEFT JOIN (%(word)s) word ON word.customer_id = own.partner_id AND word.company_id = own.company_id
         LEFT JOIN (SELECT customer_id, company_id, COUNT(*)::integer AS count FROM crm_satisfaction_request
                     WHERE state != 'not_asked' AND decided_at >= %(since)s AND %(in_scope)s
                     GROUP BY customer_id, company_id) asked
                ON asked.customer_id = own.partner_id AND asked.company_id = own.company_id
             WHERE %(own_scope)s
            """,
            columns=SQL(", ").join(SQL("%s AS %s", SQL(sql), SQL.identifier(name)) for name, sql in COLUMNS.items()),
            in_scope=SQL("(customer_id, company_id) IN (%s)", scope) if scope else SQL("TRUE"),
            own_scope=SQL("(own.partner_id, own.company_id) IN (%s)", scope) if scope else SQL("TRUE"),
            sums=self._sums_sql(),
            last=_newest(SQL("TRUE")),
            nps=_newest(SQL("metric = 'nps'")),
            word=_newest(SQL("comment != ''")),
            since=self._window_start(1),
        )

    def _sums_sql(self):
        """Return a SELECT of (customer, company) with means, variances, trend and the cumulative score."""
        return SQL(
            """
            SELECT period.*, CASE WHEN total = 0 THEN NULL ELSE %(trend)s END AS trend
              FROM (SELECT customer_id, company_id, COUNT(*)::integer AS total,
                           (COUNT(*) FILTER (WHERE now))::integer AS count,
                           (COUNT(*) FILTER (WHERE now AND metric = 'nps'))::integer AS nps_count,
                           (AVG(points) FILTER (WHERE now))::float8 AS mean,
                           (VAR_SAMP(points) FILTER (WHERE now))::float8 AS variance,
                           COUNT(*) FILTER (WHERE before) AS count_before,
                           (AVG(points) FILTER (WHERE before))::float8 AS mean_before,
                           (VAR_SAMP(points) FILTER (WHERE before))::float8 AS variance_before,
                           SUM(points * weight) / SUM(weight) AS cumulative
                      FROM (SELECT answer.*, answered_at >= %(since)s AS now,
                                   answered_at >= %(before)s AND answered_at < %(since)s AS before,
                                   -- Older than a thousand half-lives is nothing, and no number either.
                                   POWER(2, GREATEST(-1000, EXTRACT(EPOCH FROM answered_at - MAX(answered_at) OVER (
                                         PARTITION BY customer_id, company_id)) / 86400 / half.days))::float8 AS weight
                              FROM answer
                              JOIN (VALUES %(half_lives)s) half (company, days) ON half.company = company_id) aged
                     GROUP BY customer_id, company_id) period
            """,
            trend=_trend_sql(),
            since=self._window_start(1),
            before=self._window_start(2),
            half_lives=SQL(", ").join(
                SQL("(%s, %s::float8)", company.id, company._crm_half_life())
                for company in self.env["res.company"].sudo().with_context(active_test=False).search([])
            ),
        )

    @api.model
    def _window_start(self, windows):
        return fields.Datetime.now() - timedelta(days=WINDOW_DAYS * windows)


def _newest(condition):
    """Return a SELECT of the newest answer of each customer that meets a condition."""
    return SQL(
        "SELECT DISTINCT ON (customer_id, company_id) * FROM answer WHERE %s"
        " ORDER BY customer_id, company_id, answered_at DESC, id DESC",
        condition,
    )


def _trend_sql():
    """Return the SQL of ``trend.trend``, over the columns of one customer."""
    least = SQL("LEAST(count, count_before)")
    quantile = SQL(" ").join(
        SQL("WHEN %s > %s THEN %s::float8", least, freedom, quantile) for freedom, quantile in reversed(trend.T95)
    )
    return SQL(
        """
        CASE WHEN %(least)s < %(answers)s THEN 'too_few'
             WHEN ABS(mean - mean_before) <= (CASE %(quantile)s END)
                  * SQRT(variance / count + variance_before / count_before) THEN 'steady'
             WHEN mean > mean_before THEN 'up' ELSE 'down' END
        """,
        least=least,
        answers=trend.TREND_ANSWERS,
        quantile=quantile,
    )
