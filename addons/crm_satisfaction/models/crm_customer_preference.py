from odoo import api, fields, models

KINDS = [
    ("likes", "Likes"),
    ("dislikes", "Dislikes"),
    ("contact", "Contact"),
    ("delivery", "Delivery"),
    ("invoice", "Invoice and Payment"),
    ("other", "Other"),
]


class CrmCustomerPreference(models.Model):
    """What a customer likes, in a few words, for whoever meets it next."""

    _name = "crm.customer.preference"
    _inherit = "crm.cell.mixin"
    _description = "Customer Preference"
    _order = "kind, id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        help="A person, or a company; what is known of a person is shown with its company too.",
    )
    customer_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True, string="Belongs To"
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index="btree_not_null",
        help="Empty: all companies know it.",
    )
    kind = fields.Selection(KINDS, required=True, default="likes")
    name = fields.Char(string="Preference", required=True, help="For example: calls before ten, never by phone.")
    user_id = fields.Many2one(
        "res.users", string="Noted by", required=True, readonly=True, ondelete="restrict", default=lambda s: s.env.user
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody notes something in somebody else's name."""
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Who noted it stays who noted it."""
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "user_id"}
        return super().write(vals)
