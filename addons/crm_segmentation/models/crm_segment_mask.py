from odoo import fields, models
from odoo.tools import SQL

from ..tools.bits import no_sql


class CrmSegmentMask(models.Model):
    """The answers of all rules of one level for one customer and company, a bit each; customers with none have no row.

    What the job remembers between two nights: internal, without access rights, written with plain SQL.

    The answers and not the memberships: a change that still has to settle is in the answers and not yet a membership.
    All of it can be made again from members and unsettled changes, see ``_rebuild``.
    """

    _name = "crm.segment.mask"
    _description = "Answers of Segment Rules"
    _log_access = False

    level = fields.Integer(required=True, help="Segments of one level need members of earlier ones only.")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Integer(required=True, help="Id of the customer; no link, contacts come and go.")
    # The column ``mask``, bit varying, is made in ``init``: the ORM has no such field.

    _partner_uniq = models.UniqueIndex("(company_id, level, partner_id)")

    def init(self):
        self.env.cr.execute("ALTER TABLE crm_segment_mask ADD COLUMN IF NOT EXISTS mask bit varying")

    def _rebuild(self, company, level, segments):
        """Make the answers of a level anew, when its segments are others than last time or somebody merged contacts."""
        self.env.cr.execute(SQL("DELETE FROM crm_segment_mask WHERE company_id = %s AND level = %s", company.id, level))
        if not segments:
            return
        none = no_sql(len(segments))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_segment_mask (company_id, level, partner_id, mask)
                SELECT %(company)s, %(level)s, partner_id,
                       BIT_OR(SET_BIT(%(none)s::bit(%(length)s), place, 1)) AS mask
                  FROM (SELECT partner_id, segment_id FROM crm_segment_member
                         WHERE company_id = %(company)s AND date_to IS NULL AND segment_id = ANY(%(segments)s)
                        EXCEPT
                        SELECT partner_id, segment_id FROM crm_segment_pending
                         WHERE company_id = %(company)s AND NOT entering
                         UNION
                        SELECT partner_id, segment_id FROM crm_segment_pending
                         WHERE company_id = %(company)s AND entering AND segment_id = ANY(%(segments)s)) answer
                  JOIN (SELECT id, (place - 1)::integer AS place
                          FROM UNNEST(%(segments)s) WITH ORDINALITY AS listed (id, place)) segment
                    ON segment.id = answer.segment_id
                 GROUP BY partner_id
                """,
                company=company.id,
                level=level,
                none=none,
                length=SQL(str(len(segments))),
                segments=list(segments.ids),
            )
        )
        self.env.cr.execute("ANALYZE crm_segment_mask")
