from odoo import fields, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Before core re-points every link: what would become the same thing twice, or relate somebody to themselves.

        Of two open alerts of a rule the target's, else the oldest, goes on with what was found and done in all.
        """
        partners = src_partners | dst_partner
        self.env.flush_all()
        self._crm_join_open_alerts(partners, dst_partner)
        for statement in (
            # Derived: the next night notes the scores of who is left.
            SQL("DELETE FROM crm_customer_score WHERE partner_id IN %s", tuple(partners.ids)),
            self._crm_same_findings_sql(partners),
            SQL(
                "DELETE FROM crm_partner_relation WHERE partner_id IN %(them)s AND other_id IN %(them)s",
                them=tuple(partners.ids),
            ),
            self._crm_same_relations_sql(partners, dst_partner),
        ):
            self.env.cr.execute(statement)
        self.env.invalidate_all()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crm_join_open_alerts(self, partners, dst_partner):
        """Close all but one of the open alerts of the same rule and company; the one goes on with everything."""
        alerts_sudo = self.env["crm.customer.alert"].sudo()
        alerts = alerts_sudo.search([("partner_id", "in", partners.ids), ("state", "!=", "closed")])
        for same in alerts.grouped(lambda alert: (alert.rule_id, alert.company_id)).values():
            kept, *others = same.sorted(lambda alert: (alert.partner_id != dst_partner, alert.id))
            for other in others:
                self.env.cr.execute(
                    SQL("UPDATE crm_alert_finding SET alert_id = %s WHERE alert_id = %s", kept.id, other.id)
                )
                other.outcome_ids.write({"alert_id": kept.id})
                other.activity_ids.unlink()
                other.write({"state": "closed", "closed_at": fields.Datetime.now()})
                other.message_post(body=self.env._("Goes on in %(name)s: the contacts were merged.", name=kept.id))
        self.env.flush_all()

    def _crm_same_findings_sql(self, partners):
        """Of findings that would become the same, the one with an alert stays, else the oldest."""
        return SQL(
            "DELETE FROM crm_alert_finding WHERE id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER ("
            " PARTITION BY rule_id, company_id, key ORDER BY alert_id IS NULL, id) AS place FROM crm_alert_finding"
            " WHERE partner_id IN %s) finding WHERE place > 1)",
            tuple(partners.ids),
        )

    def _crm_same_relations_sql(self, partners, dst_partner):
        """Of relations without end that would become the same, the oldest stays."""
        ends = [
            SQL(
                "CASE WHEN %(column)s IN %(them)s THEN %(target)s ELSE %(column)s END",
                column=SQL.identifier(name),
                them=tuple(partners.ids),
                target=dst_partner.id,
            )
            for name in ("partner_id", "other_id")
        ]
        return SQL(
            "DELETE FROM crm_partner_relation WHERE id IN (SELECT id FROM (SELECT id, ROW_NUMBER() OVER ("
            " PARTITION BY type_id, %s ORDER BY id) AS place FROM crm_partner_relation"
            " WHERE date_to IS NULL AND (partner_id IN %s OR other_id IN %s)) relation WHERE place > 1)",
            SQL(", ").join(ends),
            tuple(partners.ids),
            tuple(partners.ids),
        )
