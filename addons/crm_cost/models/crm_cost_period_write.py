"""How a computed period reaches its tables: rows that stay the same are not touched."""

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_segmentation.tools.sync import sync_table

from ..tools.line import FIGURES, KEY, LINKS
from .crm_cost_account_role import ROLES
from .crm_cost_line import IMPUTED, NET_REVENUE

#: Columns of the agreement with the ledger, and which cost lines each of them adds up.
AGREEMENT = {
    "customers": SQL("line.attribution = 'customer'"),
    "intercompany": SQL("line.attribution = 'intercompany'"),
    "not_attributed": SQL("line.attribution = 'none' AND line.level NOT IN ('unused', 'variance', 'kept_out')"),
    "unused": SQL("line.level = 'unused'"),
    "variance": SQL("line.level = 'variance'"),
    "kept_out": SQL("line.level = 'kept_out'"),
}
SEQUENCE = {role: position for position, (role, _label) in enumerate(ROLES, 1)}
#: What tells the rows of the agreement apart: one for each account, but one for each pool.
ROW = ("role", "pool_id", "direct_id", "account_id")


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    direct_cost = fields.Monetary(
        readonly=True,
        help="Direct cost of the customers, with bad debt, collection, litigation and exchange differences.",
    )
    direct_result_ids = fields.One2many("crm.cost.direct.result", "period_id", string="Direct Costs")
    imputed = fields.Monetary(
        string="Imputed Cost",
        readonly=True,
        help="Movement of the expected loss and cost of money: in no account, and in no sum that agrees with the "
        "ledger.",
    )

    def _write_lines(self):
        """Bring the cost lines in line with the working table; return the number of rows written."""
        self._count_lines()
        if self._is_stored():
            return 0
        self.env.cr.execute("ANALYZE crm_cost_fresh")
        names = ["customer_ref", "customer_name", "country_id"]
        written = sync_table(
            self.env.cr,
            "crm_cost_line",
            self._fresh_sql(names=True),
            fixed={
                "period_id": self.id,
                "company_id": self.company_id.id,
                "currency_id": self.company_id.currency_id.id,
            },
            key=KEY,
            nullable=LINKS,
            columns=FIGURES,
            once=names,
        )
        self.env.cr.execute("DROP TABLE crm_cost_sum")
        self._count_lines()
        self.env["crm.cost.line"].invalidate_model()
        return written

    def _fresh_sql(self, names=False):
        """Return a SELECT of the working table: key and figures; ``names`` adds what a new line notes.

        What no document with a salesperson stands behind is the customer's own salesperson's.
        """
        own = SQL("fresh.level IN ('activity', 'expected_loss', 'cost_of_money') OR fresh.found_by = 'key'")
        computed = {
            "variance_kind": SQL("COALESCE(fresh.variance_kind, 'none')"),
            "role": SQL("COALESCE(fresh.role, 'pool')"),
            "found_by": SQL(
                "COALESCE(fresh.found_by, CASE WHEN fresh.level = 'activity' AND fresh.partner_id IS NOT NULL"
                " THEN 'activity' ELSE 'none' END)"
            ),
            "user_id": SQL("CASE WHEN %s THEN partner.user_id ELSE fresh.user_id END", own),
        }
        columns = [
            SQL("%s AS %s", computed.get(name, SQL.identifier("fresh", name)), SQL.identifier(name))
            for name in (*KEY, *FIGURES)
        ]
        if names:
            columns.append(
                SQL(
                    "partner.id AS customer_ref, COALESCE(partner.complete_name, partner.name) AS customer_name,"
                    " partner.country_id"
                )
            )
        return SQL(
            "SELECT %s FROM crm_cost_fresh fresh LEFT JOIN res_partner partner ON partner.id = fresh.partner_id%s",
            SQL(", ").join(columns),
            SQL() if names else SQL(" AND (%s)", own),
        )

    def _write_results(self, results):
        """Keep one result per pool."""
        self._sync_rows(self.result_ids, results, lambda row: row.pool_id.id, lambda values: values["pool_id"])

    def _write_direct_results(self, results):
        """Keep one result per direct cost."""
        stored = self.env["crm.cost.direct.result"].search([("period_id", "=", self.id)])
        self._sync_rows(stored, results, lambda row: row.direct_id.id, lambda values: values["direct_id"])

    def _write_agreement(self):
        """Keep one row per account and pool, and the totals of the period."""
        self.goods_source = self.env["crm.cost.setting"]._of(self.company_id).goods_source
        rows = self._agreement_rows()
        self._sync_rows(
            self.reconciliation_ids,
            rows,
            lambda row: (row.role, *(row[name].id or None for name in ROW[1:])),
            lambda values: tuple(values[name] for name in ROW),
        )
        self.write(self._totals(rows))

    def _sync_rows(self, stored, wanted, row_key, values_key):
        """Bring a handful of stored rows in line; the ORM itself leaves equal values alone."""
        rows = {row_key(row): row for row in stored}
        common = {"period_id": self.id, "company_id": self.company_id.id, "currency_id": self.currency_id.id}
        missing = []
        for values in wanted:
            row = rows.pop(values_key(values), None)
            if row:
                row.write(values)
            else:
                missing.append({**common, **values})
        stored.create(missing)
        stored.browse([row.id for row in rows.values()]).unlink()

    def _agreement_rows(self):
        """Return one dict per account and pool: what its cost lines add up to, and what the ledger says on its own."""
        ledger = {tuple(key): amount for *key, amount in self.env.execute_query(self._ledger_by_row_sql())}
        lines = {tuple(row[:4]): row[4:] for row in self.env.execute_query(self._lines_by_row_sql())}
        rows = []
        for key in sorted(
            ledger.keys() | lines.keys(), key=lambda key: (SEQUENCE[key[0]], *(link or 0 for link in key[1:]))
        ):
            amounts = lines.get(key, [0] * len(AGREEMENT))
            total, booked = sum(amounts), ledger.get(key, 0)
            rows.append(
                {
                    **dict(zip(ROW, key, strict=True)),
                    "sequence": SEQUENCE[key[0]],
                    **{name: float(amount) for name, amount in zip(AGREEMENT, amounts, strict=True)},
                    "total": float(total),
                    "ledger": float(booked),
                    "difference": float(total - booked),
                }
            )
        return rows

    def _row_sql(self, alias):
        """Return SQL of the row of the agreement of an alias with a place in the account map.

        A pool is one row, whatever its accounts; so is the cost of goods when it is not taken from the ledger.
        """
        whole = SQL("('pool')") if self.goods_source == "ledger" else SQL("('pool', 'cost_of_goods')")
        return SQL(
            "%(a)s.role, CASE WHEN %(a)s.role = 'pool' THEN %(a)s.pool_id END,"
            " CASE WHEN %(a)s.role = 'direct' THEN %(a)s.direct_id END,"
            " CASE WHEN %(a)s.role NOT IN %(whole)s THEN %(a)s.account_id END",
            a=SQL.identifier(alias),
            whole=whole,
        )

    def _lines_by_row_sql(self):
        return SQL(
            "SELECT %s, %s FROM crm_cost_sum line WHERE line.level NOT IN %s GROUP BY 1, 2, 3, 4",
            self._row_sql("line"),
            SQL(", ").join(
                SQL("COALESCE(SUM(line.amount) FILTER (WHERE %s), 0)", condition) for condition in AGREEMENT.values()
            ),
            IMPUTED,
        )

    def _ledger_by_row_sql(self):
        """Return a SELECT of the ledger by place: what is divided leaves the place of its account for its shares'."""
        return SQL(
            """
            WITH divided AS MATERIALIZED (
                 SELECT item.id, item.account_id, item.date, item.balance FROM %(items)s
                  WHERE item.id IN (SELECT item_id FROM crm_cost_share)
            ), whole AS (
                 SELECT account_id, date, balance FROM crm_cost_booked
                  UNION ALL SELECT account_id, date, -balance FROM divided
            )
            SELECT %(row)s, -SUM(placed.balance)
              FROM (SELECT whole.account_id, place.role, place.pool_id, place.direct_id, whole.balance
                      FROM whole
                      JOIN crm_cost_place place ON place.account_id = whole.account_id
                       AND whole.date BETWEEN place.date_from AND place.date_to
                     UNION ALL
                    SELECT divided.account_id, share.role, share.pool_id, share.direct_id, share.balance
                      FROM divided JOIN crm_cost_share share ON share.item_id = divided.id) placed
             GROUP BY 1, 2, 3, 4
            """,
            items=self._items_sql(),
            row=self._row_sql("placed"),
        )

    def _totals(self, rows):
        """Return the figures of the period; its ledger profit asks neither the account map nor the lines."""
        sums = {
            "revenue": SQL("level IN %s", NET_REVENUE),
            "cost_of_goods": SQL("level = 'cost_of_goods'"),
            "charged": SQL("level = 'activity'"),
            "customer_profit": SQL("level NOT IN %s", IMPUTED),
            "imputed": SQL("level IN %s", IMPUTED),
        }
        [(customers, *amounts)] = self.env.execute_query(
            SQL(
                "SELECT (SELECT COUNT(*) FROM crm_cost_customer WHERE period_id = %s), %s FROM crm_cost_sum"
                " WHERE attribution = 'customer'",
                self.id,
                SQL(", ").join(SQL("COALESCE(SUM(amount) FILTER (WHERE %s), 0)", where) for where in sums.values()),
            )
        )
        [(profit,)] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(-SUM(booked.balance), 0) FROM crm_cost_booked booked JOIN account_account account"
                " ON account.id = booked.account_id AND account.account_type ~ '^(income|expense)'"
            )
        )
        figures = {name: float(amount) for name, amount in zip(sums, amounts, strict=True)}
        rest = {name: sum(row[name] for row in rows) for name in ("intercompany", *list(AGREEMENT)[2:], "total")}
        total = rest.pop("total")
        rounded = self.company_id.currency_id.round
        served = figures["revenue"] + figures["cost_of_goods"] + figures["charged"]
        return {
            **figures,
            "direct_cost": rounded(figures["customer_profit"] - served),
            "ledger_profit": float(profit),
            "difference": rounded(total - float(profit)),
            "customer_count": customers,
            **{name: rounded(amount) for name, amount in rest.items()},
        }
