"""Verification of what reports read beside the signed values: links of lines, sums by customer, sums by account."""

from odoo import models
from odoo.tools import SQL

from .crm_cost_customer import COLUMNS
from .crm_cost_period_write import AGREEMENT, ROW


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _links_changed_sql(self):
        """Return SQL: alias ``line`` points at something else than ``signed.links`` say, though that is still there.

        What was merged or deleted since took its number with it: then the link may have followed, or be empty.
        """
        moved = [
            self._link_moved_sql(
                SQL.identifier("line", field.name),
                SQL("(signed.links -> %s ->> 0)::integer", field.name),
                SQL.identifier(self.env[field.comodel_name]._table),
            )
            for field in self._line_links()
        ]
        moved.append(
            self._link_moved_sql(SQL.identifier("line", "partner_id"), SQL("line.customer_ref"), SQL("res_partner"))
        )
        return SQL(
            "(line.company_id <> %s OR line.currency_id IS DISTINCT FROM %s OR %s)",
            self.company_id.id,
            self.currency_id.id,
            SQL(" OR ").join(moved),
        )

    def _link_moved_sql(self, link, signed, table):
        return SQL(
            "(%(link)s IS DISTINCT FROM %(signed)s"
            " AND (%(signed)s IS NULL OR EXISTS (SELECT FROM %(table)s target WHERE target.id = %(signed)s)))",
            link=link,
            signed=signed,
            table=table,
        )

    def _verify_sums(self):
        """Compare the sums by customer and by account, which reports read, with the lines they stand for."""
        findings = []
        if count := self._wrong_customers():
            findings.append(self.env._("The sums of %(count)s customers are not those of the lines.", count=count))
        # Of a computation before, in the same transaction, nothing may be taken over.
        self._drop_counts()
        self._count_lines()
        lines = {tuple(row[:4]): row[4:] for row in self.env.execute_query(self._lines_by_row_sql())}
        self._drop_counts()
        zero = self.currency_id.is_zero
        for row in self.reconciliation_ids:
            key = (row.role, *(row[name].id or None for name in ROW[1:]))
            amounts = zip(AGREEMENT, lines.pop(key, [0] * len(AGREEMENT)), strict=True)
            if not all(zero(row[name] - float(amount)) for name, amount in amounts):
                findings.append(self.env._("%(group)s is not the sum of its lines.", group=row.display_name))
        if lines:
            findings.append(self.env._("%(count)s rows of the agreement are missing.", count=len(lines)))
        return findings

    def _wrong_customers(self):
        """Return how many customers have other sums than their lines, or none."""
        stored = SQL(
            "SELECT partner_id, %s FROM crm_cost_customer WHERE period_id = %s",
            SQL(", ").join(map(SQL.identifier, COLUMNS)),
            self.id,
        )
        sums = self.env["crm.cost.customer"]._sums_sql(SQL("line.period_id = %s", self.id))
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(DISTINCT partner_id) FROM ((%(stored)s EXCEPT %(sums)s)"
                " UNION ALL (%(sums)s EXCEPT %(stored)s)) wrong",
                stored=stored,
                sums=sums,
            )
        )
        return count
