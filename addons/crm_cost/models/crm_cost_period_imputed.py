"""Cost that is in no account, below the result that agrees with the ledger: expected loss and cost of money."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..tools.allocation import exact


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _fill_imputed(self):
        """Charge the movement of the expected loss and the cost of money, where the company has set them."""
        setting = self.env["crm.cost.setting"]._of(self.company_id)
        if setting.money_rate:
            self._insert_imputed("cost_of_money", self._cost_of_money_sql(exact(setting.money_rate) / 100))
        if setting.band_ids:
            self._insert_imputed("expected_loss", self._expected_loss_sql(setting))

    def _insert_imputed(self, level, rows):
        """Take in (partner_id, amount) of customers as costs; our own companies are none of our risk."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_cost_fresh (partner_id, level, attribution, amount, role, found_by)"
                " SELECT partner_id, %(level)s, 'customer', -amount, 'imputed', 'document'"
                " FROM (SELECT partner_id, ROUND(SUM(amount) / %(unit)s) * %(unit)s AS amount"
                " FROM (%(rows)s) imputed GROUP BY partner_id) rounded"
                " WHERE amount <> 0 AND partner_id NOT IN (SELECT partner_id FROM res_company)",
                level=level,
                unit=self._unit(),
                rows=rows,
            )
        )

    def _receivables_sql(self):
        """Return SQL of the posted receivable items of the company up to the end of the month, as alias ``due``."""
        return SQL(
            "account_move_line due JOIN account_account account ON account.id = due.account_id"
            " AND account.account_type = 'asset_receivable'"
            " JOIN res_partner contact ON contact.id = due.partner_id"
            " AND due.company_id = %s AND due.parent_state = 'posted' AND due.date <= %s",
            self.company_id.id,
            self.date_to,
        )

    def _cost_of_money_sql(self, rate):
        """Return the end-of-day balances of the month, added up, x yearly rate / 365.

        An item counts on every day of the month from its own on: prepayments lower the balance, tax is in it.
        """
        return SQL(
            """
            SELECT contact.commercial_partner_id AS partner_id,
                   SUM(due.balance * (%(end)s::date - GREATEST(due.date, %(begin)s::date) + 1)) * %(rate)s / 365
                   AS amount
              FROM %(receivables)s
             GROUP BY contact.commercial_partner_id
            """,
            begin=self.date_from,
            end=self.date_to,
            rate=rate,
            receivables=self._receivables_sql(),
        )

    def _expected_loss_sql(self, setting):
        """Return the allowance at the end of the month less the allowance at its start: a movement, never a balance."""
        before = self.date_from - timedelta(days=1)
        return SQL(
            "SELECT partner_id, amount FROM (%s) closing UNION ALL SELECT partner_id, -amount FROM (%s) opening",
            self._allowance_sql(setting, self.date_to),
            self._allowance_sql(setting, before),
        )

    def _allowance_sql(self, setting, day):
        """Return a SELECT of (partner_id, amount): what was open on a day, by its age, x the share of its band.

        Payments not yet matched pay the oldest items first. A customer with an allowance in the books has none of ours.
        """
        share = SQL("0")
        for band in setting.band_ids.sorted("days"):
            share = SQL(
                "CASE WHEN %s::date - open.maturity >= %s THEN %s ELSE %s END",
                day,
                band.days,
                exact(band.share),
                share,
            )
        return SQL(
            """
            SELECT open.partner_id,
                   SUM(LEAST(open.residual, GREATEST(open.running - open.credit, 0)) * (%(share)s)) AS amount
              FROM (SELECT residual.*, SUM(GREATEST(residual, 0)) OVER by_age AS running,
                           -SUM(LEAST(residual, 0)) OVER (PARTITION BY partner_id) AS credit
                      FROM (%(residuals)s) residual
                    WINDOW by_age AS (PARTITION BY partner_id ORDER BY maturity, id ROWS UNBOUNDED PRECEDING)) open
             WHERE open.residual > 0 AND open.partner_id NOT IN (%(booked)s)
             GROUP BY open.partner_id
            """,
            share=share,
            residuals=self._residuals_sql(day),
            booked=self._booked_allowances_sql(day),
        )

    def _residuals_sql(self, day):
        """Return a SELECT of (id, partner_id, maturity, residual): what was open at the end of a day."""
        return SQL(
            """
            SELECT due.id, contact.commercial_partner_id AS partner_id,
                   COALESCE(due.date_maturity, due.date) AS maturity, due.balance
                   - COALESCE((SELECT SUM(amount) FROM account_partial_reconcile
                                WHERE debit_move_id = due.id AND max_date <= %(day)s), 0)
                   + COALESCE((SELECT SUM(amount) FROM account_partial_reconcile
                                WHERE credit_move_id = due.id AND max_date <= %(day)s), 0) AS residual
              FROM %(receivables)s
             WHERE due.date <= %(day)s AND (due.reconciled IS NOT TRUE OR due.id IN (
                   SELECT debit_move_id FROM account_partial_reconcile WHERE max_date > %(day)s
                    UNION ALL SELECT credit_move_id FROM account_partial_reconcile WHERE max_date > %(day)s))
            """,
            day=day,
            receivables=self._receivables_sql(),
        )

    def _booked_allowances_sql(self, day):
        """Return a SELECT of the customers with an allowance in the books on a day."""
        return SQL(
            """
            SELECT contact.commercial_partner_id
              FROM account_move_line item
              JOIN account_journal journal ON journal.id = item.journal_id AND journal.crm_carry_forward IS NOT TRUE
              JOIN res_partner contact ON contact.id = item.partner_id
              JOIN crm_cost_account_role rule ON rule.account_id = item.account_id AND rule.company_id = item.company_id
               AND rule.is_allowance
             WHERE item.company_id = %s AND item.parent_state = 'posted' AND item.date <= %s
             GROUP BY contact.commercial_partner_id
            HAVING SUM(item.balance) <> 0
            """,
            self.company_id.id,
            day,
        )
