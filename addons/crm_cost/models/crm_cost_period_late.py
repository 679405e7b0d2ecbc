"""What changed after a month was closed: counted like the month itself, and compared instead of written."""

from odoo import fields, models
from odoo.tools import SQL


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    late_ids = fields.One2many("crm.cost.late", "period_id", string="Accounts and Figures at Closing")
    late_ledger_ids = fields.One2many(
        "crm.cost.late", "period_id", string="Accounts at Closing", domain=[("kind", "=", "ledger")]
    )
    late_changed_ids = fields.One2many(
        "crm.cost.late", "period_id", string="What Changed", domain=[("change", "!=", 0)]
    )
    late_amount = fields.Monetary(
        string="Changed After Closing",
        readonly=True,
        copy=False,
        help="Profit of the ledger today less the profit signed: what the next version would change.",
    )
    late_count = fields.Integer(
        string="Accounts Changed", readonly=True, copy=False, aggregator=None, help="Accounts whose total moved."
    )
    late_customers = fields.Integer(
        string="Customers Changed", readonly=True, copy=False, aggregator=None, help="Customers whose profit moved."
    )
    late_changed_at = fields.Datetime(
        string="Change Noticed", readonly=True, copy=False, help="When a comparison last found something new."
    )

    def action_open_late(self):
        """Open what changed after closing."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_late_action")
        return {
            **action,
            "domain": [("period_id", "in", self.ids)],
            "context": {"search_default_changed": 1, "search_default_by_kind": 1},
        }

    def _store_ledger(self):
        """Keep what every account of the month adds up to, for comparison with later days."""
        self.late_ids.unlink()
        amounts = self._ledger_by_account()
        self._sync_late("ledger", {account: (amount, amount) for account, amount in amounts.items()})

    def _ledger_by_account(self):
        """Return ``{account id: contribution to profit}``; neither account map nor cost lines are asked."""
        rows = self.env.execute_query(
            SQL(
                "SELECT item.account_id, -SUM(item.balance) FROM %s JOIN account_account account"
                " ON account.id = item.account_id AND account.account_type ~ '^(income|expense)'"
                " GROUP BY item.account_id HAVING SUM(item.balance) <> 0",
                self._items_sql(),
            )
        )
        return {account: float(amount) for account, amount in rows}

    def _compare_closed(self):
        """Compare the working table with what was signed, and drop it; return the number of rows that moved.

        The month itself stays as it is. A new version would be made of the same table, so it changes exactly this.
        """
        before = self._late_state()
        signed = {row.account_ref: row.closed for row in self.late_ledger_ids}
        # Accounts of several companies can be merged: the link follows, the number is the one that was signed.
        merged = {row.account_id.id: row.account_ref for row in self.late_ledger_ids if row.closed}
        ledger = {merged.get(account, account): amount for account, amount in self._ledger_by_account().items()}
        self._sync_late("ledger", {ref: (signed.get(ref, 0), ledger.get(ref, 0)) for ref in signed | ledger})
        self._sync_late("figure", self._late_figures())
        changed = self.late_ledger_ids.filtered(lambda row: not self.currency_id.is_zero(row.change))
        values = {
            "late_amount": self.currency_id.round(sum(changed.mapped("change"))),
            "late_count": len(changed),
            "late_customers": self._late_customers(),
        }
        self.env.cr.execute("DROP TABLE crm_cost_fresh")
        self._drop_places()
        self._drop_counts()
        values = {name: value for name, value in values.items() if self[name] != value}
        moved = len(before ^ self._late_state()) + len(values)
        now = fields.Datetime.now()
        self.write({**values, "checked_at": now, **({"late_changed_at": now} if moved else {})})
        return moved

    def _late_state(self):
        return {(row.kind, row.account_ref, row.name, row.change) for row in self.late_ids if row.change}

    def _late_figures(self):
        """Return ``{(level, activity, pool): (signed, today)}`` of what the statement would say otherwise."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT level, activity_id, pool_id, SUM(signed), SUM(today)
                  FROM (SELECT level, activity_id, pool_id, amount AS signed, 0 AS today
                          FROM crm_cost_line WHERE period_id = %s
                         UNION ALL
                        SELECT level, activity_id, pool_id, 0, amount FROM crm_cost_fresh) compared
                 GROUP BY level, activity_id, pool_id HAVING SUM(signed) <> SUM(today)
                """,
                self.id,
            )
        )
        return {(level, activity, pool): (float(signed), float(today)) for level, activity, pool, signed, today in rows}

    def _late_customers(self):
        """Return how many customers would earn or cost something else today."""
        [(count,)] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM (
                    SELECT partner_id FROM (
                           SELECT partner_id, amount FROM crm_cost_line
                            WHERE period_id = %s AND attribution = 'customer' AND partner_id IS NOT NULL
                            UNION ALL
                           SELECT partner_id, -amount FROM crm_cost_fresh WHERE attribution = 'customer') compared
                     GROUP BY partner_id HAVING SUM(amount) <> 0) moved
                """,
                self.id,
            )
        )
        return count

    def _sync_late(self, kind, wanted):
        """Keep one row per account or figure."""
        values = [self._prepare_late(kind, key, *amounts) for key, amounts in wanted.items()]
        columns = ("account_ref", "level", "activity_id", "pool_id")
        self._sync_rows(
            self.late_ids.filtered(lambda row: row.kind == kind),
            values,
            lambda row: tuple(row[name].id if name.endswith("_id") else row[name] for name in columns),
            lambda vals: tuple(vals[name] for name in columns),
        )
        self.invalidate_recordset(["late_ids", "late_ledger_ids", "late_changed_ids"])

    def _prepare_late(self, kind, key, signed, today):
        """Return the values of a row; links to what was deleted meanwhile stay empty."""
        links = self._late_account(key) if kind == "ledger" else self._late_figure(*key)
        change = self.currency_id.round(today - signed)
        return {"kind": kind, "closed": signed, "now": today, "change": change, **links}

    def _late_account(self, number):
        # One name whoever looks: the company's own language.
        account = self.env["account.account"].with_context(lang=self.company_id.partner_id.lang)
        known = self.late_ledger_ids.filtered(lambda row: row.account_ref == number).account_id
        account = account.browse(known.id or number).exists()
        return {
            "account_ref": number,
            "account_id": account.id,
            "level": False,
            "activity_id": False,
            "pool_id": False,
            "name": account.display_name or self.env._("Deleted account %(number)s", number=number),
        }

    def _late_figure(self, level, activity, pool):
        activity, pool = self.env["crm.cost.activity"].browse(activity), self.env["crm.cost.pool"].browse(pool)
        return {
            "account_ref": 0,
            "account_id": False,
            "level": level,
            "activity_id": activity.id,
            "pool_id": pool.id,
            "name": activity.name or pool.name or False,
        }
