"""How the cost of pools reaches customers through activities, and what is left of it."""

from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools import allocation
from ..tools.months import fiscal_month


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _pool_costs(self):
        """Return ``{pool id: (cost of the month, basis cost, months in the basis)}``."""
        begin, months = self._basis()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT pool_id, SUM(balance) FILTER (WHERE date >= %(date_from)s), SUM(balance), MIN(date)
                  FROM (%(items)s) item
                 GROUP BY pool_id
                """,
                date_from=self.date_from,
                items=self._pool_items_sql(begin),
            )
        )
        costs = {}
        for pool, cost, basis, first_day in rows:
            # A department that is three months old has a basis of three months.
            first = fiscal_month(first_day, *self._fiscal_end(self.company_id))[0]
            costs[pool] = (cost or Decimal(0), basis, sum(month >= first for month in months))
        return costs

    def _fill_pools(self):
        """Charge the activities of every pool and settle what is left of its cost; return its results."""
        costs = self._pool_costs()
        pools = self.env["crm.cost.pool"].search([("company_id", "=", self.company_id.id)])
        results = []
        for pool in pools:
            cost, basis_cost, months = costs.get(pool.id, (Decimal(0), Decimal(0), 0))
            if pool.rate_basis == "month":
                basis_cost, months = cost, 1
            basis_minutes = Decimal(str(pool.capacity_minutes)) * max(months, 1)
            unreviewed = pool.activity_ids.filtered(lambda activity: not activity.measure_id.reviewed)
            for activity in pool.activity_ids - unreviewed:
                self._fill_activity(activity, basis_cost, basis_minutes)
            results.append(self._settle_pool(pool, cost, basis_cost, basis_minutes, bool(unreviewed)))
        return results

    def _fill_activity(self, activity, basis_cost, basis_minutes):
        """Charge one activity to whoever its documents are for, in one statement."""
        rate = SQL("%s::numeric / %s::numeric", basis_cost, basis_minutes) if basis_minutes else SQL("0")
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_fresh
                SELECT who.partner_id, 'activity', %(attribution)s, %(activity)s, %(pool)s, NULL,
                       ROUND(who.quantity::numeric, 4), ROUND(who.quantity::numeric * %(minutes)s::numeric, 4),
                       -ROUND(who.quantity::numeric * %(minutes)s::numeric * %(rate)s / %(unit)s) * %(unit)s
                  FROM (%(rows)s) who
                 WHERE who.quantity <> 0 AND who.quantity::float8 BETWEEN -1e12 AND 1e12 -- one NaN would spoil it all
                """,
                attribution=self._attribution_sql(),
                activity=activity.id,
                pool=activity.pool_id.id,
                minutes=Decimal(str(activity.minutes_per_unit)),
                rate=rate,
                unit=self._unit(),
                rows=activity.measure_id._cost_rows_sql(self.company_id, self.date_from, self.date_to),
            )
        )

    def _settle_pool(self, pool, cost, basis_cost, basis_minutes, unreviewed):
        """Add unused capacity and variance of a pool, and return its result."""
        [(charged, used)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(-SUM(amount), 0), COALESCE(SUM(minutes), 0) FROM crm_cost_fresh"
                " WHERE level = 'activity' AND pool_id = %s",
                pool.id,
            )
        )
        capacity = Decimal(str(pool.capacity_minutes))
        minute_rate = allocation.rate(basis_cost, basis_minutes)
        settled = allocation.settle(cost, capacity, minute_rate, used, charged, self._unit())
        for level, amount in (("unused", settled.unused), ("variance", settled.variance)):
            if amount:
                self.env.cr.execute(
                    SQL(
                        "INSERT INTO crm_cost_fresh VALUES (NULL, %s, 'none', NULL, %s, NULL, NULL, NULL, %s)",
                        level,
                        pool.id,
                        -amount,
                    )
                )
        over_used = minute_rate is not None and settled.unused_minutes < 0
        issues = {
            "no_capacity": minute_rate is None,
            "not_reviewed": unreviewed,
            "over_used": over_used,
            "negative": basis_cost < 0,
        }
        return {
            "pool_id": pool.id,
            "cost": float(cost),
            "capacity_minutes": float(capacity),
            "used_minutes": float(used),
            "unused_minutes": float(settled.unused_minutes),
            "basis_cost": float(basis_cost),
            "basis_minutes": float(basis_minutes),
            "rate": float(settled.rate),
            "charged": float(charged),
            "unused": float(settled.unused),
            "variance": float(settled.variance),
            "issue": next((issue for issue, present in issues.items() if present), False),
        }
