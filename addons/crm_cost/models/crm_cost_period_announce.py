"""Accounts without a place in the account map are announced once: on the month, and to those who can give them one."""

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import SQL


class CrmCostPeriod(models.Model):
    _name = "crm.cost.period"
    _inherit = ["crm.cost.period", "mail.thread", "mail.activity.mixin"]

    # Activities are also what somebody has to do.
    charged = fields.Monetary(string="Cost to Serve")

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
        """Ask the managers of customer profit, without amounts and without a mail, to give these accounts a place."""
        if not accounts:
            return
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        note = self.env._(
            "These accounts have entries and no place in the account map. Until they have one, nobody carries what is "
            "booked on them:"
        )
        names = Markup("").join(Markup("<li>%s</li>") % account.display_name for account in accounts)
        managers = self.env.ref("crm_cost.group_profit_manager").all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "activity_type_id": todo.id if todo else False,
                    "user_id": manager.id,
                    "summary": self.env._("%(count)s new accounts without a place", count=len(accounts)),
                    "note": Markup("<p>%s</p><ul>%s</ul>") % (note, names),
                }
                for manager in managers
            ]
        )
