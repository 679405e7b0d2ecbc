from odoo import api, fields, models


class CrmCostClose(models.TransientModel):
    """The page on which a month is checked and signed."""

    _name = "crm.cost.close"
    _description = "Close a Month"

    period_id = fields.Many2one("crm.cost.period", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="period_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(related="period_id.currency_id", related_sudo=False)
    version = fields.Integer(related="period_id.version", related_sudo=False)
    reason = fields.Text(related="period_id.reason", related_sudo=False)
    profit_change = fields.Monetary(related="period_id.profit_change", related_sudo=False)
    ledger_profit = fields.Monetary(related="period_id.ledger_profit", related_sudo=False)
    difference = fields.Monetary(related="period_id.difference", related_sudo=False)
    check_ids = fields.One2many(related="period_id.check_ids", related_sudo=False)
    blocked = fields.Boolean(compute="_compute_blocked", help="Something must be settled before.")
    note = fields.Text(help="What whoever reads this month later should know. Printed with the signature.")

    @api.depends("check_ids.count", "check_ids.blocking")
    def _compute_blocked(self):
        for page in self:
            page.blocked = any(check.blocking and check.count for check in page.check_ids)

    @api.model_create_multi
    def create(self, vals_list):
        """Compute and check before the page is shown: what it says is of today."""
        pages = super().create(vals_list)
        for period in pages.period_id:
            period.action_compute()
            period._run_checks()
        return pages

    def action_check(self):
        """Compute and ask again, after something was settled."""
        self.ensure_one()
        self.period_id.action_compute()
        self.period_id.action_check()
        return self.period_id._page_action(self._name, self.env._("Close %(month)s", month=self.period_id.display_name))

    def action_close(self):
        """Sign the month."""
        self.ensure_one()
        self.period_id._close(self.note)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
