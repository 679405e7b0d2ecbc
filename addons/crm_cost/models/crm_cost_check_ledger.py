"""Questions about the books of the month."""

from odoo import models
from odoo.tools import SQL


class CrmCostCheck(models.Model):
    _inherit = "crm.cost.check"

    def _check_draft(self, period):
        """Entries that are dated in the month and not posted."""
        return {
            "model": "account.move",
            "domain": [
                ("company_id", "=", period.company_id.id),
                ("state", "=", "draft"),
                ("date", ">=", period.date_from),
                ("date", "<=", period.date_to),
                ("journal_id.crm_carry_forward", "!=", True),
            ],
        }

    def _check_rate(self, period):
        """Entries in a foreign currency for which no rate on or before their date is known: booked one to one."""
        rows = period.env.execute_query(
            SQL(
                """
                SELECT DISTINCT item.move_id FROM %s
                 WHERE item.currency_id <> %s AND NOT EXISTS (
                       SELECT FROM res_currency_rate rate
                        WHERE rate.currency_id = item.currency_id AND rate.name <= item.date
                          AND (rate.company_id IS NULL OR rate.company_id = %s))
                """,
                period._items_sql(),
                period.company_id.currency_id.id,
                period.company_id.root_id.id,
            )
        )
        return {"model": "account.move", "domain": [("id", "in", [move for (move,) in rows])]}

    def _check_unmapped(self, period):
        """Accounts with entries in the month that have no place in the account map."""
        lines = period.env["crm.cost.line"].search([("period_id", "=", period.id), ("level", "=", "unmapped")])
        return {"model": "account.account", "domain": [("id", "in", lines.account_id.ids)]}

    def _check_new_account(self, period):
        """Accounts used for the first time in the month for which the account map has no line of their own."""
        rows = period.env.execute_query(
            SQL(
                """
                SELECT DISTINCT item.account_id
                  FROM %s JOIN account_account account ON account.id = item.account_id
                   AND account.account_type ~ '^(income|expense)'
                 WHERE NOT EXISTS (SELECT FROM crm_cost_account_role own
                                    WHERE own.account_id = item.account_id AND own.company_id = %s)
                   AND NOT EXISTS (SELECT FROM account_move_line earlier
                                    WHERE earlier.account_id = item.account_id AND earlier.company_id = %s
                                      AND earlier.parent_state = 'posted' AND earlier.date < %s)
                   AND EXISTS (SELECT FROM account_move_line history
                                WHERE history.company_id = %s AND history.parent_state = 'posted'
                                  AND history.date < %s)
                """,
                period._items_sql(),
                period.company_id.id,
                period.company_id.id,
                period.date_from,
                period.company_id.id,
                period.date_from,
            )
        )
        return {"model": "account.account", "domain": [("id", "in", [account for (account,) in rows])]}

    def _check_capacity(self, period):
        """Pools without capacity: their whole cost stays with nobody."""
        domain = [("period_id", "=", period.id), ("issue", "=", "no_capacity")]
        return {"model": "crm.cost.pool.result", "domain": domain}

    def _check_no_customer(self, period):
        """Revenue and cost of goods that belong to no customer."""
        return {
            "model": "crm.cost.line",
            "domain": [
                ("period_id", "=", period.id),
                ("attribution", "=", "none"),
                ("level", "not in", ("unused", "variance", "unmapped", "kept_out", "activity")),
            ],
        }

    def _check_sale_lock(self, period):
        """The sales lock date lies before the end of the month: customer documents may still be added."""
        return self._lock_answer(period, "sale_lock_date")

    def _check_fiscal_lock(self, period):
        """The lock date of all entries lies before the end of the month."""
        return self._lock_answer(period, "fiscalyear_lock_date")

    def _lock_answer(self, period, name):
        locked = period._lock_date(name)
        open_still = not locked or locked < period.date_to
        return {
            "model": "res.company",
            "domain": [("id", "=", period.company_id.id)],
            "count": int(open_still),
        }

    def _check_difference(self, period):
        """Account groups that do not agree with the ledger."""
        rows = period.reconciliation_ids.filtered(lambda row: not period.currency_id.is_zero(row.difference))
        differs = not period.currency_id.is_zero(period.difference)
        return {
            "model": "crm.cost.reconciliation",
            "domain": [("id", "in", rows.ids)],
            "count": len(rows) or int(differs),
        }
