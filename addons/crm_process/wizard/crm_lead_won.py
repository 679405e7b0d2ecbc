from odoo import fields, models


class CrmLeadWon(models.TransientModel):
    _name = "crm.lead.won"
    _description = "Get Won Reason"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True, readonly=True, ondelete="cascade")
    won_reason_id = fields.Many2one("crm.won.reason", required=True, help="What decided in our favour.")
    asks_competitor = fields.Boolean(related="won_reason_id.asks_competitor")
    competitor_id = fields.Many2one("res.partner", help="Who else was after it.")

    def action_won(self):
        """Win with the reason."""
        self.ensure_one()
        self.lead_id.write({"won_reason_id": self.won_reason_id.id, "competitor_id": self.competitor_id.id})
        action = self.lead_id.action_set_won_rainbowman()
        return action if isinstance(action, dict) else {"type": "ir.actions.act_window_close"}
