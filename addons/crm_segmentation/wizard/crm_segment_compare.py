from odoo import fields, models
from odoo.exceptions import UserError


class CrmSegmentCompare(models.TransientModel):
    _name = "crm.segment.compare"
    _description = "Segments on Two Days"

    scheme_id = fields.Many2one(
        "crm.segment.scheme",
        string="Segmentation",
        required=True,
        domain=[("kind", "!=", "overlapping")],
        default=lambda self: self.env["crm.segment.scheme"].search([("kind", "!=", "overlapping")], limit=1),
        help="One in which each customer is in one segment at most.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.subtract(fields.Date.context_today(self), years=1),
        help="Evening of this day.",
    )
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today, help="Evening of this day.")

    def action_open(self):
        """Open the matrix: rows are the segments of the first day, columns those of the second."""
        self.ensure_one()
        if self.date_from >= self.date_to:
            raise UserError(self.env._("Choose a second day that is later than the first."))
        first = self.env["crm.segment.member"].search(
            [("scheme_id", "=", self.scheme_id.id)], order="date_from", limit=1
        )
        if first.date_from and self.date_to < first.date_from:
            raise UserError(
                self.env._("Customers have been assigned since %(day)s: choose later days.", day=first.date_from)
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_migration_action")
        name = self.env._(
            "%(scheme)s: %(first)s to %(last)s",
            scheme=self.scheme_id.name,
            first=self.date_from,
            last=self.date_to,
        )
        context = {
            "crm_scheme_id": self.scheme_id.id,
            "crm_date_from": fields.Date.to_string(self.date_from),
            "crm_date_to": fields.Date.to_string(self.date_to),
        }
        return {**action, "display_name": name, "context": context}
