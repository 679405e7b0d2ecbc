from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """The sums of a customer are made anew from his lines, once these have become one customer's.

        Lines of closed months follow with core's own pass: only after it the sums are right.
        """
        customers = self.env["crm.cost.customer"]
        customers._forget(src_partners | dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        customers._fill(dst_partner)
        return result
