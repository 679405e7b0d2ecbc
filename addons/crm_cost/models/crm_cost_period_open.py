"""What a figure of a period opens: journal items, documents, or our own lines for those who may not read the former."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

#: More items than anybody reads one by one are opened by account and day instead of by number.
LISTED = 5000


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _source_action(self, line):
        """Return the action that opens what a cost line was made of."""
        self.ensure_one()
        if line.role == "imputed":
            return self._receivables_action(line.partner_id)
        if line.level == "activity" and line.partner_id:
            return self._documents_action(line.activity_id, line.partner_id)
        if line.found_by == "key" and line.direct_id.measure_id:
            return self._documents_action(line.direct_id, line.partner_id)
        if line.found_by == "key":
            return self._items_action(line.role, account=line.account_id, direct=line.direct_id, attribution="none")
        return self._items_action(
            line.role,
            line.pool_id,
            line.partner_id,
            line.account_id,
            line.attribution if line.role != "pool" else None,
            line.direct_id,
            line.level if line.role == "revenue" else None,
        )

    def _items_action(self, role, pool=None, partner=None, account=None, attribution=None, direct=None, level=None):
        """Return the action that opens the journal items behind a figure, divided items whole.

        Readers of customer profit need not be accountants: without access to journal items they get our cost lines.
        """
        self.ensure_one()
        if not self.env["account.move.line"].has_access("read"):
            return self._lines_of(role, pool, partner)
        if role == "cost_of_goods" and self.goods_source not in (False, "ledger") and (partner or attribution):
            return self._goods_action(partner)
        cell = {
            "role": role,
            "pool_id": pool.id if pool else None,
            "account_id": account.id if account else None,
            "direct_id": direct.id if direct else None,
            "partner_id": partner.id if partner else None,
            "attribution": attribution if attribution == "none" else None,
            "level": {"discount": "revenue"}.get(level, level),
        }
        return self._open_items(self._cell_domain({name: value for name, value in cell.items() if value}))

    def _open_items(self, domain):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items of %(period)s", period=self.name),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"create": False},
        }

    def _cell_domain(self, cell):
        """Return the domain of the items of a figure: the very items, as the computation places them."""
        self.env.flush_all()
        period_sudo = self.sudo().with_company(self.company_id).with_context(allowed_company_ids=self.company_id.ids)
        period_sudo._prepare_places(self.date_from)
        [(ids, accounts)] = self.env.execute_query(period_sudo._cell_sql(cell))
        period_sudo._drop_places()
        # What is one customer's is never opened by account: that would be everybody's.
        if len(ids or []) <= LISTED or cell.get("partner_id"):
            return Domain("id", "in", ids or [])
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("parent_state", "=", "posted")
            & Domain("date", ">=", self.date_from)
            & Domain("date", "<=", self.date_to)
            & Domain("journal_id.crm_carry_forward", "!=", True)
            & Domain("move_id.crm_carry_forward", "!=", True)
            & Domain("account_id", "in", accounts)
        )
        if cell.get("attribution"):
            domain &= Domain("move_id.move_type", "not in", ("out_invoice", "out_refund", "out_receipt"))
        return domain

    def _cell_sql(self, cell):
        """Return a SELECT of (item ids, account ids) of the items that make up a figure."""
        columns = SQL(
            "item.id AS item_id, item.account_id, place.role, place.pool_id, place.direct_id, %s AS level,"
            " %s AS partner_id",
            self._level_sql(),
            self._customer_sql(),
        )
        conditions = [
            SQL("%s = %s", SQL.identifier("who", name), value) for name, value in cell.items() if name != "attribution"
        ]
        if cell.get("attribution"):
            conditions.append(SQL("who.partner_id IS NULL"))
        return SQL(
            "SELECT (ARRAY_AGG(DISTINCT who.item_id))[:%s], ARRAY_AGG(DISTINCT who.account_id) FROM (%s) who WHERE %s",
            2**31 - 1 if cell.get("partner_id") else LISTED + 1,
            self._placed_sql(columns, found_by=self._found_by_sql()),
            SQL(" AND ").join(conditions),
        )

    def _goods_action(self, partner):
        """Return the action that opens what the cost of goods was worked out from: deliveries, or invoice lines."""
        if self.goods_source == "standard" and "stock.move" in self.env and self.env["stock.move"].has_access("read"):
            domain = Domain("company_id", "=", self.company_id.id) & Domain("state", "=", "done")
            domain &= Domain("date", ">=", self.date_from) & Domain("date", "<=", f"{self.date_to} 23:59:59")
            domain &= Domain("location_id.usage", "=", "customer") | Domain("location_dest_id.usage", "=", "customer")
            if partner:
                domain &= Domain("partner_id", "child_of", partner.id) | Domain(
                    "picking_id.partner_id", "child_of", partner.id
                )
            return {**self._open_items(domain), "name": self.env._("Deliveries"), "res_model": "stock.move"}
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("parent_state", "=", "posted")
            & Domain("date", ">=", self.date_from)
            & Domain("date", "<=", self.date_to)
            & Domain("move_id.move_type", "in", ("out_invoice", "out_refund", "out_receipt"))
            & Domain("display_type", "=", "product")
            & Domain("product_id", "!=", False)
        )
        return self._open_items(domain & Domain("partner_id", "child_of", partner.id) if partner else domain)

    def _receivables_action(self, partner):
        """Return the action that opens what a customer owed up to the end of the month."""
        if not self.env["account.move.line"].has_access("read"):
            return self._lines_of("imputed", None, partner)
        return self._open_items(
            Domain("company_id", "=", self.company_id.id)
            & Domain("parent_state", "=", "posted")
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("date", "<=", self.date_to)
            & Domain("partner_id", "child_of", partner.id)
        )

    def _documents_action(self, driver, partner):
        """Return the action that opens what an activity, or the key of a direct cost, counted for a customer."""
        self.ensure_one()
        measure_sudo = driver.measure_id.sudo()
        if not self.env[measure_sudo.model_name].has_access("read"):
            role = "pool" if driver._name == "crm.cost.activity" else "direct"
            return self._lines_of(role, driver.pool_id, partner)
        company = self.company_id if measure_sudo.company_path else self.env["res.company"]
        return measure_sudo._documents_action(partner, company, self.date_from, self.date_to)

    def _lines_of(self, role, pool, partner):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_line_action")
        domain = [("period_id", "in", self.ids), ("role", "=", role)]
        domain += [("pool_id", "=", pool.id)] if pool else []
        domain += [("partner_id", "=", partner.id)] if partner else []
        return {**action, "domain": domain, "context": {}}
