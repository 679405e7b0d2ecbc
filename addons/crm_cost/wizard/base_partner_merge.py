from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Before core re-points every link by raw SQL: cost lines that become the same customer's are added up.

        Core would abort on the unique index. What was written when the month was computed, customer number and name,
        stays as it was; of a closed month only the link follows, which core does by itself.
        """
        partners = tuple((src_partners | dst_partner).ids)
        self.env["crm.cost.line"]._fold(SQL("line.partner_id IN %s", partners), partner_id=dst_partner.id)
        self.env["crm.job"]._trigger_chain()
        return super()._update_foreign_keys(src_partners, dst_partner)
