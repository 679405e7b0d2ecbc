"""Accounts without a place in the account map are announced once: on the month, and to those who can give them one."""

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _new_accounts(self):
        """Return the accounts of the working table without a place that no month of the company has shown so."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT account_id FROM crm_cost_fresh
                 WHERE level = 'unmapped' AND account_id NOT IN (
                       SELECT account_id FROM crm_cost_line
                        WHERE company_id = %s AND level = 'unmapped' AND account_id IS NOT NULL)
                """,
                self.company_id.id,
            )
        )
        return self.env["account.account"].browse([account for (account,) in rows])

    def _announce(self, accounts):
        """Ask the managers of customer profit to give these accounts a place.

        Each gets an activity of his own that belongs to no record: without amounts, and without a mail.
        """
        if not accounts:
            return
        managers = self.env.ref("crm_cost.group_profit_manager").all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [self.with_context(lang=manager.lang)._prepare_announcement(accounts, manager) for manager in managers]
        )

    def _prepare_announcement(self, accounts, manager):
        """Return the values of the activity of one manager, in his language."""
        text = self.env._(
            "These accounts have entries in %(period)s and no place in the account map. Until they have one, nobody "
            "carries what is booked on them:",
            period=self.name,
        )
        names = Markup("").join(Markup("<li>%s</li>") % account.display_name for account in accounts)
        link = Markup('<a href="/odoo/cost-accounts">%s</a>') % self.env._("Open the account map")
        return {
            "activity_type_id": self.env.ref("crm_cost.activity_new_account").id,
            "user_id": manager.id,
            "summary": self.env._(
                "%(company)s: %(count)s new accounts without a place",
                company=self.company_id.name,
                count=len(accounts),
            ),
            "note": Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (text, names, link),
        }
