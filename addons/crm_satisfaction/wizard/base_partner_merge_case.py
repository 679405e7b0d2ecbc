from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Of several open cases of what becomes one customer, one goes on; a case belongs to the customer's company."""
        customer = dst_partner.commercial_partner_id
        self._crm_join_open_cases(src_partners | customer, customer)
        self.env.flush_all()
        for table in ("crm_satisfaction_case", "crm_satisfaction_promise", "crm_customer_preference"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET customer_id = %s WHERE customer_id IN %s",
                    SQL.identifier(table),
                    customer.id,
                    tuple(src_partners.ids),
                )
            )
        self.env.invalidate_all()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crm_join_open_cases(self, partners, customer):
        """Close all but one open case of each company; the target's, else the oldest, takes over what they hold."""
        open_sudo = self.env["crm.satisfaction.case"].sudo().search(
            [("customer_id", "in", partners.ids), ("state", "!=", "closed")], order="id"
        )  # fmt: skip
        for same in open_sudo.grouped("company_id").values():
            kept, *others = same.sorted(lambda case: (case.customer_id != customer, case.id))
            for case in others:
                kept._take_over(case)
