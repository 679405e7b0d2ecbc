from odoo import api, fields, models


class CrmSegmentException(models.Model):
    """A customer put into a segment by hand, or kept out of it, whatever the rule says: with a reason, and an end."""

    _name = "crm.segment.exception"
    _inherit = "crm.cell.mixin"
    _description = "Segment Member by Hand"
    _order = "segment_id, partner_id, id"
    _rec_name = "partner_id"

    segment_id = fields.Many2one(
        "crm.segment", required=True, ondelete="cascade", index=True, help="The segment that is decided about."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        help="The customer. A person at a company stands for that company.",
    )
    company_id = fields.Many2one("res.company", help="Only in this company. Empty: in every company.")
    kind = fields.Selection(
        [("include", "Always in"), ("exclude", "Never in")],
        string="What",
        required=True,
        default="include",
        help="Whether the customer is always in the segment, or never.",
    )
    reason = fields.Char(required=True, help="Why the rule does not decide here. Whoever reads the members sees it.")
    date_to = fields.Date(string="Until", help="Last day on which it counts. Empty: until it is deleted.")
    user_id = fields.Many2one(
        "res.users", string="Decided by", default=lambda self: self.env.user, readonly=True, help="Who decided it."
    )

    _partner_uniq = models.UniqueIndex(
        "(segment_id, partner_id, COALESCE(company_id, 0))",
        "This customer is already named in this segment and company: change that line.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever decides is noted, and the segments are assigned anew soon."""
        exceptions = super().create([self._of_company(vals) for vals in vals_list])
        if not self.env.su:
            exceptions.sudo().filtered(lambda line: line.user_id != self.env.user).user_id = self.env.user
        self._assign_soon()
        return exceptions

    def write(self, vals):
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "user_id"}
        result = super().write(self._of_company(vals))
        self._assign_soon()
        return result

    def unlink(self):
        result = super().unlink()
        self._assign_soon()
        return result

    @api.model
    def _of_company(self, vals):
        """A contact below a company stands for the company."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        return {**vals, "partner_id": partner.commercial_partner_id.id} if partner else vals

    @api.model
    def _assign_soon(self):
        self.env["crm.segment.scheme"]._assign_soon()
