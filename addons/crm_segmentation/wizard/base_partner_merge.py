from odoo import fields, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Before core re-points every link by raw SQL: derived rows go, history stays whole.

        Core would abort on our unique indexes. Values and profiles of everybody concerned are deleted, and queued to be
        computed again; of two open stays in one segmentation the target's, else the oldest, goes on. Core re-points
        the documents by SQL as well, so that no hook of theirs notices.
        """
        partners = src_partners | dst_partner
        concerned = partners | partners.commercial_partner_id
        self.env.flush_all()
        for table in ("crm_measure_value", "crm_customer"):
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE partner_id IN %s", SQL.identifier(table), tuple(concerned.ids))
            )
        self.env["crm.queue"]._add("documents", concerned.ids)
        self._crm_close_duplicate_stays(partners, dst_partner)
        self.env.invalidate_all()
        self.env["crm.job"]._trigger_chain()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crm_close_duplicate_stays(self, partners, dst_partner):
        """Close all but one of the open stays that these partners have in the same segmentation and company."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_segment_member SET date_to = GREATEST(date_from, %(today)s)
                 WHERE id IN (
                       SELECT id FROM (
                              SELECT id, ROW_NUMBER() OVER (
                                         PARTITION BY scheme_id, company_id
                                         ORDER BY partner_id = %(target)s DESC, date_from, id) AS place
                                FROM crm_segment_member
                               WHERE partner_id IN %(partners)s AND date_to IS NULL) stay
                        WHERE place > 1)
                """,
                today=fields.Date.today(),
                target=dst_partner.id,
                partners=tuple(partners.ids),
            )
        )
