from odoo import fields, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Agreements and history follow the customer; what waits for several of them is done once.

        Agreements keep their customer, the newest one decides. No unique index is in the way of core's SQL here.
        """
        partners = src_partners | dst_partner
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_segment_event SET state = 'skipped', finished_at = %(now)s, note = %(note)s
                 WHERE id IN (
                       SELECT id FROM (
                              SELECT id, ROW_NUMBER() OVER (
                                         PARTITION BY action_id, company_id
                                         ORDER BY partner_id = %(target)s DESC, id) AS place
                                FROM crm_segment_event
                               WHERE partner_id IN %(partners)s AND state IN ('pending', 'failed')) waiting
                        WHERE place > 1)
                """,
                now=fields.Datetime.now(),
                note=self.env._("The customer was merged with one for whom it is done."),
                target=dst_partner.id,
                partners=tuple(partners.ids),
            )
        )
        self.env["crm.segment.event"].invalidate_model()
        self._crm_keep_one_reminder(partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crm_keep_one_reminder(self, partners, dst_partner):
        """Keep one reminder of the contact rhythm for each company, the target's if it has one."""
        reminders = self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", partners.ids),
                ("crm_rhythm_company_id", "!=", False),
            ]
        )
        for several in reminders.grouped("crm_rhythm_company_id").values():
            first = several.sorted(lambda reminder: (reminder.res_id != dst_partner.id, reminder.id))[:1]
            (several - first).unlink()
