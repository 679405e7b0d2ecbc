"""The nightly refresh of the values per customer: first who changed, then whose window moved, then what remains.

Everything a batch takes and everything it writes is one transaction, so that the job can be killed anywhere.
"""

import logging

from psycopg2.errors import QueryCanceled
from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Changes taken out of the queue by one batch, and customers whose window moved.
BATCH = 10_000
#: The scheduler kills a step after two minutes: one slow indicator would keep all others from being computed, every
#: night again. Those that nobody reviewed get so many seconds a statement.
UNREVIEWED_SECONDS = 30


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _job_refresh(self, job):
        """Do the next batch of this run.

        :return: (rows written, batches left)
        """
        phase = job._get_position().get("phase", "documents")
        pending = self._pending(job)
        if phase == "documents":
            taken = self.env["crm.queue"]._drain("documents", BATCH)
            if taken < BATCH:
                job._set_position(phase="edges", after=0)
            if taken:
                return self._refresh_drained(), 1 + len(pending)
        if phase in ("documents", "edges"):
            last = self._drain_edges(job._get_position().get("after", 0))
            if last:
                job._set_position(phase="edges", after=last)
                return self._refresh_drained(), 1 + len(pending)
            job._set_position(phase="measures")
            (self._incremental() - pending).write({"refreshed_at": fields.Datetime.now()})
        if not pending:
            return 0, 0
        return pending[0]._refresh_pending(job, len(pending) - 1)

    def _pending(self, job):
        """Return the indicators to compute for all customers in this run, ratios after what they are made of."""
        waiting = self.search([("refresh_run", "!=", job.run_number)]).sorted(lambda m: m.kind == "ratio")
        return waiting.filtered(lambda measure: measure._is_full_pass_due() or not measure._is_incremental())

    def _refresh_pending(self, job, others):
        """Compute the next part of this indicator; return (rows written, batches left with ``others`` to follow)."""
        written, left = self._safely(lambda: self._refresh_part(job)) or (0, 0)
        if self.last_error:
            self.write({"part_done": 0, "part_bounds": False})
        if not left:
            self.refresh_run = job.run_number
        return written, left + others

    # Who changed

    def _incremental(self):
        """Return the indicators that follow single changes, ratios last.

        Those that wait for all customers anyhow are left out, unless a part of them is done already.
        """
        measures = self.search([]).sorted(lambda measure: measure.kind == "ratio")
        return measures.filtered(lambda m: m._is_incremental() and (m.part_done or not m._is_full_pass_due()))

    def _refresh_drained(self):
        """Compute the customers in ``crm_drained`` again, and pass them on for their profiles."""
        only = SQL("SELECT partner_id FROM crm_drained")
        rows = SQL("t.partner_id IN (%s)", only)
        written = 0
        for measure in self._incremental():
            done = measure._safely(lambda measure=measure: measure._sync(only, rows))
            if measure.last_error:
                # These customers leave the queue now: only a computation of everybody finds them again.
                measure._ask_for_full_pass()
            written += done or 0
        self.env["crm.queue"]._add_select("profile", SQL("SELECT partner_id, company_id FROM crm_drained"))
        self.env["crm.measure.value"].invalidate_model()
        return written

    def _drain_edges(self, after):
        """Put the next customers for whom a document enters or leaves a window today into ``crm_drained``.

        :param int after: id of the last customer that is done
        :return: id of the last customer taken, 0 when there was none
        """
        cr = self.env.cr
        measures = self._incremental()
        if not measures:
            return 0
        self.env.flush_all()
        cr.execute("DROP TABLE IF EXISTS crm_drained")
        cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE crm_drained ON COMMIT DROP AS
                  WITH due AS MATERIALIZED (
                       SELECT DISTINCT partner_id, company_id FROM crm_measure_value t
                        WHERE measure_id IN %(measures)s AND partner_id > %(after)s AND %(due)s)
                SELECT partner_id, company_id FROM due
                 WHERE partner_id IN (SELECT DISTINCT partner_id FROM due ORDER BY partner_id LIMIT %(limit)s)
                """,
                measures=tuple(measures.ids),
                after=after,
                due=self._edge_due_sql(),
                limit=BATCH,
            )
        )
        cr.execute("ANALYZE crm_drained")
        cr.execute("SELECT COALESCE(MAX(partner_id), 0) FROM crm_drained")
        return cr.fetchone()[0]

    def _edge_due_sql(self):
        """Return a condition on alias ``t``, values: a document enters or leaves one of its windows by today."""
        companies = self.env["res.company"].with_context(active_test=False).search([])
        days = companies.grouped(lambda company: company._crm_today())
        here = [SQL("(t.company_id IN %s AND t.next_edge <= %s)", tuple(some.ids), day) for day, some in days.items()]
        nowhere = SQL("(t.company_id IS NULL AND t.next_edge <= %s)", fields.Date.today())
        latest = max([*days, fields.Date.today()])
        return SQL("t.next_edge <= %s AND (%s)", latest, SQL(" OR ").join([*here, nowhere]))

    # What cannot be computed

    def _safely(self, action):
        """Return what ``action`` returns; keep the reason on the indicator when it fails, the others go on."""
        try:
            with self.env.cr.savepoint():
                self._limit_time()
                result = action()
                self.env.cr.execute("SET LOCAL statement_timeout TO DEFAULT")
            if self.last_error:
                self.last_error = False
            return result
        except TransactionRollbackError:
            raise
        except QueryCanceled:
            self.last_error = self.env._(
                "It takes longer than %(seconds)s seconds. A narrower filter is faster; an indicator that an "
                "administrator reviewed may take longer.",
                seconds=UNREVIEWED_SECONDS,
            )
            return None
        except Exception as error:
            _logger.info("Customer indicator %s (%s) cannot be computed", self.name, self.id, exc_info=True)
            self.last_error = f"{type(error).__name__}: {error}"
            return None

    def _limit_time(self):
        if not self.reviewed:
            self.env.cr.execute(SQL("SET LOCAL statement_timeout = %s", UNREVIEWED_SECONDS * 1000))
