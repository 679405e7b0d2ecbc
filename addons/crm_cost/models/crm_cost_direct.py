from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_cost_activity import ADDITIVE

KINDS = [
    ("rebate", "Rebates"),
    ("free_goods", "Free goods"),
    ("freight", "Freight"),
    ("returns", "Returns"),
    ("commission", "Commissions"),
    ("payment_fee", "Payment fees"),
    ("credit_insurance", "Credit insurance"),
    ("warranty", "Warranty"),
    ("bad_debt", "Bad debt"),
    ("collection", "Collection"),
    ("litigation", "Litigation"),
    ("exchange", "Exchange differences"),
    ("other", "Other direct cost"),
]
#: Kinds that are levels of the statement themselves; the others are direct cost.
OWN_LEVELS = ("rebate", "bad_debt", "collection", "litigation", "exchange")
METHODS = [
    ("none", "Not attributed"),
    ("equal", "Equal shares"),
    ("measure", "In proportion to an indicator"),
    ("amount", "An amount for each unit of an indicator"),
]


class CrmCostDirect(models.Model):
    """Cost that belongs to a customer: booked for him, or divided by a key; never both for the same amount."""

    _name = "crm.cost.direct"
    _description = "Direct Cost"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, help="For example Freight out, Commissions, Payment fees.")
    active = fields.Boolean(
        default=True, help="The accounts of an archived direct cost are not attributed to anyone from then on."
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="freight",
        help="Rebates lower net revenue. Bad debt, collection, litigation and exchange differences stand below the "
        "result after service; everything else is part of it.",
    )
    # Where the cost is booked
    account_role_ids = fields.One2many("crm.cost.account.role", "direct_id", string="Account Map")
    account_ids = fields.Many2many(
        "account.account",
        string="Accounts",
        compute="_compute_account_ids",
        inverse="_inverse_account_ids",
        search="_search_account_ids",
        help="What is booked on these accounts is this cost. Items with a customer are his; the rest goes by key.",
    )
    pool_id = fields.Many2one(
        "crm.cost.pool",
        string="Taken out of",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Without accounts of its own: the cost pool the amount is booked in. It is taken out there before the "
        "rate is computed, so that nothing is charged twice.",
    )
    # How the rest reaches customers
    method = fields.Selection(
        METHODS,
        string="Rest",
        required=True,
        default="none",
        help="What happens with what was booked for no particular customer.",
    )
    measure_id = fields.Many2one(
        "crm.measure",
        string="Indicator",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("reviewed", "=", True), ("aggregate", "in", ADDITIVE), ("group_ids", "=", False)],
        help="Customer indicator whose figures of the month divide the rest, or are multiplied by the amount.",
    )
    amount_per_unit = fields.Float(
        string="Amount Each",
        digits=(16, 6),
        help="Cost of one unit of the indicator: of one delivery, or 0.015 of each unit of money invoiced.",
    )
    result_ids = fields.One2many("crm.cost.direct.result", "direct_id", string="Months")

    _amount_positive = models.Constraint(
        "CHECK (amount_per_unit >= 0 AND amount_per_unit < 1e12)", "The amount cannot be negative."
    )
    _measure_given = models.Constraint(
        "CHECK ((method IN ('measure', 'amount')) = (measure_id IS NOT NULL))",
        "An indicator goes with a key by indicator or an amount for each unit, and only there.",
    )
    _pool_amount = models.Constraint(
        "CHECK (pool_id IS NULL OR method = 'amount')",
        "Out of a cost pool goes an amount for each unit of an indicator.",
    )

    @api.depends("account_role_ids.account_id")
    def _compute_account_ids(self):
        for direct in self:
            direct.account_ids = direct.account_role_ids.account_id

    def _inverse_account_ids(self):
        """Keep the account map in line: it alone says where an account belongs."""
        for direct in self:
            wanted, roles = direct.account_ids, direct.account_role_ids
            missing = wanted - roles.account_id
            roles.filtered(lambda role, wanted=wanted: role.account_id not in wanted).unlink()
            common = {"company_id": direct.company_id.id, "role": "direct", "direct_id": direct.id}
            self.env["crm.cost.account.role"].create([{"account_id": account.id, **common} for account in missing])

    def _search_account_ids(self, operator, value):
        return [("account_role_ids.account_id", operator, value)]

    @api.constrains("measure_id")
    def _check_measure_id(self):
        self.measure_id._check_open()
        for direct in self.filtered("measure_id"):
            if not direct.measure_id.reviewed or direct.measure_id.aggregate not in ADDITIVE:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s cannot carry cost: choose a reviewed indicator that counts or sums.",
                        indicator=direct.measure_id.name,
                    )
                )

    @api.constrains("pool_id", "method", "account_role_ids")
    def _check_source(self):
        """An amount must say where it is booked: what is nowhere taken out would be counted twice."""
        for direct in self:
            if direct.pool_id and direct.account_role_ids:
                raise ValidationError(
                    self.env._(
                        "%(direct)s has accounts of its own and is not taken out of a cost pool as well.",
                        direct=direct.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_id(self):
        for direct in self:
            if direct.account_role_ids and direct.account_role_ids.company_id != direct.company_id:
                raise ValidationError(
                    self.env._("%(direct)s has accounts of another company. Remove them first.", direct=direct.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        lines_sudo, results_sudo = self.env["crm.cost.line"].sudo(), self.env["crm.cost.direct.result"].sudo()
        signed = [("direct_id", "in", self.ids), ("period_id.state", "=", "closed")]
        if lines_sudo.search_count([("direct_id", "in", self.ids)], limit=1) or results_sudo.search_count(signed):
            raise UserError(self.env._("Months have been computed with this direct cost. Archive it instead."))

    def action_open_results(self):
        """Open what became of this cost, month by month."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_direct_result_action")
        return {**action, "domain": [("direct_id", "in", self.ids), ("period_id.shown", "=", True)], "context": {}}

    def _level(self):
        """Return the level of the statement the cost stands in."""
        self.ensure_one()
        return self.kind if self.kind in OWN_LEVELS else "direct"
