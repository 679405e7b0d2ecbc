"""What a rule was worth: how many of its alerts were something real, how soon, and what it brought against nothing."""

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from ..tools import robust

#: Days before and after a finding whose revenue is compared, and customers of each group that prove anything.
EFFECT_DAYS = 90
MIN_GROUP = 30
#: A rule cries wolf when even the upper end of the interval of its hit rate is below this.
WOLF_BELOW = 1 / 3


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    alert_count = fields.Integer(string="Alerts", compute="_compute_results", help="Alerts you may see.")
    open_count = fields.Integer(string="Open", compute="_compute_results", help="Open alerts you may see.")
    hit_rate = fields.Char(
        compute="_compute_results",
        help="Share of the closed alerts behind which there was something real, with the number of alerts and the 95 % "
        "interval (Wilson).",
    )
    hours_to_contact = fields.Float(
        string="Hours to Contact", compute="_compute_results", aggregator=None, help="Median of the alerts contacted."
    )
    value_text = fields.Char(
        string="Value Counted", compute="_compute_results", help="Won, confirmed, kept or won back; by currency."
    )
    cries_wolf = fields.Boolean(
        compute="_compute_results", help="Most of its alerts are false alarms, chance considered."
    )
    proposed_threshold = fields.Float(
        compute="_compute_results",
        digits=(12, 2),
        aggregator=None,
        help="Threshold that separates its real cases best from its false alarms: the largest share of cases kept plus "
        "share of false alarms spared (Youden 1950), from at least five of each. 0: nothing to propose.",
    )
    effect_text = fields.Text(
        string="Against Those Left Out",
        compute="_compute_effect_text",
        help="Change of revenue of the customers with an alert, against those left out on purpose; with 95 % interval.",
    )

    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_results(self):
        """Read the alerts of all rules with one query, as far as the reader may see them."""
        found = self._outcomes()
        for rule in self:
            rows = found.get(rule.id, [])
            closed = [row for row in rows if row["result"]]
            hits = [row for row in closed if row["result"] == "hit"]
            low, high = robust.wilson(len(hits), len(closed))
            rule.alert_count = len(rows)
            rule.open_count = sum(row["state"] != "closed" for row in rows)
            rule.hit_rate = False
            if closed:
                rule.hit_rate = self.env._(
                    "%(share)s %% of %(count)s (%(low)s to %(high)s %%)",
                    share=round(100 * len(hits) / len(closed)),
                    count=len(closed),
                    low=round(100 * low),
                    high=round(100 * high),
                )
            hours = [row["hours"] for row in rows if row["hours"] is not None]
            rule.hours_to_contact = robust.spread(hours)[0] if hours else 0
            rule.value_text = rule._value_text(rows)
            rule.cries_wolf = len(closed) >= robust.MIN_OUTCOMES and high < WOLF_BELOW
            rule.proposed_threshold = rule._propose(closed)

    def _outcomes(self):
        """Return ``{rule id: [alert as dict]}``, one query."""
        alerts = self.env["crm.customer.alert"]
        alerts.flush_model()
        self.env["crm.alert.outcome"].flush_model()
        query = alerts._search([("rule_id", "in", self.ids)])
        columns = {name: alerts._field_to_sql(query.table, name, query) for name in ("rule_id", "state", "result")}
        columns |= {name: SQL.identifier(query.table, name) for name in ("score", "company_id")}
        columns["hours"] = SQL("CASE WHEN %s IS NOT NULL THEN %s END",
                               SQL.identifier(query.table, "contacted_at"),
                               SQL.identifier(query.table, "hours_to_contact"))  # fmt: skip
        columns["value"] = SQL(
            "(SELECT SUM(o.value) FROM (%s) o WHERE o.alert_id = %s)",
            self.env["crm.alert.outcome"]._values_sql(),
            SQL.identifier(query.table, "id"),
        )
        rows = {}
        for row in self.env.execute_query(query.select(*columns.values())):
            values = dict(zip(columns, row, strict=True))
            rows.setdefault(values["rule_id"], []).append(values)
        return rows

    def _value_text(self, rows):
        companies = {}
        for row in rows:
            companies[row["company_id"]] = companies.get(row["company_id"], 0) + float(row["value"] or 0)
        totals = {}
        for company, value in companies.items():
            currency = self.env["res.company"].browse(company).sudo().currency_id
            totals[currency] = totals.get(currency, 0) + value
        return ", ".join(formatLang(self.env, value, currency_obj=currency) for currency, value in totals.items())

    def _propose(self, closed):
        """Return a threshold above the present one that its outcomes speak for, 0 when there is none."""
        scores = {
            result: [row["score"] for row in closed if row["result"] == result and row["score"] is not None]
            for result in ("hit", "false")
        }
        cut = robust.proposed_threshold(scores["hit"], scores["false"])
        return cut if cut and cut > self.threshold else 0

    def action_take_proposed(self):
        """Use the proposed threshold from the next night on."""
        for rule in self.filtered("proposed_threshold"):
            rule.threshold = rule.proposed_threshold

    def action_open_alerts(self):
        """Open the alerts of these rules."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_customer_alert_action")
        return {**action, "domain": [("rule_id", "in", self.ids)], "context": {}}

    # Against nothing

    @api.depends("holdout_share")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_effect_text(self):
        for rule in self:
            lines = [rule._effect_line(company) for company in self.env.companies]
            rule.effect_text = "\n".join(filter(None, lines)) or self.env._(
                "Not proven: no group was left out on purpose, so nobody knows what would have happened anyway."
            )

    def _effect_line(self, company):
        """Return what is known about one company: proven with figures, or why not."""
        groups = self._effect_groups(company)
        treated, left_out = groups.get(False, (0, 0, 0)), groups.get(True, (0, 0, 0))
        if not left_out[0]:
            return None
        if min(treated[0], left_out[0]) < MIN_GROUP:
            return self.env._(
                "%(company)s: not proven. %(treated)s customers with an alert and %(left_out)s left out are %(days)s "
                "days ago; at least %(least)s of each are needed.",
                company=company.name,
                treated=treated[0],
                left_out=left_out[0],
                days=EFFECT_DAYS,
                least=MIN_GROUP,
            )
        gain, low, high = robust.difference(treated, left_out)
        words = {
            "company": company.name,
            "gain": formatLang(self.env, gain, currency_obj=company.currency_id),
            "low": formatLang(self.env, low, currency_obj=company.currency_id),
            "high": formatLang(self.env, high, currency_obj=company.currency_id),
            "total": formatLang(self.env, gain * treated[0], currency_obj=company.currency_id),
            "count": treated[0],
            "left_out": left_out[0],
            "days": EFFECT_DAYS,
        }
        if low <= 0 <= high:
            return self.env._(
                "%(company)s: not proven. %(gain)s a customer in %(days)s days, between %(low)s and %(high)s; "
                "%(count)s customers against %(left_out)s left out.",
                **words,
            )
        return self.env._(
            "%(company)s: proven. %(gain)s a customer in %(days)s days, between %(low)s and %(high)s, %(total)s in "
            "all; %(count)s customers against %(left_out)s left out.",
            **words,
        )

    def _effect_groups(self, company):
        """Return ``{left out: (customers, mean, variance)}`` of the revenue after a finding less that before."""
        revenue = self.env["crm.customer"]._standard_measure("revenue")
        findings = SQL(
            "SELECT DISTINCT ON (partner_id) partner_id, found_on, fate = 'held_out' AS left_out"
            " FROM crm_alert_finding WHERE rule_id = %s AND company_id = %s AND fate IN ('raised', 'held_out')"
            " AND found_on <= %s::date - %s ORDER BY partner_id, found_on, id",
            self.id,
            company.id,
            company._crm_today(),
            EFFECT_DAYS,
        )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH found AS (%(findings)s)
                SELECT left_out, COUNT(*)::integer, AVG(gain)::float8, VAR_SAMP(gain)::float8
                  FROM (SELECT f.partner_id, f.left_out, COALESCE(SUM(
                               CASE WHEN d.day > f.found_on THEN d.amount * d.share ELSE -d.amount * d.share END
                               ), 0) AS gain
                          FROM found f
                     LEFT JOIN (%(documents)s) d ON d.partner_id = f.partner_id
                           AND d.day > f.found_on - %(days)s AND d.day <= f.found_on + %(days)s
                         GROUP BY f.partner_id, f.left_out) customer
                 GROUP BY left_out
                """,
                findings=findings,
                documents=revenue._documents_sql(company, SQL("SELECT partner_id FROM found")),
                days=EFFECT_DAYS,
            )
        )
        return {left_out: (count, mean, variance) for left_out, count, mean, variance in rows}
