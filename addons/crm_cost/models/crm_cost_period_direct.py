"""Direct costs: what was booked for no particular customer goes by the key, or is charged for each unit."""

from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools.allocation import exact


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _directs(self):
        return self.env["crm.cost.direct"].search([("company_id", "=", self.company_id.id)])

    def _fill_direct(self):
        """Divide the rest of every direct cost by its key; return the results."""
        results = []
        for direct in self._directs():
            booked, customers = self._direct_booked(direct)
            issue, keyed = False, Decimal(0)
            if direct.method != "none" and (booked != customers or direct.pool_id):
                issue, keyed = self._fill_key(direct, booked - customers)
            results.append(
                {
                    "direct_id": direct.id,
                    "booked": float(booked),
                    "for_customers": float(customers),
                    "by_key": float(keyed),
                    "rest": float(booked - customers - keyed) if not direct.pool_id else 0.0,
                    "issue": issue,
                }
            )
        return results

    def _direct_booked(self, direct):
        """Return (booked on its accounts, of it for somebody) as cost; of a pool, what it has left."""
        if direct.pool_id:
            return exact(self._pool_costs().get(direct.pool_id.id, (0, 0, 0))[0]), exact(0)
        [amounts] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(-SUM(amount), 0), COALESCE(-SUM(amount) FILTER (WHERE attribution <> 'none'), 0)"
                " FROM crm_cost_fresh WHERE direct_id = %s AND role <> 'pool'",
                direct.id,
            )
        )
        return tuple(map(exact, amounts))

    def _fill_key(self, direct, rest):
        """Charge the rest of a direct cost to customers; return (issue, amount)."""
        if direct.measure_id and not direct.measure_id.reviewed:
            return "not_reviewed", Decimal(0)
        self.env.cr.execute("DROP TABLE IF EXISTS pg_temp.crm_cost_weight")
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE crm_cost_weight ON COMMIT DROP AS %s", self._weights_sql(direct, rest))
        )
        [(total,)] = self.env.execute_query(SQL("SELECT COALESCE(SUM(amount), 0) FROM crm_cost_weight"))
        total = exact(total)
        issue = False
        if direct.method == "amount" and total > rest:
            issue, total = "exceeds", Decimal(0)
        elif not total:
            issue = "no_weights"
        elif direct.pool_id:
            self.env.cr.execute(self._key_from_pool_sql(direct))
        else:
            self._key_from_accounts(direct)
        self.env.cr.execute("DROP TABLE crm_cost_weight")
        return issue, total

    def _weights_sql(self, direct, rest):
        """Return a SELECT of (partner_id, quantity, amount): what each customer carries, adding up to the last unit.

        Shares are rounded down; the units left over go, one each, to the largest remainders, the first customer when
        equal.
        """
        if direct.method == "amount":
            return SQL(
                "SELECT partner_id, quantity, ROUND(quantity * %(each)s / %(unit)s) * %(unit)s AS amount"
                " FROM (%(rows)s) weight WHERE quantity > 0",
                each=exact(direct.amount_per_unit),
                unit=self._unit(),
                rows=self._quantities_sql(direct),
            )
        return SQL(
            """
            SELECT partner_id, quantity, %(sign)s * %(unit)s * (base + (ROW_NUMBER() OVER (
                       ORDER BY exact - base DESC, partner_id) <= units - SUM(base) OVER ())::integer) AS amount
              FROM (SELECT weight.*, units, units * quantity / SUM(quantity) OVER () AS exact,
                           FLOOR(units * quantity / SUM(quantity) OVER ()) AS base
                      FROM (%(rows)s) weight, (SELECT ROUND(ABS(%(rest)s::numeric) / %(unit)s) AS units) whole
                     WHERE quantity > 0) shared
            """,
            sign=-1 if rest < 0 else 1,
            unit=self._unit(),
            rest=rest,
            rows=self._quantities_sql(direct),
        )

    def _quantities_sql(self, direct, date_from=None):
        """Return a SELECT of (partner_id, quantity): the figures of the indicator, or 1 for all who bought."""
        if direct.method == "equal":
            return SQL(
                "SELECT DISTINCT partner_id, 1::numeric AS quantity FROM crm_cost_fresh"
                " WHERE attribution = 'customer' AND role = 'revenue'"
            )
        return SQL(
            "SELECT counted.partner_id, ROUND(counted.quantity::numeric, 4) AS quantity FROM (%s) counted"
            " WHERE counted.partner_id NOT IN (SELECT partner_id FROM res_company)"
            " AND counted.quantity::float8 BETWEEN -1e12 AND 1e12",
            direct.measure_id._sql_rows(self.company_id, date_from or self.date_from, self.date_to),
        )

    def _key_from_pool_sql(self, direct):
        """Return the INSERT of amounts that are taken out of a pool before its rate is computed."""
        return SQL(
            "INSERT INTO crm_cost_fresh (partner_id, level, attribution, pool_id, quantity, amount, direct_id, role,"
            " found_by) SELECT partner_id, %s, 'customer', %s, quantity, -amount, %s, 'pool', 'key'"
            " FROM crm_cost_weight WHERE amount <> 0",
            direct._level(),
            direct.pool_id.id,
            direct.id,
        )

    def _key_from_accounts(self, direct):
        """Move what customers carry out of the rest of the accounts, one account after the other.

        Customers and accounts are laid side by side on one line of money: where a customer meets an account, as much of
        the account is his. So both add up, each to the last unit.
        """
        cr = self.env.cr
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_cost_rest ON COMMIT DROP AS SELECT account_id, role, level, -SUM(amount) AS"
                " amount FROM crm_cost_fresh WHERE direct_id = %s AND attribution = 'none' GROUP BY 1, 2, 3",
                direct.id,
            )
        )
        cr.execute(SQL("CREATE TEMPORARY TABLE crm_cost_met ON COMMIT DROP AS %s", self._meetings_sql()))
        cr.execute(SQL("DELETE FROM crm_cost_fresh WHERE direct_id = %s AND attribution = 'none'", direct.id))
        cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_fresh (partner_id, level, attribution, account_id, quantity, amount, direct_id,
                                            role, found_by)
                SELECT partner_id, level, 'customer', account_id, quantity, -amount, %(direct)s, role, 'key'
                  FROM crm_cost_met
                 UNION ALL
                SELECT NULL, rest.level, 'none', rest.account_id, NULL, COALESCE(met.amount, 0) - rest.amount,
                       %(direct)s, rest.role, 'none'
                  FROM crm_cost_rest rest
             LEFT JOIN (SELECT account_id, SUM(amount) AS amount FROM crm_cost_met GROUP BY account_id) met
                    ON met.account_id = rest.account_id
                 WHERE COALESCE(met.amount, 0) <> rest.amount
                """,
                direct=direct.id,
            )
        )
        cr.execute("DROP TABLE crm_cost_rest, crm_cost_met")

    def _meetings_sql(self):
        """Return a SELECT of what each customer carries of each account, with the sign of the whole.

        An account that stands against the sign of the whole is no source: it stays as it is.
        """
        return SQL(
            """
            SELECT payer.partner_id, account.account_id, account.role, account.level,
                   ROUND(payer.quantity * met.amount / (payer.upto - payer.after), 4) AS quantity,
                   met.amount * account.sign AS amount
              FROM (SELECT *, SUM(ABS(amount)) OVER by_partner AS upto,
                           SUM(ABS(amount)) OVER by_partner - ABS(amount) AS after
                      FROM crm_cost_weight WINDOW by_partner AS (ORDER BY partner_id ROWS UNBOUNDED PRECEDING)) payer
              JOIN (SELECT *, SUM(amount * sign) OVER by_account AS upto,
                           SUM(amount * sign) OVER by_account - amount * sign AS after
                      FROM crm_cost_rest, (SELECT SIGN(SUM(amount)) AS sign FROM crm_cost_rest) whole
                     WHERE amount * sign > 0
                    WINDOW by_account AS (ORDER BY account_id ROWS UNBOUNDED PRECEDING)) account
                ON payer.upto > account.after AND account.upto > payer.after
        CROSS JOIN LATERAL (SELECT LEAST(payer.upto, account.upto) - GREATEST(payer.after, account.after) AS amount) met
            """
        )
