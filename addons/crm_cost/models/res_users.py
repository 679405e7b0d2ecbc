from odoo import api, models

# The role writes groups too: it is a computed field with an inverse. Whoever is archived holds nothing.
NAMES = {"group_ids", "all_group_ids", "role", "active"}


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        # A new user may get the right by default, without being given groups.
        with self.env["crm.cost.access.log"]._watch([dict.fromkeys(NAMES)], NAMES):
            return super().create(vals_list)

    def write(self, vals):
        """Log who gets or loses the right to see customer profit."""
        if not any(self._ids):
            # A form that is being filled in: looking at the groups would make it forget what was chosen.
            return super().write(vals)
        with self.env["crm.cost.access.log"]._watch([vals], NAMES):
            return super().write(vals)

    def unlink(self):
        """Log who loses the right together with the account."""
        self.env["crm.cost.access.log"]._record_deleted(self)
        self.env["crm.cost.line"].sudo()._let_go("user_id", self)
        return super().unlink()
