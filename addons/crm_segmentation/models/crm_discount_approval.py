from odoo import fields, models


class CrmDiscountApproval(models.Model):
    """Who allowed which discount above the ceiling on an order, and why. Written by the dialogue, never changed."""

    _name = "crm.discount.approval"
    _inherit = "crm.cell.mixin"
    _description = "Discount Approval"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade", index=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="For whom it was approved: it does not follow the order to another customer.",
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    user_id = fields.Many2one("res.users", string="Approved by", required=True, ondelete="restrict", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    discount = fields.Float(
        string="Up to Discount",
        digits=(5, 2),
        required=True,
        readonly=True,
        help="Highest discount of a line on that day, in percent. Lines with more need a new approval.",
    )
    ceiling = fields.Float(digits=(5, 2), readonly=True, help="Ceiling of the customer on that day, in percent.")
