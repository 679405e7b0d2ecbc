"""Stays that end because nobody can be a member any more: of what was archived, or is another company's now."""

from odoo import api, models
from odoo.tools import SQL


class CrmSegmentScheme(models.Model):
    _inherit = "crm.segment.scheme"

    @api.model
    def _close_archived(self):
        """End the stays in what was archived; nobody left, so nothing else follows from it."""
        cr = self.env.cr
        gone, elsewhere = self._ended_sql()
        self.env.flush_all()
        cr.execute(
            SQL(
                "UPDATE crm_segment_member m SET date_to = GREATEST(m.date_from, today.day) FROM (%s) today"
                " WHERE m.company_id = today.company_id AND m.date_to IS NULL"
                " AND (m.segment_id IN (%s) OR (m.segment_id, m.company_id) IN (%s))",
                self.env["res.company"]._crm_todays_sql(),
                gone,
                elsewhere,
            )
        )
        closed = cr.rowcount
        for table, segment, company in (
            ("crm_segment_pending", "segment_id", "company_id"),
            ("crm_segment_filled_rel", "crm_segment_id", "res_company_id"),
        ):
            cr.execute(
                SQL(
                    "DELETE FROM %(table)s WHERE %(segment)s IN (%(gone)s)"
                    " OR (%(segment)s, %(company)s) IN (%(elsewhere)s)",
                    table=SQL.identifier(table),
                    segment=SQL.identifier(segment),
                    company=SQL.identifier(company),
                    gone=gone,
                    elsewhere=elsewhere,
                )
            )
        self.env["crm.segment"].invalidate_model(["filled_company_ids"])
        return closed

    @api.model
    def _ended_sql(self):
        """Return two SELECTs of what has no members: (segment) archived ones, (segment, company) those of others."""
        gone = SQL(
            "SELECT segment.id FROM crm_segment segment JOIN crm_segment_scheme scheme ON scheme.id = segment.scheme_id"
            " WHERE NOT (segment.active AND scheme.active)"
        )
        elsewhere = SQL(
            "SELECT segment.id AS segment_id, company.id AS company_id FROM res_company company"
            " JOIN crm_segment_scheme scheme ON scheme.company_id <> company.id"
            " JOIN crm_segment segment ON segment.scheme_id = scheme.id"
        )
        return gone, elsewhere
