"""What is counted next to the computation: the ledger on its own, and what the stored lines add up to."""

from odoo import models
from odoo.tools import SQL

from ..tools.line import FIGURES, KEY

#: What tells the sums of the stored lines apart.
SUMMED = ("role", "pool_id", "direct_id", "account_id", "level", "attribution")


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _count_ledger(self):
        """Count the items of the ledger by account and day, in a pass that asks neither account map nor lines."""
        self._work_table(
            "crm_cost_booked",
            SQL(
                "SELECT item.account_id, item.date, SUM(item.balance) AS balance FROM %s GROUP BY 1, 2",
                self._items_sql(),
            ),
        )

    def _count_pools(self):
        """Add up what is booked in pools, by pool and day, for as long as the rates look back."""
        self._work_table(
            "crm_cost_supplied",
            SQL(
                "SELECT pool_id, date, SUM(balance) AS balance FROM (%s) item GROUP BY 1, 2",
                self._pool_items_sql(self._basis()[0]),
            ),
        )

    def _pool_items_sql(self, date_from=None):
        """Return a SELECT of (item_id, account_id, date, balance, pool_id) of what is booked in pools."""
        columns = SQL("item.id AS item_id, item.account_id, item.date, place.balance, place.pool_id, place.role")
        return SQL(
            "SELECT item_id, account_id, date, balance, pool_id FROM (%s) placed WHERE role = 'pool'",
            self._placed_sql(columns, date_from, move=False),
        )

    def _count_lines(self):
        """Add up the stored lines of the month; ``digest`` is that of every key and figure."""
        self._work_table(
            "crm_cost_sum",
            SQL(
                "SELECT %s, SUM(amount) AS amount, COUNT(*) AS number, SUM(%s) AS digest FROM crm_cost_line line"
                " WHERE period_id = %s GROUP BY 1, 2, 3, 4, 5, 6",
                SQL(", ").join(map(SQL.identifier, SUMMED)),
                self._digest_sql("line"),
                self.id,
            ),
        )

    def _is_stored(self):
        """Return whether the stored lines are those of the working table: as many, with the same digest."""
        # As text: numbers come from the database as floats.
        fresh = SQL("SELECT COUNT(*), SUM(%s)::text FROM (%s) fresh", self._digest_sql("fresh"), self._fresh_sql())
        stored = SQL("SELECT COALESCE(SUM(number), 0), SUM(digest)::text FROM crm_cost_sum")
        return self.env.execute_query(fresh) == self.env.execute_query(stored)

    def _digest_sql(self, alias):
        """Return SQL of a number of 64 bits that depends on every key and figure of a line, and on empty ones too."""
        digest = SQL("0")
        for name in KEY:
            kind, empty = ("int4", 0) if name.endswith("_id") else ("text", "")
            digest = SQL(
                "%s(COALESCE(%s, %s), %s)",
                SQL.identifier(f"hash{kind}extended"),
                SQL.identifier(alias, name),
                empty,
                digest,
            )
        for name in FIGURES:
            digest = SQL("hash_numeric_extended(COALESCE(%s, 'NaN'), %s)", SQL.identifier(alias, name), digest)
        return digest

    def _work_table(self, name, query):
        """Make a working table of this computation."""
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", SQL.identifier(name), query))

    def _drop_counts(self):
        self.env.cr.execute(
            "DROP TABLE IF EXISTS pg_temp.crm_cost_booked, pg_temp.crm_cost_gathered, pg_temp.crm_cost_supplied,"
            " pg_temp.crm_cost_sum"
        )
