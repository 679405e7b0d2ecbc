from odoo import fields, models

CHANNELS = [("phone", "Phone"), ("email", "E-mail"), ("meeting", "Visit"), ("portal", "Portal")]


class CrmPolicyMixin(models.AbstractModel):
    """What a segment, or an agreement with one customer, says about the service due. All of it may stay empty."""

    _name = "crm.policy.mixin"
    _description = "Service Policy"

    policy_response_hours = fields.Float(
        string="Response Time",
        help="Working hours within which these customers get an answer. 0: not defined here.",
    )
    policy_contact_days = fields.Integer(
        string="Contact Rhythm",
        help="Days without any contact after which somebody gets in touch. 0: not defined here.",
    )
    policy_channel = fields.Selection(
        CHANNELS, string="Preferred Channel", help="How to get in touch with these customers."
    )
    policy_limits_discount = fields.Boolean(
        string="Limit Discounts", help="Set a ceiling for discounts here. Without it, none is defined here."
    )
    policy_discount_ceiling = fields.Float(
        string="Discount Ceiling",
        digits=(5, 2),
        help="Highest discount in percent, 0 for none at all. It is compared with what a line of an order costs less "
        "than the price of its pricelist: by its discount, by a price typed lower, by a discount on the whole order. "
        "What the pricelist itself gives is always allowed. Orders are checked as the Settings say.",
    )
    policy_team_id = fields.Many2one(
        "crm.team",
        string="Team in Charge",
        ondelete="set null",
        index="btree_not_null",
        help="Team that looks after these customers; its leader is asked when a customer has no salesperson.",
    )
    policy_courtesy_ids = fields.Many2many(
        "crm.courtesy", string="Courtesies", help="What staff may offer these customers without asking."
    )
    policy_treatment = fields.Text(
        string="How to Treat Them", translate=True, help="In a sentence or two, for whoever meets such a customer."
    )

    _policy_response_range = models.Constraint(
        "CHECK (policy_response_hours >= 0 AND policy_response_hours <= 10000)",
        "A response time must be between 0 and 10,000 hours.",
    )
    _policy_contact_range = models.Constraint(
        "CHECK (policy_contact_days >= 0 AND policy_contact_days <= 3660)",
        "A contact rhythm must be between 0 and 3,660 days.",
    )
    _policy_ceiling_range = models.Constraint(
        "CHECK (policy_discount_ceiling >= 0 AND policy_discount_ceiling <= 100)",
        "A discount ceiling must be between 0 % and 100 %.",
    )
