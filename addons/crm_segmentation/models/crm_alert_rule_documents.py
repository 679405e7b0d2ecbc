"""Documents that are unusual for their customer, or large in themselves: the robust z of ``tools/robust.py`` in SQL.

A document is judged by those of the same customer on its day and in the days before it, itself included. So what is
found about it changes only when a document of that customer does, and a full pass finds what single changes found.
"""

from odoo import models
from odoo.tools import SQL

from ..tools.robust import MAD_FACTOR, MEAN_AD_FACTOR

#: Days for which a document is news: nothing older raises an alert, however late it is entered.
LOOK_BACK = 14


def robust_z_sql(value, middle, mad, mean_ad):
    """Return SQL of the robust z, NULL where nothing can be said."""
    return SQL(
        "CASE WHEN %(mad)s > 0 THEN %(mad_factor)s * (%(value)s - %(middle)s) / %(mad)s"
        " WHEN %(mean_ad)s > 0 THEN (%(value)s - %(middle)s) / (%(mean_ad_factor)s * %(mean_ad)s) END",
        value=value,
        middle=middle,
        mad=mad,
        mean_ad=mean_ad,
        mad_factor=MAD_FACTOR,
        mean_ad_factor=MEAN_AD_FACTOR,
    )


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    def _documents_found_sql(self, company, only=None):
        """Return a SELECT of the findings among recent documents, None when there is no such document; ``_found_sql``.

        Documents whose amount is not above zero are left out: a credit note is no small invoice, it has indicators of
        its own.
        """
        if not self._note_candidates(company, only):
            return None
        z = robust_z_sql(SQL("c.amount"), SQL("s.middle"), SQL("s.mad"), SQL("s.mean_ad"))
        z = SQL("CASE WHEN s.points >= %s THEN %s END", self.min_points, z)
        return SQL(
            """
            SELECT partner_id, %(model)s || ',' || document_id AS key, document_id AS res_id, day,
                   amount AS figure, %(score)s AS score, amount AS value,
                   JSONB_BUILD_OBJECT('median', middle, 'mad', mad, 'mean_ad', mean_ad, 'z', z, 'points', points)
                   AS evidence
              FROM (SELECT c.*, s.middle, s.mad, s.mean_ad, s.points, %(z)s AS z
                      FROM crm_candidate c
                      JOIN (%(spread)s) s USING (document_id, partner_id)) judged
             WHERE %(unusual)s
            """,
            model=self.measure_id.model_name,
            score=SQL("ABS(z)") if self.kind != "large" else SQL("NULL::float8"),
            z=z,
            spread=self._spread_sql(company),
            unusual=self._unusual_sql(company),
        )

    def _unusual_sql(self, company):
        if self.kind == "large":
            return SQL("TRUE")  # the amounts of the rule decide
        size = {"up": SQL("z"), "down": SQL("-z"), "both": SQL("ABS(z)")}[self.direction]
        unusual = SQL("%s > %s", size, self.threshold)
        if self.kind == "money" and self._limit(company).amount:
            # Money rarely moves: with too little history the amount alone says whether it is worth a word.
            return SQL("(%s OR points < %s)", unusual, self.min_points)
        return unusual

    def _note_candidates(self, company, only):
        """Put the recent documents that are to be judged into a temporary table; return their number."""
        measure, today = self.measure_id, company._crm_today()
        documents = measure._documents_sql(measure._company_of_values(company), only)
        self.env.flush_all()
        self.env.cr.execute("DROP TABLE IF EXISTS crm_candidate")
        self.env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_candidate ON COMMIT DROP AS"
                " SELECT document_id, partner_id, day, (amount * share)::float8 AS amount FROM (%s) doc"
                " WHERE day BETWEEN %s::date - %s AND %s AND amount > 0 AND amount >= %s",
                documents,
                today,
                LOOK_BACK,
                today,
                self._limit(company).amount or 0,
            )
        )
        count = self.env.cr.rowcount
        if count:
            self.env.cr.execute("ANALYZE crm_candidate")
        return count

    def _spread_sql(self, company):
        """Return a SELECT of median, MAD, mean absolute deviation and number of points for each candidate."""
        measure = self.measure_id
        theirs = SQL("SELECT partner_id FROM crm_candidate")
        return SQL(
            """
            WITH past AS MATERIALIZED (
                 SELECT c.document_id, c.partner_id, (h.amount * h.share)::float8 AS amount
                   FROM crm_candidate c
                   JOIN (%(history)s) h ON h.partner_id = c.partner_id AND h.day > c.day - %(days)s
                        AND (h.day < c.day OR (h.day = c.day AND h.document_id <= c.document_id))
                  WHERE h.amount > 0),
                 middle AS (
                 SELECT document_id, partner_id, COUNT(*)::integer AS points,
                        PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) AS middle
                   FROM past GROUP BY document_id, partner_id)
            SELECT document_id, partner_id, points, middle,
                   PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY ABS(amount - middle)) AS mad,
                   AVG(ABS(amount - middle)) AS mean_ad
              FROM past JOIN middle USING (document_id, partner_id)
             GROUP BY document_id, partner_id, points, middle
            """,
            history=measure._documents_sql(measure._company_of_values(company), theirs),
            days=self.history_days,
        )
