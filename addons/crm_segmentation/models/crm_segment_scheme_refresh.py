"""The nightly assignment of customers to classes: one segmentation a batch, history kept, nothing written twice."""

from odoo import fields, models
from odoo.tools import SQL

from ..tools.sync import ANALYZE_FROM


class CrmSegmentScheme(models.Model):
    _inherit = "crm.segment.scheme"

    def _job_refresh(self, job):
        """Assign the customers of the next segmentation that this run has not done yet.

        :return: (rows written, segmentations left)
        """
        pending = self.search([("refresh_run", "!=", job.run_number)])
        if not pending:
            return 0, 0
        written = pending[0]._refresh()
        pending[0].refresh_run = job.run_number
        return written, len(pending) - 1

    def _refresh(self):
        """Bring the members of this segmentation up to date in every company; return the number of rows written."""
        self.ensure_one()
        if not self.measure_id.reviewed:
            self.last_error = self.env._(
                "Classes stay as they are until an administrator reviews: %(names)s", names=self.measure_id.name
            )
            return 0
        self.env.flush_all()
        written, notes = 0, []
        for company in self.env["res.company"].with_context(active_test=False).search([], order="id"):
            if not self.segment_ids:
                break
            written += self._refresh_company(company)
            if self._lacks_positive_total(company):
                notes.append(
                    self.env._(
                        "%(company)s: the total is not positive, so nobody is in the best class.",
                        company=company.name,
                    )
                )
        self.env["crm.segment.member"].invalidate_model()
        self.env["crm.customer"].invalidate_model(["segment_id"])
        self.write({"refreshed_at": fields.Datetime.now(), "last_error": "\n".join(notes) or False})
        return written

    def _lacks_positive_total(self, company):
        """Say whether there are customers to rank in ``company``, but none with a positive value."""
        found = self.measure_id._key_customers(company)
        return bool(found["ranked"]) and found["total"] <= 0

    def _refresh_company(self, company):
        """Close the stays that ended, reopen or begin those that started; return the number of rows written.

        A stay that began today and ended today leaves no trace, so that the job may run as often as one likes.
        """
        cr, today = self.env.cr, company._crm_today()
        place = SQL("m.scheme_id = %s AND m.company_id = %s", self.id, company.id)
        scope = SQL("%s AND m.date_to IS NULL", place)
        same = SQL("n.partner_id = m.partner_id AND n.segment_id = m.segment_id")
        gone = SQL("%s AND NOT EXISTS (SELECT FROM fresh_member n WHERE %s)", scope, same)
        has_stay = SQL(
            "EXISTS (SELECT FROM crm_segment_member o WHERE o.scheme_id = %s AND o.company_id = %s"
            " AND o.date_to IS NULL AND o.partner_id = n.partner_id)",
            self.id,
            company.id,
        )
        cr.execute(SQL("CREATE TEMPORARY TABLE fresh_member ON COMMIT DROP AS %s", self._assignment_sql(company)))
        cr.execute("CREATE UNIQUE INDEX ON fresh_member (partner_id)")
        cr.execute("ANALYZE fresh_member")
        written = 0
        for statement in (
            SQL("DELETE FROM crm_segment_member m WHERE %s AND m.date_from = %s", gone, today),
            SQL("UPDATE crm_segment_member m SET date_to = %s WHERE %s", today, gone),
            SQL(
                "UPDATE crm_segment_member m SET date_to = NULL FROM fresh_member n"
                " WHERE %s AND m.date_to = %s AND %s AND NOT %s",
                place,
                today,
                same,
                has_stay,
            ),
            SQL(
                "UPDATE crm_segment_member m SET customer_id = n.customer_id FROM fresh_member n WHERE %s"
                " AND m.partner_id = n.partner_id AND m.customer_id IS DISTINCT FROM n.customer_id",
                scope,
            ),
            SQL(
                "INSERT INTO crm_segment_member (scheme_id, company_id, partner_id, customer_id, segment_id,"
                " date_from, value, rank, ranked, share_before)"
                " SELECT %s, %s, partner_id, customer_id, segment_id, %s, value, rank, ranked, share_before"
                " FROM fresh_member n WHERE NOT %s",
                self.id,
                company.id,
                today,
                has_stay,
            ),
        ):
            cr.execute(statement)
            written += cr.rowcount
        if written >= ANALYZE_FROM:
            cr.execute("ANALYZE crm_segment_member")
        cr.execute("DROP TABLE fresh_member")
        return written

    def _assignment_sql(self, company):
        """Return a SELECT of each ranked customer's class and the facts: the rule of ``tools/pareto.py`` in SQL."""
        *upper, last = self.segment_ids
        cases = [
            SQL("WHEN value > 0 AND before < %s * total THEN %s", segment.share_to, segment.id) for segment in upper
        ]
        segment = SQL("CASE %s ELSE %s END", SQL(" ").join(cases), last.id) if cases else SQL("%s", last.id)
        return SQL(
            """
            SELECT partner_id, customer_id, %(segment)s AS segment_id, value, rank::integer, ranked::integer,
                   COALESCE(before / NULLIF(total, 0), 0) AS share_before
              FROM (%(ranked)s) customer
            """,
            segment=segment,
            ranked=self.measure_id._ranked_sql(company),
        )
