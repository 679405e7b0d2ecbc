from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        """What an alert led to goes on in the opportunity that is kept; counted once, also where both came of one."""
        outcomes_sudo = self.env["crm.alert.outcome"].sudo()
        if not outcomes_sudo.search_count([("lead_id", "in", self.ids)], limit=1):
            merged = outcomes_sudo.search([("lead_id", "in", opportunities.ids)], order="id", limit=1)
            merged.lead_id = self
        return super()._merge_dependences(opportunities)
