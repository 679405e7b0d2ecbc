"""The service that the customers of a segment get, and what their coming and going starts."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmSegment(models.Model):
    _name = "crm.segment"
    _inherit = ["crm.segment", "crm.policy.mixin"]

    action_ids = fields.One2many("crm.segment.action", "segment_id", copy=True)
    failed_event_count = fields.Integer(
        string="Failed Actions",
        compute="_compute_failed_event_count",
        help="Actions that raised an error for some customer; they are tried again in the next nights.",
    )

    def _compute_failed_event_count(self):
        failed = [("segment_id", "in", self.ids), ("state", "=", "failed")]
        counts = dict(self.env["crm.segment.event"]._read_group(failed, ["segment_id"], ["__count"]))
        for segment in self:
            segment.failed_event_count = counts.get(segment, 0)

    @api.model_create_multi
    def create(self, vals_list):
        segments = super().create(vals_list)
        segments._check_effects_stay_closed()
        return segments

    def write(self, vals):
        result = super().write(vals)
        self._check_effects_stay_closed()
        return result

    def _check_effects_stay_closed(self):
        """Refuse what would tell everybody who is in a segment that only some may see; call it when that changes."""
        for segment in self._is_restricted().filtered("active"):
            if segment.action_ids.filtered("active") or segment.policy_contact_days or segment.policy_limits_discount:
                raise ValidationError(
                    self.env._(
                        "Only some may see who is in %(segment)s. Actions, a contact rhythm or a discount ceiling "
                        "would show it to everybody: remove them from this segment. For single customers, agree on a "
                        "policy of their own instead.",
                        segment=segment.name,
                    )
                )

    def _restrict(self, check=True):
        """What one segment may not show, those built on it may not show either."""
        super()._restrict(check=check)
        if check:
            self.env["crm.segment"].sudo().with_context(active_test=False).search([])._check_effects_stay_closed()

    def _after_moves(self, company, moved, first):
        super()._after_moves(company, moved, first)
        self.env["crm.segment.event"]._take_moves(company, first)

    def action_open_events(self):
        """Open what entering and leaving this segment started."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_event_action")
        return {**action, "domain": [("segment_id", "in", self.ids)], "context": {}}

    def action_dry_run(self):
        """Show what the actions of this segment would do, without doing it."""
        self.ensure_one()
        return self.env["crm.segment.dry.run"].create({"segment_id": self.id})._open()
