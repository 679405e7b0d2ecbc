"""The account map as the computation reads it: every account on every day exactly once."""

from odoo import api, models
from odoo.tools import SQL


class CrmCostAccountRole(models.Model):
    _inherit = "crm.cost.account.role"

    @api.model
    def _places_sql(self, company):
        """Return a SELECT of (account_id, date_from, date_to, role, pool_id, direct_id, customer_rule).

        For each account the spans of its rules and, between them, what the type of the account says: they do not
        overlap and leave no day out.
        """
        return SQL(
            """
            WITH own AS (
                 SELECT rule.account_id, COALESCE(rule.date_from, '-infinity') AS date_from,
                        COALESCE(rule.date_to, 'infinity') AS date_to, rule.customer_rule,
                        CASE WHEN rule.role = 'pool' AND NOT pool.active
                               OR rule.role = 'direct' AND NOT direct.active THEN 'unmapped' ELSE rule.role END AS role,
                        CASE WHEN pool.active THEN rule.pool_id END AS pool_id,
                        CASE WHEN direct.active THEN rule.direct_id END AS direct_id
                   FROM crm_cost_account_role rule
              LEFT JOIN crm_cost_pool pool ON pool.id = rule.pool_id
              LEFT JOIN crm_cost_direct direct ON direct.id = rule.direct_id
                  WHERE rule.company_id = %(company)s AND rule.analytic_account_id IS NULL
                    AND rule.partner_kind = 'any'
            ), gap AS (
                 SELECT account_id, date_to + 1 AS date_from, next_day - 1 AS date_to
                   FROM (SELECT account_id, date_to, LEAD(date_from, 1, 'infinity'::date)
                                OVER (PARTITION BY account_id ORDER BY date_from) AS next_day FROM own) after
                  WHERE date_to < 'infinity'
                 UNION ALL
                 SELECT account_id, '-infinity', MIN(date_from) - 1 FROM own
                  GROUP BY account_id HAVING MIN(date_from) > '-infinity'
                 UNION ALL
                 SELECT id, '-infinity', 'infinity' FROM account_account
                  WHERE id NOT IN (SELECT account_id FROM own)
            )
            SELECT account_id, date_from, date_to, role, pool_id, direct_id, customer_rule FROM own
             UNION ALL
            SELECT account.id, gap.date_from, gap.date_to, %(by_type)s, NULL, NULL, 'auto'
              FROM gap JOIN account_account account ON account.id = gap.account_id
             WHERE account.account_type ~ '^(income|expense)' AND gap.date_from <= gap.date_to
            """,
            company=company.id,
            by_type=self._role_by_type_sql(company),
        )

    @api.model
    def _role_by_type_sql(self, company):
        """Return SQL of the place of alias ``account`` that nobody said anything about."""
        root_sudo = company.root_id.sudo()
        exchange = root_sudo.income_currency_exchange_account_id | root_sudo.expense_currency_exchange_account_id
        return SQL(
            "CASE WHEN account.id IN %(exchange)s THEN 'exchange' WHEN account.id IN %(discounts)s THEN 'revenue'"
            " WHEN account.account_type LIKE 'income%%' THEN 'revenue'"
            " WHEN account.account_type = 'expense_direct_cost' THEN 'cost_of_goods' ELSE 'unmapped' END",
            exchange=tuple(exchange.ids) or (0,),
            discounts=tuple(self._discount_accounts(company).ids) or (0,),
        )

    @api.model
    def _discount_accounts(self, company):
        """Return the accounts that book discounts given to customers: they split revenue and are no cost."""
        companies_sudo = (company | company.root_id).sudo()
        return (
            companies_sudo.account_discount_expense_allocation_id
            | companies_sudo.account_journal_early_pay_discount_loss_account_id
        )
