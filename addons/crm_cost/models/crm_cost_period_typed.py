"""What people may type of a month: which one it is. Figures, state and signature are the program's own."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context

TYPED = {"company_id", "date_from", "date_to"}


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    @api.model_create_multi
    def create(self, vals_list):
        """Begin every month of a user without figures: a readonly field keeps nobody from sending it."""
        if self.env.su:
            return super().create(vals_list)
        self._refuse_typed({name for vals in vals_list for name in vals} - TYPED)
        clean = self.with_env(self.env(context=clean_context(self.env.context)))
        return super(CrmCostPeriod, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Refuse what a user sends: signing, showing and comparing write for him, each after its own checks."""
        if not self.env.su:
            self._refuse_typed(vals.keys())
        return super().write(vals)

    def _refuse_typed(self, names):
        if names:
            labels = ", ".join(sorted(self._fields[name].string if name in self._fields else name for name in names))
            raise AccessError(self.env._("Nobody types the figures of a month: %(fields)s.", fields=labels))
