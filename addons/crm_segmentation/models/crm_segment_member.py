from odoo import fields, models


class CrmSegmentMember(models.Model):
    """One stay of a customer in a segment: since when, until when, and the facts on the day of entry."""

    _name = "crm.segment.member"
    _inherit = "crm.cell.mixin"
    _description = "Segment Member"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    scheme_id = fields.Many2one(
        "crm.segment.scheme", string="Segmentation", required=True, ondelete="cascade", readonly=True
    )
    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade", readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", readonly=True, index=True
    )
    customer_id = fields.Many2one(
        "crm.customer",
        string="Profile",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
        help="Profile of the customer in this company.",
    )
    date_from = fields.Date(string="Since", required=True, readonly=True, help="Day of entry.")
    date_to = fields.Date(string="Until", readonly=True, help="Empty while the customer is in the segment.")
    # Facts at entry
    currency_id = fields.Many2one(related="company_id.currency_id")
    by_hand = fields.Boolean(readonly=True, help="Put in by somebody, whatever the rule says.")
    version_id = fields.Many2one(
        "crm.segment.version",
        string="Rule at Entry",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
        help="The rule as it was on the day of entry.",
    )
    facts = fields.Json(readonly=True, help="What the rule asked about, as it was on the day of entry.")
    value = fields.Float(readonly=True, help="Value of the indicator on the day of entry.")
    rank = fields.Integer(
        readonly=True, aggregator=None, help="Rank among all customers on the day of entry, 1 is best."
    )
    share_before = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(7, 6),
        help="Share of the total that all better customers held on the day of entry.",
    )
    ranked = fields.Integer(
        string="Customers Ranked", readonly=True, aggregator=None, help="Number of customers ranked that day."
    )
    why = fields.Char(compute="_compute_why", help="Why the customer is in this segment, in words.")

    _open_uniq = models.UniqueIndex("(segment_id, company_id, partner_id) WHERE date_to IS NULL")
    _history_idx = models.Index("(scheme_id, company_id, date_from)")
    _orphan_idx = models.Index("(partner_id) WHERE customer_id IS NULL AND date_to IS NULL")

    def action_open_customer(self):
        """Open the profile of this member."""
        self.ensure_one()
        return self.customer_id.get_formview_action() if self.customer_id else self.partner_id.get_formview_action()
