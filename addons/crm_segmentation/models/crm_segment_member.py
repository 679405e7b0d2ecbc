from odoo import api, fields, models
from odoo.tools import SQL, formatLang


class CrmSegmentMember(models.Model):
    """One stay of a customer in a class: since when, until when, and the facts on the day of entry."""

    _name = "crm.segment.member"
    _inherit = "crm.cell.mixin"
    _description = "Segment Member"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    scheme_id = fields.Many2one(
        "crm.segment.scheme", string="Segmentation", required=True, ondelete="cascade", readonly=True
    )
    segment_id = fields.Many2one(
        "crm.segment", string="Class", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", readonly=True, index=True
    )
    customer_id = fields.Many2one(
        "crm.customer", string="Profile", ondelete="set null", readonly=True, index="btree_not_null"
    )
    date_from = fields.Date(string="Since", required=True, readonly=True)
    date_to = fields.Date(string="Until", readonly=True, help="Empty while the customer is in the class.")
    # Facts at entry
    currency_id = fields.Many2one(related="company_id.currency_id")
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
    why = fields.Char(compute="_compute_why", help="Why the customer is in this class, in words.")

    _open_uniq = models.UniqueIndex("(scheme_id, company_id, partner_id) WHERE date_to IS NULL")
    _history_idx = models.Index("(scheme_id, company_id, date_from)")

    @api.depends("value", "rank", "share_before", "ranked")
    def _compute_why(self):
        """Read which values are undefined from the column: the field shows them as 0."""
        self.flush_model(["value"])
        undefined = self.env.execute_query(
            SQL("SELECT id FROM crm_segment_member WHERE value IS NULL AND id = ANY(%s)", list(self._ids))
        )
        undefined = {id_ for (id_,) in undefined}
        for member in self:
            measure = member.scheme_id.measure_id
            currency = member.currency_id if measure.is_monetary else None
            value = formatLang(self.env, member.value, currency_obj=currency)
            if member.id in undefined:
                value = self.env._("Undefined:")
            member.why = self.env._(
                "%(value)s %(measure)s in %(days)s days: rank %(rank)s of %(ranked)s; "
                "the customers before hold %(share)s %% of the total.",
                value=value,
                measure=measure.name,
                days=measure.window_days,
                rank=member.rank,
                ranked=member.ranked,
                share=formatLang(self.env, 100 * member.share_before, digits=1),
            )

    def action_open_customer(self):
        """Open the profile of this member."""
        self.ensure_one()
        return self.customer_id.get_formview_action() if self.customer_id else self.partner_id.get_formview_action()
