from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Before core re-points every link by raw SQL: derived rows go, history stays whole.

        Core would abort on our unique indexes. Values and profiles of everybody concerned are deleted, and queued to be
        computed again; of two open stays in one segment, or in one segmentation where only one counts, the target's,
        else the oldest, goes on. Core re-points the documents by SQL as well, so that no hook of theirs notices.
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
        self._crm_forget_answers(partners, dst_partner)
        self.env.invalidate_all()
        self.env["crm.job"]._trigger_chain()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crm_close_duplicate_stays(self, partners, dst_partner):
        """Close all but one of the open stays that these partners have where each customer has one."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_segment_member stay SET date_to = GREATEST(stay.date_from, today.day)
                  FROM (%(todays)s) today
                 WHERE today.company_id = stay.company_id AND stay.id IN (
                       SELECT id FROM (
                              SELECT m.id, ROW_NUMBER() OVER (
                                         PARTITION BY m.company_id, m.scheme_id,
                                             CASE WHEN scheme.kind = 'overlapping' THEN m.segment_id END
                                         ORDER BY m.partner_id = %(target)s DESC, m.date_from, m.id) AS place
                                FROM crm_segment_member m
                                JOIN crm_segment_scheme scheme ON scheme.id = m.scheme_id
                               WHERE m.partner_id IN %(partners)s AND m.date_to IS NULL) twice
                        WHERE place > 1)
                """,
                todays=self.env["res.company"]._crm_todays_sql(),
                target=dst_partner.id,
                partners=tuple(partners.ids),
            )
        )

    def _crm_forget_answers(self, partners, dst_partner):
        """Forget what the assignment remembers of these partners; of two decisions by hand the target's counts."""
        cr = self.env.cr
        cr.execute(SQL("DELETE FROM crm_segment_pending WHERE partner_id IN %s", tuple(partners.ids)))
        cr.execute(
            SQL(
                """
                DELETE FROM crm_segment_exception
                 WHERE id IN (
                       SELECT id FROM (
                              SELECT id, ROW_NUMBER() OVER (
                                         PARTITION BY segment_id, COALESCE(company_id, 0)
                                         ORDER BY partner_id = %s DESC, id) AS place
                                FROM crm_segment_exception WHERE partner_id IN %s) line
                        WHERE place > 1)
                """,
                dst_partner.id,
                tuple(partners.ids),
            )
        )
        self.env["crm.segment.layout"]._forget()
