"""What direct costs take out of pools, before the rate of the pools is computed: nothing is charged twice."""

from odoo import models
from odoo.tools import SQL

from ..tools.allocation import exact


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _pool_costs(self):
        """Take out of each pool what direct costs charge for it, in the month and in the months of the basis."""
        costs = super()._pool_costs()
        for direct in self._directs().filtered("pool_id"):
            taken = self._taken(direct)
            if taken:
                cost, basis, months = costs.get(direct.pool_id.id, (0, 0, 0))
                basis = exact(basis) - self._taken_in_basis(direct)
                costs[direct.pool_id.id] = (exact(cost) - taken, basis, months)
        return costs

    def _taken(self, direct):
        """Return what customers were charged with in this computation; 0 when it was refused."""
        [(amount,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(-SUM(amount), 0) FROM crm_cost_fresh WHERE direct_id = %s AND role = 'pool'", direct.id
            )
        )
        return exact(amount)

    def _taken_in_basis(self, direct):
        """Return the same for all months the rate is made of."""
        begin, _months = self._basis()
        [(amount,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(ROUND(quantity * %(each)s / %(unit)s) * %(unit)s), 0) FROM (%(rows)s) weight"
                " WHERE quantity > 0",
                each=exact(direct.amount_per_unit),
                unit=self._unit(),
                rows=self._quantities_sql(direct, begin),
            )
        )
        return exact(amount)
