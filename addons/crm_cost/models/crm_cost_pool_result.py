from odoo import api, fields, models


class CrmCostPoolResult(models.Model):
    """What became of the cost of a pool in a month: charged, unused, or a variance to the ledger."""

    _name = "crm.cost.pool.result"
    _inherit = "crm.cost.currency.mixin"
    _description = "Use of Capacity"
    _order = "period_id, pool_id, id"
    _rec_name = "pool_id"
    _log_access = False

    period_id = fields.Many2one("crm.cost.period", required=True, ondelete="cascade", index=True, readonly=True)
    pool_id = fields.Many2one(
        "crm.cost.pool", string="Cost Pool", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    people = fields.Float(digits=(16, 2), readonly=True, aggregator=None, help="People of the pool in the month.")
    restricted = fields.Boolean(
        string="For Managers Only",
        readonly=True,
        help="Fewer than three people: what a minute costs would tell somebody's wage.",
    )
    rate_basis = fields.Selection(
        "_selection_rate_basis", readonly=True, help="What the rate was made of when the month was computed."
    )
    cost = fields.Monetary(readonly=True, help="Booked on the accounts of the pool in the month.")
    received = fields.Monetary(readonly=True, help="Cost of what other pools did for this one.")
    given = fields.Monetary(readonly=True, help="Cost of what this pool did for other pools.")
    budget = fields.Monetary(readonly=True, help="What the pool should have cost, where its rate stands on a budget.")
    capacity_minutes = fields.Float(string="Capacity (minutes)", digits=(16, 2), readonly=True)
    given_minutes = fields.Float(digits=(16, 2), readonly=True, help="Working time for other pools.")
    used_minutes = fields.Float(digits=(16, 2), readonly=True, help="Working time of all activities.")
    unused_minutes = fields.Float(digits=(16, 2), readonly=True, help="Negative when more was used than there is.")
    basis_cost = fields.Monetary(readonly=True, help="Cost the rate is made of, services of other pools included.")
    basis_minutes = fields.Float(
        digits=(16, 2), readonly=True, help="Capacity the rate is made of, without what other pools use."
    )
    rate = fields.Float(
        string="Rate per Minute",
        digits=(16, 6),
        readonly=True,
        aggregator="avg",
        help="Basis cost / basis minutes; of several months or pools, of their sums.",
    )
    usage = fields.Float(compute="_compute_usage", help="Used minutes, those for other pools included, / capacity.")
    charged = fields.Monetary(readonly=True, help="Charged to customers, to own companies and to nobody.")
    unused = fields.Monetary(readonly=True, help="Unused capacity at the rate. It is never charged to customers.")
    variance = fields.Monetary(
        readonly=True, help="Cost of the month, after services, less capacity at the rate; budget variance included."
    )
    variance_budget = fields.Monetary(
        string="Of Which Budget", readonly=True, help="Booked in the month less the budget."
    )
    doubtful = fields.Integer(
        string="Doubtful Documents",
        readonly=True,
        help="Documents whose time equation gave minutes below zero, or no number: they count as no time.",
    )
    issue = fields.Selection(
        [
            ("circular", "Pools give everything to each other: services left out"),
            ("no_capacity", "No capacity: nothing charged"),
            ("not_reviewed", "An indicator is not reviewed: not charged"),
            ("broken", "An indicator cannot be computed: not charged"),
            ("wrong_term", "A term of a time equation cannot be used: not charged"),
            ("too_much_asked", "Other pools ask for more than there is"),
            ("over_used", "More used than there is"),
            ("negative", "Cost below zero"),
            ("doubtful", "Documents with impossible minutes"),
        ],
        readonly=True,
        help="What to look at before trusting the rate.",
    )

    _ratios = {"rate": ("basis_cost", "basis_minutes", 1)}

    _pool_uniq = models.UniqueIndex("(pool_id, period_id)")

    @api.model
    def _selection_rate_basis(self):
        return self.env["crm.cost.pool"]._fields["rate_basis"]._description_selection(self.env)

    @api.depends("used_minutes", "given_minutes", "capacity_minutes")
    def _compute_usage(self):
        for result in self:
            used = result.used_minutes + result.given_minutes
            result.usage = used / result.capacity_minutes if result.capacity_minutes else 0.0
