"""Cost of a pool by analytic account: the share of an account's items that is distributed to a cost centre."""

from odoo import fields, models
from odoo.exceptions import UserError


class CrmCostPool(models.Model):
    _inherit = "crm.cost.pool"

    analytic_role_ids = fields.One2many(
        "crm.cost.account.role",
        "pool_id",
        string="Shares by Analytic Account",
        domain=[("analytic_account_id", "!=", False)],
        help="Of these accounts only what is distributed to the analytic account is the cost of the pool. The "
        "remainder of each item keeps the place of its account.",
    )

    def action_find_analytic_accounts(self):
        """Add every expense account with items on the pool's analytic accounts in the last 12 months."""
        self.ensure_one()
        self.check_access("write")
        centres = self.analytic_role_ids.analytic_account_id
        if not centres:
            raise UserError(self.env._("Add a first line with the analytic account, then the others are found."))
        known = {(role.account_id, role.analytic_account_id) for role in self.analytic_role_ids}
        missing = [
            {
                "company_id": self.company_id.id,
                "account_id": account.id,
                "analytic_account_id": centre.id,
                "role": "pool",
                "pool_id": self.id,
            }
            for centre in centres
            for account in self._distributed_accounts(centre)
            if (account, centre) not in known
        ]
        self.env["crm.cost.account.role"].create(missing)

    def _distributed_accounts(self, centre):
        """Return the expense accounts with items distributed to an analytic account; cost of goods stays out."""
        items_sudo = self.env["account.move.line"].sudo()  # accounts only, and no items
        groups = items_sudo._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", fields.Date.subtract(self.company_id._crm_today(), years=1)),
                ("account_id.account_type", "in", ("expense", "expense_depreciation", "expense_other")),
                ("analytic_distribution", "in", centre.ids),
            ],
            ["account_id"],
        )
        return self.env["account.account"].union(*(account for (account,) in groups)).sudo(False)
