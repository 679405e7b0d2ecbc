from odoo import api, models
from odoo.exceptions import UserError


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_closed_month(self):
        """Keep an account that signed rows point at, also when its entries are gone."""
        domain = [("account_id", "in", self.ids), ("period_id.state", "=", "closed")]
        if any(
            self.env[name].sudo().search_count(domain, limit=1) for name in ("crm.cost.line", "crm.cost.reconciliation")
        ):
            raise UserError(self.env._("Closed months of customer profit name this account. Archive it instead."))
