from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: Fewer people than this, and what a minute of the pool costs is somebody's wage.
SMALL = 3


class CrmCostPool(models.Model):
    """A department or team whose cost is used up by what customers ask of it."""

    _name = "crm.cost.pool"
    _description = "Cost Pool"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="Department or team, for example Sales and service.")
    active = fields.Boolean(
        default=True, help="The accounts of an archived pool are not attributed to anyone from then on."
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    # Cost supplied
    account_role_ids = fields.One2many("crm.cost.account.role", "pool_id", string="Account Map")
    account_ids = fields.Many2many(
        "account.account",
        string="Expense Accounts",
        compute="_compute_account_ids",
        inverse="_inverse_account_ids",
        search="_search_account_ids",
        help="What is booked on these accounts is the cost of the pool. An account has one place only.",
    )
    rate_basis = fields.Selection(
        [("year", "Average of 12 months"), ("month", "The month itself")],
        required=True,
        default="year",
        help="Cost and capacity the rate per minute is made of. The average of the twelve months that end with the "
        "period keeps a holiday month from doubling the rate.",
    )
    # Practical capacity
    people = fields.Float(
        digits=(16, 2),
        groups="crm_cost.group_profit_manager",
        help="Full-time people in this department. With fewer than three, or an unknown number, only managers see what "
        "a minute costs: it would tell somebody's wage.",
    )
    hours_per_month = fields.Float(
        default=160.0,
        digits=(16, 2),
        groups="crm_cost.group_profit_manager",
        help="Paid working hours of one person in a month.",
    )
    practical_share = fields.Float(
        default=0.8,
        digits=(16, 4),
        groups="crm_cost.group_profit_manager",
        help="Share of the paid hours left for work: the rest is breaks, training, leave.",
    )
    capacity_minutes = fields.Float(
        string="Practical Capacity (minutes)",
        compute="_compute_capacity_minutes",
        store=True,
        readonly=False,
        digits=(16, 2),
        groups="crm_cost.group_profit_manager",
        help="Minutes of work the pool can give in a month: people x hours x practical share, or your own figure.",
    )
    activity_ids = fields.One2many("crm.cost.activity", "pool_id", string="Activities")
    result_ids = fields.One2many("crm.cost.pool.result", "pool_id", string="Months")
    result_count = fields.Integer(compute="_compute_result_count")
    hint = fields.Char(
        compute="_compute_hint",
        groups="crm_cost.group_profit_manager",
        help="What is still missing before the pool can be charged.",
    )

    _capacity_valid = models.Constraint(
        "CHECK (capacity_minutes >= 0 AND capacity_minutes < 1e12)", "The capacity cannot be negative."
    )
    _practical_share_valid = models.Constraint(
        "CHECK (practical_share >= 0 AND practical_share <= 1)", "The practical share is between 0 and 100 %."
    )

    @api.depends("account_role_ids.account_id", "account_role_ids.analytic_account_id", "account_role_ids.partner_kind")
    def _compute_account_ids(self):
        for pool in self:
            pool.account_ids = pool._whole_roles().account_id

    def _inverse_account_ids(self):
        """Keep the account map in line: it alone says where an account belongs."""
        for pool in self:
            wanted, roles = pool.account_ids, pool._whole_roles()
            missing = wanted - roles.account_id
            roles.filtered(lambda role, wanted=wanted: role.account_id not in wanted).unlink()
            self.env["crm.cost.account.role"].create(
                [
                    {"account_id": account.id, "company_id": pool.company_id.id, "role": "pool", "pool_id": pool.id}
                    for account in missing
                ]
            )

    def _whole_roles(self):
        """Return the lines of the account map that give the pool all of an account, and not a share of its items."""
        return self.account_role_ids.filtered(lambda role: not role.analytic_account_id and role.partner_kind == "any")

    def _search_account_ids(self, operator, value):
        return [("account_role_ids.account_id", operator, value)]

    @api.depends("people", "hours_per_month", "practical_share")
    def _compute_capacity_minutes(self):
        for pool in self:
            pool.capacity_minutes = pool.people * pool.hours_per_month * 60 * pool.practical_share

    @api.depends("result_ids")
    def _compute_result_count(self):
        domain = [("pool_id", "in", self.ids), ("period_id.shown", "=", True)]
        groups = self.env["crm.cost.pool.result"]._read_group(domain, ["pool_id"], ["__count"])
        counts = dict(groups)
        for pool in self:
            pool.result_count = counts.get(pool, 0)

    @api.constrains("company_id")
    def _check_company_id(self):
        for pool in self:
            if pool.company_id != pool.account_role_ids.company_id and pool.account_role_ids:
                raise ValidationError(
                    self.env._("%(pool)s has accounts of another company. Remove them first.", pool=pool.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_computed(self):
        if self.env["crm.cost.pool.result"].sudo().search_count([("pool_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Months have been computed with this cost pool. Archive it instead."))

    def action_open_results(self):
        """Open what became of the pool's cost, month by month."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_pool_result_action")
        return {**action, "domain": [("pool_id", "in", self.ids), ("period_id.shown", "=", True)], "context": {}}
