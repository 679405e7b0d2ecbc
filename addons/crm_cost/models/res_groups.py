from odoo import api, models

NAMES = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["crm.cost.access.log"]._watch(vals_list, NAMES):
            return super().create(vals_list)

    def write(self, vals):
        """Log who gets or loses the right to see customer profit."""
        if not any(self._ids):
            # A form that is being filled in: looking at the groups would make it forget what was chosen.
            return super().write(vals)
        with self.env["crm.cost.access.log"]._watch([vals], NAMES):
            return super().write(vals)

    def unlink(self):
        """Log who loses the right together with a group that gave it."""
        with self.env["crm.cost.access.log"]._watch([dict.fromkeys(NAMES)], NAMES):
            return super().unlink()
