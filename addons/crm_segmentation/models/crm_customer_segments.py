"""The segments a customer is in today, as tags on lists and forms."""

from odoo import api, fields, models
from odoo.fields import Domain


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    current_segment_ids = fields.Many2many(
        "crm.segment",
        string="In Segments",
        compute="_compute_current_segment_ids",
        search="_search_current_segment_ids",
        help="Segments the customer is in today, as far as you may see them.",
    )

    @api.depends("member_ids")
    @api.depends_context("uid")
    def _compute_current_segment_ids(self):
        """One query for all; members the reader may not see are not found."""
        stays = self.env["crm.segment.member"].search_fetch(
            [("customer_id", "in", self.ids), ("date_to", "=", False)], ["customer_id", "segment_id"]
        )
        found = stays.grouped("customer_id")
        for customer in self:
            customer.current_segment_ids = found.get(customer, stays.browse()).segment_id

    @api.model
    def _search_current_segment_ids(self, operator, value):
        """Search by the open stays; in none is who has no open stay."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        stay = Domain("date_to", "=", False)
        if operator == "in" and False in value:
            inside = Domain("segment_id", "in", [segment for segment in value if segment])
            return Domain("member_ids", "any", stay & inside) | ~Domain("member_ids", "any", stay)
        return Domain("member_ids", "any", stay & Domain("segment_id", operator, value))
