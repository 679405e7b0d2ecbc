from odoo import fields, models


class CrmLeadLost(models.TransientModel):
    _inherit = "crm.lead.lost"

    next_cycle_date = fields.Date(
        string="Take Up Again On",
        help="On this day a new opportunity, the next cycle, is opened for the same customer, with an activity for the "
        "salesperson. Empty: it is over.",
    )

    def action_lost_reason_apply(self):
        result = super().action_lost_reason_apply()
        if self.next_cycle_date:
            self.lead_ids._schedule_next_cycle(self.next_cycle_date)
        return result
