"""From findings to alerts: one open case for a customer and a rule, not more than a person can work on in a day."""

from odoo import fields, models
from odoo.tools import SQL

from .crm_alert_finding import KEEP_DAYS
from .crm_alert_rule import STATE_KINDS

#: Alerts raised by one batch.
BATCH = 200


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    def _raise_alerts(self):
        """Settle what needs no alert, and raise the next alerts; return the number of rows written."""
        if not self:
            return 0
        written = self._settle_findings()
        for company in self._all_companies():
            full = self.env["crm.alert.finding"]  # of people who have no room today: others come after them
            while findings := self._next_findings(company, full):
                if raised := self._raise_for(findings, company):
                    return written + raised + self._settle_findings()
                full |= findings
        return written

    def _settle_findings(self):
        """Let findings join the alert that is open, keep quiet during a cool-down, and forget what waited too long."""
        self.env.flush_all()
        written, rules = 0, tuple(self.ids)
        waiting = SQL("f.fate = 'waiting' AND f.rule_id IN %s", rules)
        for statement in (
            self._join_open_sql(waiting),
            SQL(
                "UPDATE crm_alert_finding f SET fate = 'cooling' FROM crm_alert_rule r WHERE r.id = f.rule_id AND %s"
                " AND EXISTS (SELECT FROM crm_customer_alert a WHERE a.rule_id = f.rule_id"
                " AND a.company_id = f.company_id AND a.partner_id = f.partner_id AND a.severity >= f.severity"
                " AND a.raised_on > f.found_on - r.cool_down_days)",
                waiting,
            ),
            SQL(
                "UPDATE crm_alert_finding f SET fate = 'expired' FROM res_partner p WHERE p.id = f.partner_id AND %s"
                " AND (NOT p.active OR f.found_on < %s::date - %s)",
                waiting,
                fields.Date.context_today(self),
                KEEP_DAYS,
            ),
        ):
            self.env.cr.execute(statement)
            written += self.env.cr.rowcount
        self.env["crm.alert.finding"].invalidate_model()
        self.env["crm.customer.alert"].invalidate_model(["last_found_on", "finding_ids"])
        return written

    def _join_open_sql(self, waiting):
        """Return the UPDATE that lets findings join an open alert: of their rule, or of another that is as serious.

        Whoever may see one of two restricted rules need not be allowed to see the other.
        """
        mixing = tuple(self._joining().ids) or (0,)
        return SQL(
            """
            WITH joined AS (
                 UPDATE crm_alert_finding f SET fate = 'added', alert_id = place.alert_id
                   FROM (SELECT f.id, (SELECT a.id FROM crm_customer_alert a
                                        WHERE a.company_id = f.company_id AND a.partner_id = f.partner_id
                                          AND a.state <> 'closed'
                                          AND (a.rule_id = f.rule_id OR (f.rule_id IN %(mixing)s
                                               AND a.rule_id IN %(open)s AND a.severity >= f.severity))
                                        ORDER BY a.rule_id = f.rule_id DESC, a.severity DESC, a.id LIMIT 1) AS alert_id
                           FROM crm_alert_finding f WHERE %(waiting)s) place
                  WHERE place.id = f.id AND place.alert_id IS NOT NULL
              RETURNING f.alert_id, f.found_on)
            UPDATE crm_customer_alert a SET last_found_on = latest.day
              FROM (SELECT alert_id, MAX(found_on) AS day FROM joined GROUP BY alert_id) latest
             WHERE a.id = latest.alert_id
            """,
            mixing=mixing,
            open=tuple(self._open_rules().ids) or (0,),
            waiting=waiting,
        )

    def _open_rules(self):
        """Return all rules whose alerts are for everybody with Customer Insight."""
        rules = self.with_context(active_test=False).search([])
        return rules.filtered(lambda rule: not rule._measures().sudo().group_ids)

    def _joining(self):
        """Return those of these rules whose findings may join the alert of another rule."""
        return self.filtered("joins_open") & self._open_rules()

    def _next_findings(self, company, full):
        """Return the findings to raise next: one a customer, the most serious first, within the cap of each person.

        What happened on a day comes before a state that just goes on: it is the better beginning of a talk.

        The cap of the person who will really get them is looked at again when that is known; ``full`` are those for
        whom it turned out to be reached.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM (
                       SELECT f.id, f.severity, f.value, r.daily_cap, r.kind IN %(states)s AS is_state,
                              ROW_NUMBER() OVER (PARTITION BY f.rule_id, p.user_id
                                                     ORDER BY f.severity DESC, f.value DESC, f.id)
                              + (SELECT COUNT(*) FROM crm_customer_alert a JOIN res_partner o ON o.id = a.partner_id
                                  WHERE a.rule_id = f.rule_id AND a.company_id = f.company_id
                                    AND a.raised_on = %(today)s AND o.user_id IS NOT DISTINCT FROM p.user_id) AS place
                         FROM (SELECT DISTINCT ON (rule_id, partner_id) * FROM crm_alert_finding
                                WHERE fate = 'waiting' AND company_id = %(company)s AND rule_id IN %(rules)s
                                ORDER BY rule_id, partner_id, severity DESC, value DESC, id) f
                         JOIN crm_alert_rule r ON r.id = f.rule_id
                         JOIN res_partner p ON p.id = f.partner_id) ranked
                 WHERE (daily_cap = 0 OR place <= daily_cap) AND NOT id = ANY(%(full)s)
                 ORDER BY severity DESC, is_state, value DESC, id LIMIT %(limit)s
                """,
                company=company.id,
                states=STATE_KINDS,
                today=company._crm_today(),
                rules=tuple(self.ids),
                full=full.ids,
                limit=BATCH,
            )
        )
        return self.env["crm.alert.finding"].browse(id_ for (id_,) in self.env.cr.fetchall())

    def _raise_for(self, findings, company):
        """Raise an alert for each of these findings whose person has room today; return the number of rows written."""
        vals_list = self._choose(findings, company)
        findings._add_history(vals_list)
        raised = self.env["crm.customer.alert"]._raise(vals_list)
        for alert, vals in zip(raised, vals_list, strict=True):
            vals["finding"].write({"fate": "raised", "alert_id": alert.id})
        self.env.flush_all()
        return 2 * len(raised)

    def _choose(self, findings, company):
        """Return the values of the alerts to raise: within the cap of who gets them, one for a customer that joins."""
        alerts, texts, owners, vals_list = self.env["crm.customer.alert"], {}, {}, []
        for rule in findings.rule_id:
            texts[rule] = {"rule_text": rule._rule_text(company), "deadline": alerts._deadline_for(rule, company)}
        room, joining, open_rules = alerts._raised_today(self, company), self._joining(), self._open_rules()
        handled = set()
        for finding in findings:
            rule, partner = finding.rule_id, finding.partner_id
            if rule in joining and partner in handled:
                continue  # it joins the one before, which is at least as serious
            if (rule, partner.user_id) not in owners:
                owners[rule, partner.user_id] = alerts._owner_for(rule, partner, company)
            owner = owners[rule, partner.user_id]
            place = (rule.id, owner.id)
            room[place] = room.get(place, 0) + 1
            if not rule.daily_cap or room[place] <= rule.daily_cap:
                vals_list.append({**finding._prepare_alert(owner), **texts[rule]})
                handled |= {partner} if rule in open_rules else set()
        return vals_list
