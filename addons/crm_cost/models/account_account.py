from odoo import api, models
from odoo.exceptions import UserError


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_closed_month(self):
        """Keep an account that signed lines point at, also when its entries are gone."""
        domain = [("account_id", "in", self.ids), ("position", ">", 0)]
        if self.env["crm.cost.line"].sudo().search_count(domain, limit=1):
            raise UserError(self.env._("Closed months of customer profit name this account. Archive it instead."))
