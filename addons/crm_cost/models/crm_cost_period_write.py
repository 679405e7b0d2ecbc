"""How a computed period reaches its tables: rows that stay the same are not touched."""

from odoo import models
from odoo.tools import SQL

from .crm_cost_period_compute import FIGURES, KEY

#: Columns of the agreement with the ledger, and which cost lines each of them adds up.
AGREEMENT = {
    "customers": SQL("line.attribution = 'customer'"),
    "intercompany": SQL("line.attribution = 'intercompany'"),
    "not_attributed": SQL("line.attribution = 'none' AND line.level NOT IN ('unused', 'variance', 'kept_out')"),
    "unused": SQL("line.level = 'unused'"),
    "variance": SQL("line.level = 'variance'"),
    "kept_out": SQL("line.level = 'kept_out'"),
}
SEQUENCE = {"revenue": 1, "cost_of_goods": 2, "pool": 3, "unmapped": 4, "kept_out": 5}


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _write_lines(self):
        """Bring the cost lines in line with the working table; return the number of rows written."""
        same = SQL(" AND ").join(
            SQL("COALESCE(line.%(c)s, %(zero)s) = COALESCE(fresh.%(c)s, %(zero)s)", c=SQL.identifier(name), zero=zero)
            for name, zero in ((name, "" if name in ("level", "attribution", "variance_kind") else 0) for name in KEY)
        )
        figures = [SQL.identifier(name) for name in FIGURES]
        columns = SQL(", ").join(map(SQL.identifier, (*KEY, *FIGURES)))
        period, company = self.id, self.company_id
        statements = (
            SQL(
                "DELETE FROM crm_cost_line line WHERE period_id = %s"
                " AND NOT EXISTS (SELECT FROM crm_cost_fresh fresh WHERE %s)",
                period,
                same,
            ),
            SQL(
                "UPDATE crm_cost_line line SET %s FROM crm_cost_fresh fresh WHERE line.period_id = %s AND %s"
                " AND (%s) IS DISTINCT FROM (%s)",
                SQL(", ").join(SQL("%s = fresh.%s", name, name) for name in figures),
                period,
                same,
                SQL(", ").join(SQL("line.%s", name) for name in figures),
                SQL(", ").join(SQL("fresh.%s", name) for name in figures),
            ),
            SQL(
                "INSERT INTO crm_cost_line (period_id, company_id, currency_id, customer_ref, customer_name, %s)"
                " SELECT %s, %s, %s, partner.id, COALESCE(partner.complete_name, partner.name), %s"
                " FROM crm_cost_fresh fresh LEFT JOIN res_partner partner ON partner.id = fresh.partner_id"
                " WHERE NOT EXISTS (SELECT FROM crm_cost_line line WHERE line.period_id = %s AND %s)",
                columns,
                period,
                company.id,
                company.currency_id.id,
                SQL(", ").join(SQL("fresh.%s", SQL.identifier(name)) for name in (*KEY, *FIGURES)),
                period,
                same,
            ),
        )
        written = 0
        for statement in statements:
            self.env.cr.execute(statement)
            written += self.env.cr.rowcount
        self.env["crm.cost.line"].invalidate_model()
        return written

    def _write_results(self, results):
        """Keep one result per pool."""
        self._sync_rows(self.result_ids, results, lambda row: row.pool_id.id, lambda values: values["pool_id"])

    def _write_agreement(self):
        """Keep one row per account group, and the totals of the period."""
        rows = self._agreement_rows()
        self._sync_rows(
            self.reconciliation_ids,
            rows,
            lambda row: (row.role, row.pool_id.id or None),
            lambda values: (values["role"], values["pool_id"]),
        )
        self.write(self._totals(rows))

    def _sync_rows(self, stored, wanted, row_key, values_key):
        """Bring a handful of stored rows in line; the ORM itself leaves equal values alone."""
        rows = {row_key(row): row for row in stored}
        common = {"period_id": self.id, "company_id": self.company_id.id, "currency_id": self.currency_id.id}
        for values in wanted:
            row = rows.pop(values_key(values), None)
            if row:
                row.write(values)
            else:
                stored.create({**common, **values})
        stored.browse([row.id for row in rows.values()]).unlink()

    def _agreement_rows(self):
        """Return one dict per account group: what its cost lines add up to, and what the ledger says on its own."""
        ledger = {(role, pool): amount for role, pool, amount in self.env.execute_query(self._ledger_by_role_sql())}
        lines = {(role, pool): amounts for role, pool, *amounts in self.env.execute_query(self._lines_by_role_sql())}
        rows = []
        for role, pool in sorted(ledger.keys() | lines.keys(), key=lambda key: (SEQUENCE[key[0]], key[1] or 0)):
            amounts = lines.get((role, pool), [0] * len(AGREEMENT))
            total, booked = sum(amounts), ledger.get((role, pool), 0)
            rows.append(
                {
                    "role": role,
                    "pool_id": pool,
                    "sequence": SEQUENCE[role],
                    **{name: float(amount) for name, amount in zip(AGREEMENT, amounts, strict=True)},
                    "total": float(total),
                    "ledger": float(booked),
                    "difference": float(total - booked),
                }
            )
        return rows

    def _lines_by_role_sql(self):
        return SQL(
            "SELECT CASE WHEN line.level IN ('activity', 'unused', 'variance') THEN 'pool' ELSE line.level END AS role,"
            " line.pool_id, %s FROM crm_cost_line line WHERE line.period_id = %s GROUP BY 1, 2",
            SQL(", ").join(
                SQL("COALESCE(SUM(line.amount) FILTER (WHERE %s), 0)", condition) for condition in AGREEMENT.values()
            ),
            self.id,
        )

    def _ledger_by_role_sql(self):
        return SQL(
            "SELECT role.role, role.pool_id, -SUM(item.balance) FROM %s JOIN (%s) role"
            " ON role.account_id = item.account_id GROUP BY 1, 2",
            self._items_sql(),
            self.env["crm.cost.account.role"]._roles_sql(self.company_id),
        )

    def _totals(self, rows):
        """Return the figures of the period; its ledger profit asks neither the account map nor the lines."""
        [(revenue, goods, charged, customers)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(amount) FILTER (WHERE level = 'revenue'), 0),
                       COALESCE(SUM(amount) FILTER (WHERE level = 'cost_of_goods'), 0),
                       COALESCE(SUM(amount) FILTER (WHERE level = 'activity'), 0), COUNT(DISTINCT partner_id)
                  FROM crm_cost_line WHERE period_id = %s AND attribution = 'customer'
                """,
                self.id,
            )
        )
        [(profit,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(-SUM(item.balance), 0) FROM %s JOIN account_account account"
                " ON account.id = item.account_id AND account.account_type ~ '^(income|expense)'",
                self._items_sql(),
            )
        )
        sums = {name: sum(row[name] for row in rows) for name in ("intercompany", *list(AGREEMENT)[2:], "total")}
        total = sums.pop("total")
        rounded = self.company_id.currency_id.round
        return {
            "revenue": float(revenue),
            "cost_of_goods": float(goods),
            "charged": float(charged),
            "customer_profit": float(revenue + goods + charged),
            "ledger_profit": float(profit),
            "difference": rounded(total - float(profit)),
            "customer_count": customers,
            **{name: rounded(amount) for name, amount in sums.items()},
        }
