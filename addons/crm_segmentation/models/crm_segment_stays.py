"""The stays that end and begin today, with the facts of the day, and what follows from them."""

from odoo.tools import SQL

from ..tools.sync import ANALYZE_FROM

#: Columns of a stay that say on which facts it began.
FACTS = ("by_hand", "version_id", "facts", "value", "rank", "ranked", "share_before")


class Stays:
    """Part of a batch: what is due in table ``crm_segment_due`` becomes stays that end and begin."""

    def _apply(self):
        """End and begin the stays that are due, tell the actions; return how many rows were written."""
        self.cr.execute(
            "CREATE TEMPORARY TABLE crm_segment_moves (member_id integer, segment_id integer, company_id integer,"
            " partner_id integer, moved varchar) ON COMMIT DROP"
        )
        self.cr.execute("SELECT DISTINCT segment_id FROM crm_segment_due WHERE entering")
        entered = self.segments.browse(row[0] for row in self.cr.fetchall())
        self.cr.execute("ANALYZE crm_segment_due")
        written = sum(self._moved(statement, "leave") for statement in self._leave_sql())
        written += self._moved(self._reopen_sql(), "enter")
        for segment in self.segments & entered:
            written += self._moved(self._enter_sql(segment), "enter")
        if written >= ANALYZE_FROM:
            self.cr.execute("ANALYZE crm_segment_member")
        self._tell_actions()
        return written

    def _moved(self, statement, moved):
        """Run a statement that returns (member_id, segment_id, partner_id), and note what it moved."""
        self.cr.execute(
            SQL(
                "WITH moved AS (%s) INSERT INTO crm_segment_moves"
                " SELECT member_id, segment_id, %s, partner_id, %s FROM moved",
                statement,
                self.company.id,
                moved,
            )
        )
        return self.cr.rowcount

    def _stay(self, condition):
        """Return the condition on stays ``m`` and what is due ``d``."""
        return SQL(
            "m.company_id = %s AND m.segment_id = d.segment_id AND m.partner_id = d.partner_id AND %s",
            self.company.id,
            condition,
        )

    def _leave_sql(self):
        ends = self._stay(SQL("NOT d.entering AND m.date_to IS NULL"))
        return [
            SQL(
                "DELETE FROM crm_segment_member m USING crm_segment_due d WHERE %s AND m.date_from = %s"
                " RETURNING NULL::integer AS member_id, m.segment_id, m.partner_id",
                ends,
                self.today,
            ),
            SQL(
                "UPDATE crm_segment_member m SET date_to = %s FROM crm_segment_due d WHERE %s"
                " RETURNING m.id AS member_id, m.segment_id, m.partner_id",
                self.today,
                ends,
            ),
        ]

    def _reopen_sql(self):
        """One that ended today goes on, unless the rule was opened since; after a merge there may be several."""
        hidden = SQL("SELECT FROM crm_segment_version_restriction_rel r WHERE r.crm_segment_version_id = m.version_id")
        ended = SQL(
            "SELECT MAX(m.id) FROM crm_segment_member m JOIN crm_segment_due d ON %s"
            " GROUP BY m.segment_id, m.partner_id",
            self._stay(SQL("d.entering AND m.date_to = %s AND NOT EXISTS (%s)", self.today, hidden)),
        )
        return SQL(
            "UPDATE crm_segment_member m SET date_to = NULL WHERE m.id IN (%s)"
            " RETURNING m.id AS member_id, m.segment_id, m.partner_id",
            ended,
        )

    def _enter_sql(self, segment):
        """Return the INSERT of one segment's new stays, with the facts of today."""
        query = segment._cards_query()
        facts = segment._facts_columns(self.company, query)
        return SQL(
            """
            INSERT INTO crm_segment_member
                   (scheme_id, segment_id, company_id, partner_id, customer_id, date_from, %(names)s)
            SELECT %(scheme)s, %(segment)s, %(company)s, crm_customer.partner_id, crm_customer.id, %(today)s, %(facts)s
              FROM %(cards)s
             WHERE crm_customer.company_id = %(company)s
               AND crm_customer.partner_id IN (
                   SELECT partner_id FROM crm_segment_due WHERE entering AND segment_id = %(segment)s)
               AND NOT EXISTS (SELECT FROM crm_segment_member open
                                WHERE open.segment_id = %(segment)s AND open.company_id = %(company)s
                                  AND open.partner_id = crm_customer.partner_id AND open.date_to IS NULL)
         RETURNING id AS member_id, segment_id, partner_id
            """,
            names=SQL(", ").join(map(SQL.identifier, FACTS)),
            facts=SQL(", ").join(facts[name] for name in FACTS),
            scheme=segment.scheme_id.id,
            segment=segment.id,
            company=self.company.id,
            today=self.today,
            cards=query.from_clause,
        )

    def _tell_actions(self):
        """Hand the moves to the actions on entry and exit: first fills apart, they are news to nobody."""
        self.cr.execute("SELECT DISTINCT segment_id FROM crm_segment_moves")
        moved = self.segments.browse(row[0] for row in self.cr.fetchall())
        self.env["crm.segment"]._after_moves(self.company, moved, moved & self.first)
