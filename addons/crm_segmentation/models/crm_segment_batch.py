"""The statements of one batch of the assignment: compare answers, let changes settle, end and begin stays."""

from odoo.tools import SQL

from ..tools.bits import no_sql
from .crm_segment_stays import Stays


class Batch(Stays):
    """One level of segments, one company, one range of contacts.

    Where all answers are those of last time and nothing settles today, nothing is written. A stay that began and ended
    on one day leaves no trace, so that the job may run as often as one likes.
    """

    def __init__(self, company, level, segments, start, last):
        """:param int last: id of the last contact of the range, 0 for all that follow ``start``"""
        self.env, self.cr, self.company, self.level, self.segments = (
            company.env, company.env.cr, company, level, segments,
        )  # fmt: skip
        self.start, self.last, self.today = start, last, company._crm_today()
        self.none = no_sql(len(segments))
        self.first = segments.filtered(lambda segment: company not in segment.filled_company_ids)

    def run(self):
        """Do all of it; return the number of stays that began or ended."""
        self._compare()
        self._toggle()
        self._settle()
        written = self._apply()
        self._relink()
        self._remember()
        for table in ("fresh", "toggled", "due", "moves"):
            self.cr.execute(SQL("DROP TABLE %s", SQL.identifier(f"crm_segment_{table}")))
        return written

    def _whom(self, column):
        """Return the condition that says whether a contact is of this batch."""
        return SQL("%s > %s AND (%s <= %s OR %s)", column, self.start, column, self.last, not self.last)

    def _relink(self):
        """Give stays whose profile was computed anew, after contacts were merged, the new one."""
        self.cr.execute(
            SQL(
                "UPDATE crm_segment_member m SET customer_id = c.id FROM crm_customer c WHERE m.customer_id IS NULL"
                " AND m.date_to IS NULL AND c.partner_id = m.partner_id AND c.company_id = m.company_id AND %s",
                self._whom(SQL("m.partner_id")),
            )
        )

    def _compare(self):
        """Keep the customers whose answers are others than last time."""
        self.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE crm_segment_fresh ON COMMIT DROP AS
                SELECT COALESCE(n.partner_id, old.partner_id) AS partner_id,
                       COALESCE(n.mask, %(none)s) AS mask, COALESCE(old.mask, %(none)s) AS old_mask
                  FROM (%(answers)s) n
             FULL JOIN (SELECT partner_id, mask FROM crm_segment_mask
                         WHERE company_id = %(company)s AND level = %(level)s AND %(theirs)s) old
                    ON old.partner_id = n.partner_id
                 WHERE COALESCE(n.mask, %(none)s) <> COALESCE(old.mask, %(none)s)
                """,
                none=self.none,
                answers=self.segments._answers_sql(self.company, self._whom(SQL("crm_customer.partner_id"))),
                company=self.company.id,
                level=self.level,
                theirs=self._whom(SQL("partner_id")),
            )
        )

    def _toggle(self):
        """List every answer that turned; one that turned back before it had settled is as if it never had."""
        self.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE crm_segment_toggled ON COMMIT DROP AS
                SELECT f.partner_id, segment.id AS segment_id, segment.scheme_id,
                       GET_BIT(f.mask, listed.place) = 1 AS entering
                  FROM crm_segment_fresh f
                  JOIN (SELECT id, (place - 1)::integer AS place
                          FROM UNNEST(%s) WITH ORDINALITY AS numbered (id, place)) listed
                    ON GET_BIT(f.mask # f.old_mask, listed.place) = 1
                  JOIN crm_segment segment ON segment.id = listed.id
                """,
                list(self.segments.ids),
            )
        )
        self.cr.execute(
            SQL(
                """
                WITH back AS (
                     DELETE FROM crm_segment_pending p USING crm_segment_toggled t
                      WHERE p.company_id = %s AND p.segment_id = t.segment_id AND p.partner_id = t.partner_id
                  RETURNING p.segment_id, p.partner_id)
                DELETE FROM crm_segment_toggled t USING back
                 WHERE t.segment_id = back.segment_id AND t.partner_id = back.partner_id
                """,
                self.company.id,
            )
        )

    def _settle(self):
        """Decide what changes today: at once, or after the answer has held for the days its segmentation asks.

        Where a customer is in one segment only, leaving one and entering the next happen together, when the latest of
        the turned answers has settled.
        """
        at_once = SQL(
            "(scheme.settle_days = 0 OR t.segment_id = ANY(%s) OR %s)",
            list(self.first.ids),
            self._by_hand(SQL("t.partner_id"), SQL("t.scheme_id")),
        )
        scheme = SQL("FROM crm_segment_toggled t JOIN crm_segment_scheme scheme ON scheme.id = t.scheme_id")
        self.cr.execute(
            SQL("CREATE TEMPORARY TABLE crm_segment_due ON COMMIT DROP AS SELECT t.* %s WHERE %s", scheme, at_once)
        )
        self.cr.execute(
            SQL(
                "INSERT INTO crm_segment_pending (segment_id, company_id, partner_id, entering, since)"
                " SELECT t.segment_id, %s, t.partner_id, t.entering, %s %s WHERE NOT %s",
                self.company.id,
                self.today,
                scheme,
                at_once,
            )
        )
        self.cr.execute(
            SQL(
                """
                WITH settled AS (
                     DELETE FROM crm_segment_pending p USING (%s) ripe WHERE p.id = ripe.id
                  RETURNING p.partner_id, p.segment_id, ripe.scheme_id, p.entering)
                INSERT INTO crm_segment_due SELECT * FROM settled
                """,
                self._ripe_sql(),
            )
        )

    def _ripe_sql(self):
        """Return a SELECT of (id, scheme_id) of the unsettled changes that have settled."""
        return SQL(
            """
            SELECT waiting.id, waiting.scheme_id
              FROM (SELECT p.id, p.partner_id, segment.scheme_id, scheme.settle_days, scheme.kind,
                           MAX(p.since) OVER (PARTITION BY p.partner_id, segment.scheme_id,
                               CASE WHEN scheme.kind = 'overlapping' THEN segment.id END) AS since
                      FROM crm_segment_pending p
                      JOIN crm_segment segment ON segment.id = p.segment_id
                      JOIN crm_segment_scheme scheme ON scheme.id = segment.scheme_id
                     WHERE p.company_id = %(company)s AND p.segment_id = ANY(%(segments)s) AND %(theirs)s) waiting
             WHERE waiting.since + waiting.settle_days <= %(today)s OR %(by_hand)s
                OR (waiting.kind <> 'overlapping'
                    AND EXISTS (SELECT FROM crm_segment_due d
                                 WHERE d.partner_id = waiting.partner_id AND d.scheme_id = waiting.scheme_id))
            """,
            company=self.company.id,
            segments=list(self.segments.ids),
            theirs=self._whom(SQL("p.partner_id")),
            today=self.today,
            by_hand=self._by_hand(SQL("waiting.partner_id"), SQL("waiting.scheme_id")),
        )

    def _by_hand(self, partner, scheme):
        """Return the condition that somebody decided by hand about a customer, today or until yesterday."""
        return SQL(
            "%s IN (SELECT e.partner_id FROM crm_segment_exception e JOIN crm_segment other ON other.id = e.segment_id"
            " WHERE other.scheme_id = %s AND (e.company_id IS NULL OR e.company_id = %s)"
            " AND (e.date_to IS NULL OR e.date_to >= %s - 1))",
            partner,
            scheme,
            self.company.id,
            self.today,
        )

    def _remember(self):
        """Keep the answers for the next time."""
        same = SQL("k.company_id = %s AND k.level = %s AND k.partner_id = f.partner_id", self.company.id, self.level)
        for statement in (
            SQL("DELETE FROM crm_segment_mask k USING crm_segment_fresh f WHERE %s AND f.mask = %s", same, self.none),
            SQL("UPDATE crm_segment_mask k SET mask = f.mask FROM crm_segment_fresh f WHERE %s", same),
            SQL(
                "INSERT INTO crm_segment_mask (company_id, level, partner_id, mask) SELECT %s, %s, partner_id, mask"
                " FROM crm_segment_fresh WHERE old_mask = %s AND mask <> %s",
                self.company.id,
                self.level,
                self.none,
                self.none,
            ),
        ):
            self.cr.execute(statement)
