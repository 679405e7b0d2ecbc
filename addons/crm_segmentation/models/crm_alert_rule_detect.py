"""The nightly step: note what the rules find, raise alerts from it, and see that every alert has somebody.

Everything a batch takes and everything it writes is one transaction, so that the job can be killed anywhere. What was
found once is known by its key, so that a second run writes nothing.
"""

import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models
from odoo.tools import SQL

from .crm_alert_rule import DOCUMENT_KINDS, STATE_KINDS

_logger = logging.getLogger(__name__)

#: Changes taken out of the queue by one batch.
BATCH = 20_000


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    def _job_detect(self, job):
        """Do the next batch of this run.

        :return: (rows written, batches left)
        """
        phase = job._get_position().get("phase", "scores")
        rules = self.search([])
        if phase == "scores":
            job._set_position(phase="queue")
            return rules._note_scores(), 2 + len(rules)
        if phase == "queue":
            taken = self.env["crm.queue"]._drain("alert", BATCH)
            if taken < BATCH:
                job._set_position(phase="rules")
            followers = rules.filtered(lambda rule: rule._is_incremental() and rule.full_on)
            only = SQL("SELECT partner_id FROM crm_drained")
            return (followers._detect(only) if taken else 0), 2 + len(rules)
        if phase == "rules":
            pending = rules.filtered(lambda rule: rule.refresh_run != job.run_number)
            if pending:
                return pending[0]._detect_in_run(job), 1 + len(pending)
            job._set_position(phase="raise")
        written = rules._raise_alerts()
        if not written:
            written = self.env["crm.customer.alert"]._find_owners()
            return written, 0
        return written, 1

    def _note_scores(self):
        """Keep the scores of the night before, as long as some rule compares with them."""
        if "score" not in self.mapped("kind"):
            return 0
        scores = self.env["crm.customer.score"]
        return sum(scores._refresh(company) for company in self._all_companies())

    def _all_companies(self):
        return self.env["res.company"].with_context(active_test=False).search([], order="id")

    # Who is judged

    def _is_incremental(self):
        """Say whether only customers with changed documents are judged; all of them once a week, to compare."""
        self.ensure_one()
        return self.kind in DOCUMENT_KINDS and self.measure_id._is_incremental()

    def _detect_in_run(self, job):
        """Judge everybody where that is due; count what single changes should have found before."""
        today, written = fields.Date.context_today(self), 0
        compares = self._is_incremental() and self.full_on
        if not self._is_incremental() or self._is_full_due(today):
            written = self._detect()
            if compares and written:
                job.rows_corrected += written
            if not self.full_on or self._is_full_due(today):
                self.full_on = today
        self.refresh_run = job.run_number
        return written

    def _detect(self, only=None):
        """Note the new findings of these rules in every company; return their number.

        One rule that cannot be judged says why, the others go on.
        """
        written = 0
        for rule in self:
            try:
                with self.env.cr.savepoint():
                    note, found = rule._why_quiet(), 0
                    for company in rule.company_id or self._all_companies():
                        note = note or rule._lacks_amounts(company)
                        if not rule._why_quiet():
                            found += rule._note_findings(company, only)
            except TransactionRollbackError:
                raise
            except Exception as error:
                _logger.info("Alert rule %s (%s) cannot be judged", rule.name, rule.id, exc_info=True)
                note, found = f"{type(error).__name__}: {error}", 0
            if rule.note != note:
                rule.note = note
            written += found
        return written

    def _why_quiet(self):
        """Return in words why this rule finds nothing at all just now, False when it can."""
        measure = self.measure_id
        if measure and not measure.active:
            return self.env._("%(name)s is archived: nothing is judged by it.", name=measure.name)
        if measure and not measure.reviewed:
            return self.env._("%(name)s waits for the review of an administrator.", name=measure.name)
        return False

    def _lacks_amounts(self, company):
        if self.kind == "large" and not self._limit(company).amount:
            return self.env._(
                "No amount in %(currency)s: nothing is large in itself for %(company)s.",
                currency=company.currency_id.name,
                company=company.name,
            )
        return False

    def _limit(self, company):
        """Return the amounts that count in a company: those of its currency, or of no currency for plain numbers."""
        currency = company.currency_id if self._counts_money() else self.env["res.currency"]
        return self.limit_ids.filtered(lambda limit: limit.currency_id == currency)[:1]

    def _counts_money(self):
        """Say whether what is weighed is money: all but plain figures of an indicator."""
        judged = self.kind in (*DOCUMENT_KINDS, "change")
        return not judged or self.measure_id.is_monetary

    # What is found

    def _found_sql(self, company, only=None):
        """Return a SELECT of what this rule finds in a company, new or not.

        Columns: partner_id, key (what it is about), res_id (the document, if it is one), day, figure, score (in the
        unit of the threshold), value (what is weighed), evidence.
        """
        self.ensure_one()
        if self.kind == "large" and not self._limit(company).amount:
            found = None
        elif self.kind in DOCUMENT_KINDS:
            found = self._documents_found_sql(company, only)
        else:
            found = getattr(self, f"_{self.kind}_found_sql")(company)
        limit = self._limit(company)
        return SQL(
            "SELECT found.*, CASE WHEN value >= %(urgent)s THEN '3' WHEN value >= %(high)s THEN '2' ELSE '1' END"
            " AS severity FROM (%(found)s) found WHERE COALESCE(value, 0) >= %(least)s",
            urgent=limit.urgent_from or None,
            high=limit.high_from or None,
            found=found
            or SQL(
                "SELECT NULL::integer AS partner_id, NULL AS key, NULL::integer AS res_id, NULL::date AS day,"
                " 0 AS figure, 0 AS score, 0 AS value, NULL::jsonb AS evidence WHERE FALSE"
            ),
            least=limit.amount or 0,
        )

    def _new_sql(self, company, only=None):
        """Return a SELECT of what this rule finds and did not know yet."""
        today = company._crm_today()
        again = SQL("f.key = n.key")
        if self.kind in STATE_KINDS:
            again = SQL(
                "(f.found_on > %s::date - %s OR EXISTS (SELECT FROM crm_customer_alert a WHERE a.id = f.alert_id"
                " AND a.state <> 'closed'))",
                today,
                max(self.cool_down_days, 1),
            )
        return SQL(
            "SELECT n.* FROM (%s) n WHERE NOT EXISTS (SELECT FROM crm_alert_finding f"
            " WHERE f.rule_id = %s AND f.company_id = %s AND f.partner_id = n.partner_id AND %s)",
            self._found_sql(company, only),
            self.id,
            company.id,
            again,
        )

    def _note_findings(self, company, only=None):
        """Note what is new in a company; return the number of rows written."""
        # Before the statement: it prepares a temporary table of its own.
        new = self._new_sql(company, only)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_alert_finding (rule_id, company_id, partner_id, key, res_model, res_id, day, found_on,
                                               figure, score, value, severity, evidence, fate)
                SELECT %(rule)s, %(company)s, n.partner_id, n.key,
                       CASE WHEN n.res_id IS NOT NULL THEN SPLIT_PART(n.key, ',', 1) END, n.res_id, n.day, %(today)s,
                       n.figure, n.score, COALESCE(n.value, 0), n.severity, n.evidence,
                       CASE WHEN %(left_out)s THEN 'held_out' ELSE 'waiting' END
                  FROM (%(new)s) n ORDER BY n.partner_id, n.key
                    ON CONFLICT DO NOTHING
                """,
                rule=self.id,
                company=company.id,
                today=company._crm_today(),
                left_out=self._left_out_sql(SQL("n.partner_id")),
                new=new,
            )
        )
        count = self.env.cr.rowcount
        self.env["crm.alert.finding"].invalidate_model()
        return count

    def _left_out_sql(self, partner):
        """Return SQL that is true for the customers chosen by chance to be left out: the same ones every night."""
        return SQL(
            "(('x' || SUBSTR(MD5(%s || ':' || %s), 1, 7))::bit(28)::integer %% 10000) < %s",
            str(self.id),
            partner,
            self.holdout_share * 100,
        )
