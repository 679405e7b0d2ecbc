from odoo import fields, models


class CrmSegmentRestriction(models.Model):
    """One requirement: whoever reads the segment is in one of these groups. A segment may have several."""

    _name = "crm.segment.restriction"
    _description = "Who May See a Segment"

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade", index=True)
    group_ids = fields.Many2many("res.groups", string="One of", required=True)
    because = fields.Char(required=True, help="What only these groups may see.")
