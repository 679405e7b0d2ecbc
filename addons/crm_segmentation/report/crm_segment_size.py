from odoo import fields, models
from odoo.tools import SQL

#: Months shown.
MONTHS = 36


class CrmSegmentSize(models.Model):
    """How large each segment was at the end of each month, and who came and went; the current month as of today."""

    _name = "crm.segment.size"
    _inherit = "crm.cell.mixin"
    _description = "Size of Segments"
    _auto = False
    _order = "month desc, segment_id, company_id"
    _rec_name = "segment_id"
    _depends = {
        "crm.segment.member": ["segment_id", "scheme_id", "company_id", "date_from", "date_to"],
    }

    month = fields.Date(readonly=True, help="First day of the month.")
    segment_id = fields.Many2one("crm.segment", readonly=True)
    scheme_id = fields.Many2one("crm.segment.scheme", string="Segmentation", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    size = fields.Integer(
        string="Customers",
        readonly=True,
        help="In the segment at the end of the month. Look at one month at a time: months do not add up.",
    )
    entered = fields.Integer(readonly=True, help="Customers who entered in the month.")
    left_count = fields.Integer(string="Left", readonly=True, help="Customers who left in the month.")

    @property
    def _table_query(self):
        """One pass over the stays: what began and ended by month, added up from the first to the last."""
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY month, segment_id, company_id) AS id, *
              FROM (
                    SELECT month, segment_id, scheme_id, company_id, entered, left_count,
                           SUM(entered - left_count) OVER (
                               PARTITION BY segment_id, company_id ORDER BY month)::integer AS size
                      FROM (
                            SELECT place.segment_id, place.scheme_id, place.company_id, month.month,
                                   COALESCE(moved.entered, 0) AS entered, COALESCE(moved.left_count, 0) AS left_count
                              FROM (SELECT DISTINCT segment_id, scheme_id, company_id FROM crm_segment_member) place
                        CROSS JOIN (%(months)s) month
                         LEFT JOIN (%(moved)s) moved
                                ON moved.segment_id = place.segment_id AND moved.company_id = place.company_id
                               AND moved.month = month.month
                           ) monthly
                   ) sized
             WHERE month >= %(first)s
            """,
            months=SQL(
                "SELECT GENERATE_SERIES(DATE_TRUNC('month', COALESCE((SELECT MIN(date_from) FROM crm_segment_member),"
                " %(today)s)), %(today)s, '1 month')::date AS month",
                today=fields.Date.today(),
            ),
            moved=SQL(
                "SELECT segment_id, company_id, month, SUM(came)::integer AS entered, SUM(went)::integer AS left_count"
                "  FROM (SELECT segment_id, company_id, DATE_TRUNC('month', date_from)::date AS month,"
                "               1 AS came, 0 AS went FROM crm_segment_member"
                "        UNION ALL"
                "        SELECT segment_id, company_id, DATE_TRUNC('month', date_to)::date, 0, 1"
                "          FROM crm_segment_member WHERE date_to IS NOT NULL) move"
                " GROUP BY 1, 2, 3"
            ),
            first=fields.Date.start_of(fields.Date.subtract(fields.Date.today(), months=MONTHS - 1), "month"),
        )
