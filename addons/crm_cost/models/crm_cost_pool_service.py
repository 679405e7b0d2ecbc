from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import reciprocal


class CrmCostPoolService(models.Model):
    """What one pool does for another: its cost moves there before customers are charged."""

    _name = "crm.cost.pool.service"
    _description = "Service Between Cost Pools"
    _order = "pool_id, sequence, id"
    _rec_name = "receiver_id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    pool_id = fields.Many2one(
        "crm.cost.pool",
        string="From",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Pool that does the work, for example IT.",
    )
    company_id = fields.Many2one(related="pool_id.company_id", store=True, index=True)
    receiver_id = fields.Many2one(
        "crm.cost.pool",
        string="For",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Pool the work is done for. Pools may serve each other: that is solved exactly.",
    )
    basis = fields.Selection(
        [("share", "Share of its cost"), ("minutes", "Minutes a month"), ("measure", "Customer indicator")],
        required=True,
        default="share",
        help="How much of the pool the other one uses: a fixed share of its cost; so many minutes of its capacity; or "
        "as many documents as an indicator counts in the month, for example internal tickets, times minutes each.",
    )
    share = fields.Float(digits=(16, 6), help="Part of the cost of the pool that the other one uses.")
    minutes = fields.Float(
        digits=(16, 4), help="Minutes of the pool's capacity: a month, or for each document of the indicator."
    )
    measure_id = fields.Many2one(
        "crm.measure",
        string="How Often",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("reviewed", "=", True), ("aggregate", "in", ("count", "days", "sum")), ("group_ids", "=", False)],
        help="Customer indicator that counts the documents the pool works on for the other one.",
    )

    _receiver_uniq = models.UniqueIndex("(pool_id, receiver_id)", "This pool is in the list already.")
    _other_pool = models.Constraint("CHECK (pool_id <> receiver_id)", "A pool cannot serve itself.")
    _share_valid = models.Constraint("CHECK (share >= 0 AND share <= 1)", "A share is between 0 and 100 %.")
    _minutes_valid = models.Constraint(
        "CHECK (minutes >= 0 AND minutes < 1e9)", "The minutes of a service cannot be negative."
    )
    _measure_given = models.Constraint(
        "CHECK (basis <> 'measure' OR measure_id IS NOT NULL)", "Choose the indicator that counts the work."
    )

    @api.constrains("measure_id")
    def _check_measure_id(self):
        self.measure_id._check_carries_cost()

    @api.constrains("pool_id", "receiver_id", "share", "basis")
    def _check_share(self):
        """Refuse shares above the whole, and pools that give all they cost to each other: nobody would ever pay it."""
        for company in self.company_id:
            services = self.search([("company_id", "=", company.id), ("basis", "=", "share")])
            shares = services._fixed_shares()
            for pool, given in shares.items():
                if sum(given.values()) > 1:
                    raise ValidationError(self.env._("%(pool)s gives away more than it costs.", pool=pool.name))
            numbers = {pool.id: {to.id: share for to, share in given.items()} for pool, given in shares.items()}
            if stuck := reciprocal.circles(numbers):
                pools = self.env["crm.cost.pool"].browse(stuck)
                raise ValidationError(
                    self.env._(
                        "%(pools)s would give everything they cost to each other, and nobody would ever pay for it. "
                        "One of them must keep a part or serve another pool.",
                        pools=", ".join(pools.mapped("name")),
                    )
                )

    def _fixed_shares(self):
        """Return ``{provider: {receiver: share}}`` of the pools in use."""
        shares = {}
        for service in self.filtered(lambda service: service.pool_id.active and service.receiver_id.active):
            share = Fraction(Decimal(str(service.share)))
            shares.setdefault(service.pool_id, {})[service.receiver_id] = share
        return shares
