from odoo import fields, models


class CrmSegmentRestriction(models.Model):
    """One requirement: whoever reads the segment is in one of these groups. A segment may have several."""

    _name = "crm.segment.restriction"
    _description = "Who May See a Segment"

    segment_id = fields.Many2one(
        "crm.segment", ondelete="cascade", index="btree_not_null", help="The segment, while its rule is built on it."
    )
    version_ids = fields.Many2many(
        "crm.segment.version",
        "crm_segment_version_restriction_rel",
        string="Rules as They Were",
        help="The rule no longer is built on it; who entered under these rules is still seen by these groups only.",
    )
    group_ids = fields.Many2many("res.groups", string="One of", required=True)
    because = fields.Char(required=True, help="What only these groups may see.")
