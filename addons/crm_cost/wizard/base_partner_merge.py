from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Before core re-points every link by raw SQL: cost lines that become the same customer's are added up.

        Core would abort on the unique index. What was written when the month was computed, customer number and name,
        stays as it was.
        """
        self._crm_cost_merge_lines(src_partners | dst_partner, dst_partner)
        self.env["crm.job"]._trigger_chain()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crm_cost_merge_lines(self, partners, dst_partner):
        """Replace the lines of these partners by one line each for the target; sums stay the same to the cent."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_cost_merged ON COMMIT DROP AS"
                " SELECT * FROM crm_cost_line WHERE partner_id IN %s",
                tuple(partners.ids),
            )
        )
        cr.execute("DELETE FROM crm_cost_line WHERE id IN (SELECT id FROM crm_cost_merged)")
        cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_line (period_id, company_id, currency_id, level, attribution, partner_id,
                                           activity_id, pool_id, account_id, direct_id, role, found_by, categ_id,
                                           team_id, user_id, variance_kind, country_id, quantity, minutes, amount,
                                           customer_ref, customer_name)
                SELECT period_id, company_id, currency_id, level, attribution, %s,
                       activity_id, pool_id, account_id, direct_id, role, found_by, categ_id, team_id, user_id,
                       variance_kind, MIN(country_id), SUM(quantity), SUM(minutes), SUM(amount),
                       MIN(customer_ref), STRING_AGG(DISTINCT customer_name, ' + ')
                  FROM crm_cost_merged
                 GROUP BY period_id, company_id, currency_id, level, attribution, activity_id, pool_id, account_id,
                       direct_id, role, found_by, categ_id, team_id, user_id, variance_kind
                """,
                dst_partner.id,
            )
        )
        cr.execute("DROP TABLE crm_cost_merged")
        self.env["crm.cost.line"].invalidate_model()
