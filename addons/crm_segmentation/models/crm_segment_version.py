from odoo import fields, models


class CrmSegmentVersion(models.Model):
    """A rule as it was: why somebody entered can be read years later, whatever the rule says by then."""

    _name = "crm.segment.version"
    _description = "Segment Rule as It Was"
    _order = "id desc"
    _rec_name = "date"
    _log_access = False

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade", index=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="Day of the first entry under this rule.")
    definition = fields.Json(required=True, readonly=True, help="The rule as plain values.")
    restriction_ids = fields.Many2many(
        "crm.segment.restriction",
        "crm_segment_version_restriction_rel",
        string="Only Seen by",
        readonly=True,
        help="What the rule was built on then; who entered under it is seen by these groups only.",
    )


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    def _definition(self):
        """Return the rule as plain values."""
        self.ensure_one()
        if self.kind == "rank":
            return {"measure": self.scheme_id.measure_id.id, "share_to": self.share_to}
        return {
            "filter": self.rule_domain or "[]",
            "match": self.match,
            "conditions": [[c.measure_id.id, c.figure, c.operator, c.value] for c in self.condition_ids],
            "within": self.within_ids.ids,
            "without": self.without_ids.ids,
            "stay": self.use_stay_domain and (self.stay_domain or "[]"),
        }

    def _current_version(self):
        """Return the rule as it is now, a new version of it when it is another than that of the last entry."""
        definition = self._definition()
        version = self.env["crm.segment.version"].search([("segment_id", "=", self.id)], limit=1)
        if version.definition != definition or version.sudo().restriction_ids:
            values = {"segment_id": self.id, "date": fields.Date.today(), "definition": definition}
            version = version.create(values)
            version.flush_recordset()
        return version
