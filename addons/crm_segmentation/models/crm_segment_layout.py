from odoo import fields, models
from odoo.tools import SQL


class CrmSegmentLayout(models.Model):
    """Which segments the bits of a level stand for in one company, in their order."""

    _name = "crm.segment.layout"
    _description = "Order of Segment Rules"
    _log_access = False

    level = fields.Integer(required=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    segments = fields.Json(required=True, help="Ids of the segments.")

    _level_uniq = models.UniqueIndex("(company_id, level)")

    def _forget(self):
        """Have all answers made anew in the next run."""
        self.env.cr.execute("DELETE FROM crm_segment_layout")
        self.invalidate_model()

    def _forget_beyond(self, number):
        """Forget the answers of levels that no longer exist: should they come back, theirs are of another time."""
        beyond = SQL("WHERE level >= %s", number)
        self.env.cr.execute(SQL("DELETE FROM crm_segment_layout %s", beyond))
        self.env.cr.execute(SQL("DELETE FROM crm_segment_mask %s", beyond))
        self.invalidate_model()

    def _arrange(self, company, level, segments):
        """Make sure that the stored answers of a level stand for ``segments`` in this order."""
        layout = self.search([("company_id", "=", company.id), ("level", "=", level)])
        if (layout.segments or []) == segments.ids:
            return
        layout.unlink()
        self.env["crm.segment.mask"]._rebuild(company, level, segments)
        if segments:
            self.create({"company_id": company.id, "level": level, "segments": segments.ids})
        self.flush_model()
