"""What an alert takes from its finding: the figures of then, the bars of the chart, the rule in words."""

import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models
from odoo.tools import SQL

from .crm_alert_rule import DOCUMENT_KINDS

_logger = logging.getLogger(__name__)

#: Documents, or months, of the chart.
BARS = 24


class CrmAlertFinding(models.Model):
    _inherit = "crm.alert.finding"

    def _prepare_alert(self, owner):
        """Return the values of the alert that this finding becomes, and the finding itself."""
        self.ensure_one()
        rule, company = self.rule_id, self.company_id
        team = owner.sale_team_id or self.partner_id.user_id.sale_team_id
        return {
            "finding": self,
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            "rule_id": rule.id,
            "kind": rule.kind,
            "measure_ids": rule._measures().ids,
            "key": self.key,
            "day": self.day,
            "evidence": dict(self.evidence or {}, threshold=rule.threshold),
            "figure": self.figure,
            "score": self.score,
            "value": self.value if rule._counts_money() else 0,
            "severity": self.severity,
            "user_id": owner.id,
            "team_id": team.id,
            "raised_on": company._crm_today(),
            "last_found_on": self.found_on,
            "raised_at": fields.Datetime.now(),
        }

    def _add_history(self, vals_list):
        """Put the bars of the chart into the evidence: one query for each rule among these values."""
        findings = self.browse(vals["finding"].id for vals in vals_list)
        for (rule, company), some in findings.grouped(lambda f: (f.rule_id, f.company_id)).items():
            bars = some._get_bars(rule, company)
            for vals in vals_list:
                if vals["finding"] in some:
                    finding = vals["finding"]
                    vals["evidence"]["bars"] = bars.get((finding.partner_id.id, finding.res_id or 0), [])

    def _get_bars(self, rule, company):
        """Return ``{(customer, document): bars}``; an indicator broken since costs the chart, and no other alert."""
        try:
            with self.env.cr.savepoint():
                if rule.kind in DOCUMENT_KINDS:
                    return self._documents_before(rule, company)
                return self._months_before(company)
        except TransactionRollbackError:
            raise
        except Exception:
            _logger.info("No chart for alerts of rule %s (%s)", rule.name, rule.id, exc_info=True)
            return {}

    def _documents_before(self, rule, company):
        """Return ``{(customer, document): [[day, amount, document]]}``: what each document was compared with."""
        measure = rule.measure_id
        documents = measure._documents_sql(
            measure._company_of_values(company), SQL("SELECT UNNEST(%s::integer[])", self.partner_id.ids)
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, day, amount, document_id FROM (
                       SELECT f.id, d.day, (d.amount * d.share)::float8 AS amount, d.document_id,
                              ROW_NUMBER() OVER (PARTITION BY f.id ORDER BY d.day DESC, d.document_id DESC) AS place
                         FROM crm_alert_finding f
                         JOIN (%s) d ON d.partner_id = f.partner_id AND d.day > f.day - %s
                              AND (d.day < f.day OR (d.day = f.day AND d.document_id <= f.res_id)) AND d.amount > 0
                        WHERE f.id = ANY(%s)) ranked
                 WHERE place <= %s ORDER BY id, place DESC
                """,
                documents,
                rule.history_days,
                self.ids,
                BARS,
            )
        )
        places = {finding.id: (finding.partner_id.id, finding.res_id) for finding in self}
        bars = {}
        for id_, day, amount, document in rows:
            bars.setdefault(places[id_], []).append([str(day), amount, document])
        return bars

    def _months_before(self, company):
        """Return ``{(customer, 0): [[month, revenue]]}`` of the last two years; no document is the subject."""
        revenue = self.env["crm.customer"]._standard_measure("revenue")
        today = company._crm_today()
        months = [fields.Date.subtract(today.replace(day=1), months=back) for back in reversed(range(BARS))]
        key = SQL("doc.partner_id || ':' || DATE_TRUNC('month', doc.day)::date")
        only = SQL("SELECT UNNEST(%s::integer[])", self.partner_id.ids)
        rows = self.env.execute_query(revenue._range_sql(key, SQL("key"), company, months[0], today, only))
        found = {place: quantity for place, quantity, _documents in rows}
        return {
            (finding.partner_id.id, finding.res_id or 0): [
                [str(month), float(found.get(f"{finding.partner_id.id}:{month}", 0))] for month in months
            ]
            for finding in self
        }
