from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_measure_time import ADDITIVE

#: Ways in which customers reach us: what does it cost to answer them?
CHANNELS = [
    ("call", "Call"),
    ("mail", "Mail"),
    ("visit", "Visit"),
    ("chat", "Chat"),
    ("web", "Web"),
    ("order", "Order"),
    ("delivery", "Delivery"),
    ("invoice", "Invoice"),
    ("other", "Other"),
]


class CrmCostActivity(models.Model):
    """Something done for customers: how often is an indicator, how long it takes is typed."""

    _name = "crm.cost.activity"
    _inherit = "crm.cost.equation.mixin"
    _description = "Cost Activity"
    _order = "pool_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, help="What is done, for example Handle an order.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    pool_id = fields.Many2one(
        "crm.cost.pool", string="Cost Pool", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="pool_id.company_id", store=True, index=True)
    measure_id = fields.Many2one(
        "crm.measure",
        string="How Often",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("reviewed", "=", True), ("aggregate", "in", ADDITIVE), ("group_ids", "=", False)],
        help="Customer indicator that counts how often the activity was done for each customer.",
    )
    channel = fields.Selection(
        CHANNELS,
        index="btree_not_null",
        help="How the customer reached us, or what was done: for what it costs to answer a call, a mail, a visit.",
    )

    @api.constrains("measure_id")
    def _check_measure_id(self):
        self.measure_id._check_carries_cost()

    @api.constrains("measure_id", "company_id")
    def _check_measure_company(self):
        """Refuse to charge documents that belong to no company in two companies."""
        for activity in self.filtered(lambda activity: not activity.measure_id.company_path):
            others = self.sudo().search_count(
                [("measure_id", "=", activity.measure_id.id), ("company_id", "!=", activity.company_id.id)], limit=1
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "The documents of %(indicator)s belong to no company, and another company charges them.",
                        indicator=activity.measure_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        if self.env["crm.cost.line"].sudo().search_count([("activity_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Customers have been charged with this activity. Archive it instead."))
