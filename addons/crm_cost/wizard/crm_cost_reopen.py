from odoo import fields, models


class CrmCostReopen(models.TransientModel):
    """Why a closed month is opened again."""

    _name = "crm.cost.reopen"
    _description = "Reopen a Month"

    period_id = fields.Many2one("crm.cost.period", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="period_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(related="period_id.currency_id", related_sudo=False)
    late_amount = fields.Monetary(related="period_id.late_amount", related_sudo=False)
    late_count = fields.Integer(related="period_id.late_count", related_sudo=False)
    late_customers = fields.Integer(related="period_id.late_customers", related_sudo=False)
    reason = fields.Text(help="Printed on the new version beside what it changes.")

    def action_reopen(self):
        """Start the next version and open it."""
        self.ensure_one()
        version = self.period_id._reopen(self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.cost.period",
            "res_id": version.id,
            "view_mode": "form",
        }
