from odoo import fields, models
from odoo.tools import SQL


class CrmSegmentMigration(models.Model):
    """From which segment to which each customer came between two days; days and segmentation come from the window.

    A stay counts on a day when it began on that day or before, and had not ended by its evening. Of contacts that were
    merged since, the stay that lasted longest counts.
    """

    _name = "crm.segment.migration"
    _inherit = "crm.cell.mixin"
    _description = "Segment Migration"
    _auto = False
    _order = "monetary desc, id"
    _rec_name = "partner_id"
    _depends = {
        "crm.segment.member": ["segment_id", "scheme_id", "company_id", "partner_id", "date_from", "date_to"],
        "crm.customer": ["monetary", "currency_id"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    customer_id = fields.Many2one("crm.customer", string="Profile", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    scheme_id = fields.Many2one("crm.segment.scheme", string="Segmentation", readonly=True)
    from_segment_id = fields.Many2one(
        "crm.segment", string="From", readonly=True, help="Segment on the first day; empty when in none."
    )
    to_segment_id = fields.Many2one(
        "crm.segment", string="To", readonly=True, help="Segment on the second day; empty when in none."
    )
    moved = fields.Boolean(readonly=True, help="In another segment on the second day than on the first.")
    monetary = fields.Monetary(string="Revenue Today", readonly=True, help="Of the profile, in its window.")
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        scheme, first, second = self._asked()
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY partner_id, company_id, one.segment_id, two.segment_id) AS id,
                   partner_id, company_id, %(scheme)s::integer AS scheme_id, one.segment_id AS from_segment_id,
                   two.segment_id AS to_segment_id, one.segment_id IS DISTINCT FROM two.segment_id AS moved,
                   profile.id AS customer_id, profile.monetary, profile.currency_id
              FROM (%(one)s) one
         FULL JOIN (%(two)s) two USING (partner_id, company_id)
         LEFT JOIN crm_customer profile USING (partner_id, company_id)
            """,
            scheme=scheme,
            one=self._stays_sql(scheme, first),
            two=self._stays_sql(scheme, second),
        )

    def _asked(self):
        """Return (id of the segmentation, first day, second day) of the context; nothing strange comes through."""
        today = fields.Date.today()
        asked = self.env.context
        try:
            scheme = int(asked.get("crm_scheme_id") or 0)
            first = fields.Date.to_date(asked.get("crm_date_from")) or fields.Date.subtract(today, years=1)
            second = fields.Date.to_date(asked.get("crm_date_to")) or today
        except (TypeError, ValueError):
            scheme, first, second = 0, today, today
        return scheme, first, second

    def _stays_sql(self, scheme, day):
        return SQL(
            "SELECT DISTINCT ON (partner_id, company_id) partner_id, company_id, segment_id FROM crm_segment_member"
            " WHERE scheme_id = %(scheme)s AND date_from <= %(day)s AND (date_to IS NULL OR date_to > %(day)s)"
            " ORDER BY partner_id, company_id, date_to DESC NULLS FIRST, id",
            scheme=scheme,
            day=day,
        )

    def action_open_customer(self):
        """Open the profile, or the contact of who has none any more."""
        self.ensure_one()
        return self.customer_id.get_formview_action() if self.customer_id else self.partner_id.get_formview_action()
