"""How the cost of pools reaches customers through activities, and what is left of it."""

from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools import allocation
from .crm_cost_pool import SMALL


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _fill_pools(self):
        """Charge the activities of every pool and settle what is left of its cost; return its results."""
        pools = self.env["crm.cost.pool"].search([("company_id", "=", self.company_id.id)])
        results = []
        for pool, supply in self._supplies(pools).items():
            unusable = {activity: activity._unusable() for activity in pool.activity_ids}
            doubtful = sum(
                self._fill_activity(activity, supply.rate) for activity, reason in unusable.items() if not reason
            )
            reason = next((reason for reason in unusable.values() if reason), None)
            results.append(self._settle_pool(pool, supply, reason, doubtful))
        return results

    def _fill_activity(self, activity, rate):
        """Charge one activity to whoever its documents are for, in one statement.

        :return: number of documents, or customers, whose minutes were impossible and count as none
        """
        parts = [
            activity.measure_id._time_rows_sql(
                self.company_id,
                first,
                last,
                equation._base_minutes(),
                equation._term_values(),
                recorded=activity.time_source == "timesheet",
            )
            for equation, first, last in activity._time_parts(self.date_from, self.date_to)
        ]
        rows = SQL(" UNION ALL ").join(parts)
        if len(parts) > 1:
            rows = SQL(
                "SELECT partner_id, SUM(quantity) AS quantity, SUM(minutes) AS minutes, SUM(doubtful) AS doubtful"
                " FROM (%s) part GROUP BY partner_id",
                rows,
            )
        [(doubtful,)] = self.env.execute_query(
            SQL(
                """
                WITH work AS MATERIALIZED (%(rows)s),
                     charged AS (
                     INSERT INTO crm_cost_fresh (partner_id, level, attribution, activity_id, pool_id,
                                                 quantity, minutes, amount)
                     SELECT who.partner_id, 'activity', %(attribution)s, %(activity)s, %(pool)s,
                            ROUND(who.quantity::numeric, 4), ROUND(time.spent, 4),
                            -ROUND(time.spent * %(rate)s / %(unit)s) * %(unit)s
                       FROM work who
                      CROSS JOIN LATERAL (
                            SELECT CASE WHEN %(possible)s THEN who.minutes::numeric ELSE 0 END AS spent
                            ) time
                      WHERE who.quantity <> 0 AND who.quantity::float8 BETWEEN -1e12 AND 1e12 -- NaN would spoil it all
                     )
                SELECT COALESCE(SUM(who.doubtful), 0) + COUNT(*) FILTER (WHERE NOT %(possible)s) FROM work who
                """,
                rows=rows,
                attribution=self._attribution_sql(),
                activity=activity.id,
                pool=activity.pool_id.id,
                rate=SQL("%s::numeric / %s::numeric", Decimal(rate.numerator), Decimal(rate.denominator))
                if rate is not None
                else SQL("0"),
                possible=SQL("who.minutes::float8 BETWEEN 0 AND 1e12"),
                unit=self._unit(),
            )
        )
        return int(doubtful)

    def _settle_pool(self, pool, supply, reason, doubtful):
        """Add what is left of the cost of a pool, and return its result."""
        [(charged, used)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(-SUM(amount), 0), COALESCE(SUM(minutes), 0) FROM crm_cost_fresh"
                " WHERE level = 'activity' AND pool_id = %s",
                pool.id,
            )
        )
        settled = allocation.settle(supply.net, supply.own_minutes, supply.rate, used, charged, self._unit())
        over_budget = supply.cost - supply.budget if pool.rate_basis == "budget" else Decimal(0)
        self._add_rest(pool, "unused", None, settled.unused)
        self._add_rest(pool, "variance", "budget", over_budget)
        self._add_rest(pool, "variance", "rate", settled.variance - over_budget)
        self._add_rest(pool, "variance", "service", supply.given - supply.received)
        small = supply.people < SMALL
        if small:
            # Amount and minutes together would tell what a minute of one or two people costs.
            self.env.cr.execute(SQL("UPDATE crm_cost_fresh SET minutes = NULL WHERE pool_id = %s", pool.id))
        return {
            "pool_id": pool.id,
            "people": supply.people,
            "rate_basis": pool.rate_basis,
            "restricted": small,
            "cost": float(supply.cost),
            "received": float(supply.received),
            "given": float(supply.given),
            "budget": float(supply.budget),
            "capacity_minutes": float(supply.minutes),
            "given_minutes": float(supply.minutes - supply.own_minutes),
            "used_minutes": float(used),
            "unused_minutes": float(settled.unused_minutes),
            "basis_cost": float(supply.basis_cost),
            "basis_minutes": float(supply.basis_minutes),
            "rate": float(settled.rate),
            "charged": float(charged),
            "unused": float(settled.unused),
            "variance": float(settled.variance),
            "variance_budget": float(over_budget),
            "doubtful": doubtful,
            "issue": self._pool_issue(supply, settled, reason, doubtful),
        }

    def _add_rest(self, pool, level, kind, cost):
        """Add a line for what no customer pays; ``kind`` tells the variances of a pool apart."""
        if cost:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO crm_cost_fresh (level, attribution, pool_id, variance_kind, amount)"
                    " VALUES (%s, 'none', %s, %s, %s)",
                    level,
                    pool.id,
                    kind,
                    -cost,
                )
            )

    def _pool_issue(self, supply, settled, reason, doubtful):
        """Return what to look at first; nothing when all is well."""
        gives_all = supply.minutes and not supply.own_minutes
        issues = {
            "circular": supply.issue == "circular",
            "no_capacity": supply.rate is None and not gives_all,
            reason: bool(reason),
            "too_much_asked": supply.issue == "too_much_asked",
            "over_used": supply.rate is not None and settled.unused_minutes < 0,
            "negative": supply.basis_cost < 0,
            "doubtful": bool(doubtful),
        }
        return next((issue for issue, present in issues.items() if present), False)
