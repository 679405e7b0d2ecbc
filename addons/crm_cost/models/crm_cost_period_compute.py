"""How a period is computed: set-based SQL into one working table, then only what differs is written."""

from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..tools import allocation
from ..tools.months import fiscal_month

KEY = ("partner_id", "level", "attribution", "activity_id", "pool_id", "account_id")
FIGURES = ("quantity", "minutes", "amount")


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _compute_period(self):
        """Divide the profit of the ledger among customers and the rest; return the number of lines written.

        Everything happens in the caller's transaction: a period is computed whole or not at all.
        """
        self.ensure_one()
        # The company decides what is read, not whoever starts the computation; managers see all of its ledger here.
        period_sudo = self.sudo().with_company(self.company_id).with_context(allowed_company_ids=self.company_id.ids)
        self.env.flush_all()
        self.env.cr.execute("DROP TABLE IF EXISTS pg_temp.crm_cost_fresh")
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE crm_cost_fresh (partner_id integer, level varchar, attribution varchar,"
            " activity_id integer, pool_id integer, account_id integer, quantity numeric, minutes numeric,"
            " amount numeric) ON COMMIT DROP"
        )
        period_sudo._fill_ledger()
        results = period_sudo._fill_pools()
        self.env.cr.execute("ANALYZE crm_cost_fresh")
        written = period_sudo._write_lines()
        period_sudo._write_results(results)
        period_sudo._write_agreement()
        period_sudo._stamp(written)
        self.env.cr.execute("DROP TABLE crm_cost_fresh")
        return written

    # Revenue, cost of goods and what belongs to nobody

    def _customer_sql(self):
        """Return SQL of the customer of a journal item: alias ``item`` of entry ``move``.

        Customer documents name the customer. In other entries he is the one whose receivable is booked in the same
        entry; the partner of a vendor bill is the supplier, never the customer served.
        """
        return SQL(
            """
            CASE WHEN role.role NOT IN ('revenue', 'cost_of_goods') THEN NULL
                 WHEN move.move_type IN ('out_invoice', 'out_refund', 'out_receipt') THEN move.commercial_partner_id
                 WHEN move.move_type = 'entry' AND item.partner_id IS NOT NULL AND EXISTS (
                      SELECT FROM account_move_line due
                        JOIN account_account receivable ON receivable.id = due.account_id
                       WHERE due.move_id = item.move_id AND due.partner_id = item.partner_id
                         AND receivable.account_type = 'asset_receivable')
                 THEN (SELECT commercial_partner_id FROM res_partner WHERE id = item.partner_id) END
            """
        )

    def _fill_ledger(self):
        """Take in every item of the ledger that is no cost of a pool, with the sign of a contribution to profit."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_fresh
                SELECT source.partner_id, source.role, source.attribution, NULL, NULL, source.account_id, NULL, NULL,
                       -SUM(source.balance)
                  FROM (
                       SELECT who.partner_id, role.role, item.balance,
                              %(attribution)s AS attribution,
                              CASE WHEN role.role IN ('unmapped', 'kept_out') THEN item.account_id END AS account_id
                         FROM %(items)s
                         JOIN account_move move ON move.id = item.move_id
                         JOIN (%(roles)s) role ON role.account_id = item.account_id AND role.role <> 'pool'
                   CROSS JOIN LATERAL (SELECT %(customer)s AS partner_id) who
                       ) source
                 GROUP BY source.partner_id, source.role, source.attribution, source.account_id
                HAVING SUM(source.balance) <> 0
                """,
                attribution=self._attribution_sql(),
                items=self._items_sql(),
                roles=self.env["crm.cost.account.role"]._roles_sql(self.company_id),
                customer=self._customer_sql(),
            )
        )

    def _attribution_sql(self):
        """Return SQL that says whose an amount is, from alias ``who``."""
        return SQL(
            "CASE WHEN who.partner_id IS NULL THEN 'none' WHEN who.partner_id IN (%s) THEN 'intercompany'"
            " ELSE 'customer' END",
            SQL("SELECT partner_id FROM res_company"),
        )

    # Cost pools

    def _pool_costs(self):
        """Return ``{pool id: (cost of the month, basis cost, months in the basis)}``."""
        begin, months = self._basis()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT role.pool_id, SUM(item.balance) FILTER (WHERE item.date >= %(date_from)s),
                       SUM(item.balance), MIN(item.date)
                  FROM %(items)s
                  JOIN (%(roles)s) role ON role.account_id = item.account_id AND role.role = 'pool'
                 GROUP BY role.pool_id
                """,
                date_from=self.date_from,
                items=self._items_sql(begin),
                roles=self.env["crm.cost.account.role"]._roles_sql(self.company_id),
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

    def _unit(self):
        """Return the smallest unit of the company's currency: 0.01, 1 for the yen, 0.001 for three decimals."""
        return Decimal(str(self.company_id.currency_id.rounding)).normalize()

    def _stamp(self, written):
        """Note when the period was computed, and when a computation last changed something."""
        now = fields.Datetime.now()
        changed = written or self.state == "open"
        self.write({"checked_at": now, **({"computed_at": now, "state": "computed"} if changed else {})})
