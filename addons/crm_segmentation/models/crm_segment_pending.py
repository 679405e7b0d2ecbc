from odoo import fields, models


class CrmSegmentPending(models.Model):
    """A change that has not settled yet: since when the rule has given another answer than the membership."""

    _name = "crm.segment.pending"
    _description = "Unsettled Segment Change"
    _log_access = False

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Integer(required=True)
    entering = fields.Boolean(required=True)
    since = fields.Date(required=True)

    _partner_uniq = models.UniqueIndex("(segment_id, company_id, partner_id)")
