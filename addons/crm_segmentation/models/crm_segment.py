from odoo import api, fields, models


class CrmSegment(models.Model):
    _name = "crm.segment"
    _description = "Customer Segment"
    _order = "scheme_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="What this class means for the daily work.")
    scheme_id = fields.Many2one(
        "crm.segment.scheme", string="Segmentation", required=True, ondelete="cascade", index=True
    )
    share_to = fields.Float(
        string="Up to Share",
        digits=(5, 4),
        required=True,
        default=1.0,
        help="The class takes customers, best first, until they hold this share of the total.",
    )
    member_ids = fields.One2many("crm.segment.member", "segment_id", domain=[("date_to", "=", False)])
    member_count = fields.Integer(compute="_compute_member_count", string="Customers")

    _share_range = models.Constraint(
        "CHECK (share_to > 0 AND share_to <= 1)", "A share must be above 0 % and at most 100 %."
    )

    @api.depends("member_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["crm.segment.member"]._read_group(
                [("segment_id", "in", self.ids), ("date_to", "=", False)], ["segment_id"], ["__count"]
            )
        )
        for segment in self:
            segment.member_count = counts.get(segment, 0)

    def action_open_members(self):
        """Open the customers that are in this class today."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_member_action")
        return {**action, "domain": [("segment_id", "in", self.ids)]}
