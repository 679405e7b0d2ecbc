"""What the pools cost and can do in a period, and what they do for each other, before customers are charged."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..tools import allocation, reciprocal
from ..tools.months import fiscal_month, months_back


class Supply(NamedTuple):
    """One pool in one month. Services are taken into account in ``net``, ``rate`` and ``own_minutes``."""

    cost: Decimal
    budget: Decimal
    received: Decimal
    given: Decimal
    minutes: Fraction
    own_minutes: Fraction
    people: float
    basis_cost: Fraction
    basis_minutes: Fraction
    months: int
    issue: str | None

    @property
    def net(self):
        """Cost of the month after services: what is charged, unused, and variance of the rate and of the budget."""
        return self.cost + self.received - self.given

    @property
    def rate(self):
        return allocation.rate(self.basis_cost, self.basis_minutes)


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _pool_costs(self):
        """Return ``{pool id: (cost of the month, cost of twelve months, how many of them the pool has cost for)}``."""
        _begin, months = self._basis()
        rows = self.env.execute_query(
            SQL(
                "SELECT pool_id, COALESCE(SUM(balance) FILTER (WHERE date >= %s), 0), SUM(balance), MIN(date)"
                " FROM crm_cost_supplied GROUP BY pool_id",
                self.date_from,
            )
        )
        costs = {}
        for pool, cost, basis, first_day in rows:
            # A department that is three months old has a basis of three months.
            first = fiscal_month(first_day, *self._fiscal_end(self.company_id))[0]
            costs[pool] = (cost, basis, sum(month >= first for month in months))
        return costs

    def _supplies(self, pools):
        """Return ``{pool: Supply}``."""
        months = months_back(self.date_to + timedelta(days=1), 12, *self._fiscal_end(self.company_id))
        costs, nothing = self._pool_costs(), (0, 0, 1)
        plain = {pool: self._plain_supply(pool, months, *costs.get(pool.id, nothing)) for pool in pools}
        shares, cut = self._service_shares(plain)
        if stuck := reciprocal.circles(shares):
            # It cannot be typed with shares; with minutes it can happen in one month and not in the next.
            return {p: supply._replace(issue="circular" if p.id in stuck else None) for p, supply in plain.items()}
        return self._with_services(plain, shares, cut)

    def _plain_supply(self, pool, months, cost, basis_cost, count):
        """Return what a pool costs and can do, as if it served no other."""
        # Numbers of the database come as floats; rounded to the last minor unit they are exact again.
        cost, basis_cost = (allocation.rounded(number, self._unit()) for number in (cost, basis_cost))
        capacities = pool._capacities(months)
        minutes = [Fraction(Decimal(str(number))) for number, _people in capacities]
        budgets = [Decimal(str(number)) for number in pool._budgets(months)]
        if pool.rate_basis == "budget":
            basis_cost, count = sum(budgets), len(months)
        elif pool.rate_basis == "month":
            basis_cost, count = cost, 1
        return Supply(
            cost=cost,
            budget=budgets[-1] if pool.rate_basis == "budget" else Decimal(0),
            received=Decimal(0),
            given=Decimal(0),
            minutes=minutes[-1],
            own_minutes=minutes[-1],
            people=capacities[-1][1],
            basis_cost=Fraction(basis_cost),
            basis_minutes=sum(minutes[-max(count, 1) :], Fraction(0)),
            months=max(count, 1),
            issue=None,
        )

    # Pools that serve pools

    def _service_shares(self, plain):
        """Return ``{provider id: {receiver id: share}}`` in this month, and the providers that were asked too much."""
        shares, cut = {}, set()
        for pool in plain:
            given = {
                service.receiver_id.id: self._service_share(service, plain[pool])
                for service in pool.service_ids
                if service.receiver_id in plain
            }
            given = {receiver: share for receiver, share in given.items() if share}
            whole = sum(given.values())
            if whole > 1:
                cut.add(pool.id)
                given = {receiver: share / whole for receiver, share in given.items()}
            if given:
                shares[pool.id] = given
        return shares, cut

    def _service_share(self, service, supply):
        """Return the part of a pool that a service uses in this month."""
        if service.basis == "share":
            return Fraction(Decimal(str(service.share)))
        minutes = Fraction(Decimal(str(service.minutes)))
        if service.basis == "measure":
            if not service.measure_id.reviewed:
                return Fraction(0)
            rows = service.measure_id._cost_rows_sql(self.company_id, self.date_from, self.date_to)
            [(quantity,)] = self.env.execute_query(SQL("SELECT COALESCE(SUM(quantity), 0) FROM (%s) work", rows))
            minutes *= max(Fraction(Decimal(str(quantity))), 0)
        return minutes / supply.minutes if supply.minutes else Fraction(0)

    def _with_services(self, plain, shares, cut):
        """Move cost between pools: of the month to the last minor unit, of the rate's basis exactly."""
        if not shares:
            return plain
        moved = reciprocal.solve({pool.id: supply.cost for pool, supply in plain.items()}, shares)
        net = reciprocal.balanced({pool: got - passed for pool, (got, passed) in moved.items()}, self._unit())
        # Rates stand on a month's average: pools may differ in how many months their rate is made of.
        averages = {pool.id: supply.basis_cost / supply.months for pool, supply in plain.items()}
        rates = reciprocal.solve(averages, shares)
        result = {}
        for pool, supply in plain.items():
            if pool.id not in moved:
                result[pool] = supply
                continue
            kept = 1 - sum(shares.get(pool.id, {}).values(), Fraction(0))
            given = allocation.rounded(moved[pool.id][1], self._unit())
            got, passed = rates[pool.id]
            result[pool] = supply._replace(
                given=given,
                received=net[pool.id] + given,
                own_minutes=supply.minutes * kept,
                basis_cost=supply.basis_cost + (got - passed) * supply.months,
                basis_minutes=supply.basis_minutes * kept,
                issue="too_much_asked" if pool.id in cut else None,
            )
        return result
