from odoo import api, models
from odoo.exceptions import AccessError

#: What obstacles and after-sales say, and what stops the clock of a stage; each is written by its own button only.
KEPT = {"blocked_since", "followup_start", "followup_end", "followup_outcome"}


class CrmLead(models.Model):
    """A case is blocked by an obstacle and closed by the end of after-sales, not by whoever writes a date."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        # From the values, or a default in the context
        given = [self.env.context.get(f"default_{name}") or vals.get(name) for vals in vals_list for name in KEPT]
        if any(given) and not self.env.su:
            self._refuse_kept()
        return super().create(vals_list)

    def write(self, vals):
        if KEPT & vals.keys() and not self.env.su:
            self._refuse_kept()
        return super().write(vals)

    @api.model
    def _refuse_kept(self):
        raise AccessError(self.env._("Note an obstacle, or close after-sales: its dates come from there."))
