"""Computing an indicator for all customers: in parts when there are many, with the result compared and counted."""

import time

from odoo import fields, models
from odoo.tools import SQL

from ..tools.sync import sync_table
from .crm_measure_aggregate import VALUE_COLUMNS

#: Days between two computations of all customers of an indicator that otherwise follows single changes.
FULL_PASS_DAYS = 7
#: The scheduler ends whatever takes two minutes: a pass longer than this, and a first one over more documents, is cut.
PART_SECONDS = 20
PART_DOCUMENTS = 1_000_000
#: Customers changed by one part from which the profiles of everybody are computed again.
MANY_CUSTOMERS = 20_000


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    rebuild = fields.Boolean(
        string="Waits for All Customers",
        readonly=True,
        copy=False,
        help="All customers are computed again in the next run: it was asked for, or what is counted changed.",
    )
    full_pass_at = fields.Datetime(
        string="All Customers", readonly=True, copy=False, help="When it was last computed for all customers."
    )
    full_pass_seconds = fields.Float(
        string="Seconds for All Customers", readonly=True, copy=False, digits=(10, 2), help="How long that took."
    )
    full_pass_corrected = fields.Integer(
        string="Rows Corrected",
        readonly=True,
        copy=False,
        help="Rows that were wrong until then although nothing had been noted about them. It should always be 0: more "
        "means that documents were changed behind Odoo's back.",
    )
    part_bounds = fields.Json(readonly=True, copy=False, help="Where the parts of the current computation end.")
    part_done = fields.Integer(readonly=True, copy=False, help="Parts of the current computation that are done.")
    refresh_progress = fields.Char(string="Progress", compute="_compute_refresh_progress")

    def _compute_refresh_progress(self):
        for measure in self:
            measure.refresh_progress = False
            if measure.part_done:
                parts = len(measure.part_bounds or []) + 1
                measure.refresh_progress = self.env._(
                    "Computing all customers: part %(done)s of %(parts)s is done.", done=measure.part_done, parts=parts
                )
            elif measure.rebuild:
                measure.refresh_progress = self.env._("All customers are computed in the next run.")

    def action_rebuild(self):
        """Ask for all customers to be computed again; the job does it, not the user's request."""
        self.check_access("write")
        (self | self.numerator_id | self.denominator_id).sudo()._ask_for_full_pass()
        return self.env.ref("crm_segmentation.job_measures").action_run_now()

    def _ask_for_full_pass(self):
        """Have all customers computed in the next run, from the first part on; and those of the ratios of these."""
        ratios = self.search(["|", ("numerator_id", "in", self.ids), ("denominator_id", "in", self.ids)])
        (self | ratios).sudo().write({"rebuild": True, "part_done": 0, "part_bounds": False})

    def _is_full_pass_due(self):
        """Say whether all customers are to be computed although single changes are followed."""
        if self.rebuild or self.part_done or not self.full_pass_at:
            return True
        return (fields.Datetime.now().date() - self.full_pass_at.date()).days >= FULL_PASS_DAYS

    # The table

    def _refresh(self, customers=None):
        """Bring the values of all customers in all companies up to date; return the number of rows written.

        :param customers: ``(low, high)``: only customers with an id above and up to these, None for no bound
        """
        self.ensure_one()
        low, high = customers or (None, None)
        if low is None and high is None:
            return self._sync(None, SQL("TRUE"))
        rows = _between(SQL("t.partner_id"), low, high)
        return self._sync(SQL("SELECT id FROM res_partner WHERE %s", _between(SQL("id"), low, high)), rows)

    def _sync(self, only, rows):
        """Make the values of some customers equal to what their documents say; return the number of rows written.

        :param SQL only: SELECT of the ids of these customers, None for all
        :param SQL rows: the same as a condition on alias ``t``, the values
        """
        self.env.flush_all()
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS crm_changed (company_id integer, partner_id integer) ON COMMIT DROP"
        )
        written = 0
        measure = self.with_context(crm_customers=only)
        for companies in self._passes():
            among = SQL("t.company_id IN %s", tuple(companies.ids)) if companies else SQL("t.company_id IS NULL")
            written += sync_table(
                self.env.cr,
                "crm_measure_value",
                measure._values_sql(companies, only),
                fixed={"measure_id": self.id},
                key=("company_id", "partner_id"),
                nullable=("company_id",),
                columns=VALUE_COLUMNS,
                scope=SQL("%s AND %s", among, rows),
                report=SQL("INSERT INTO crm_changed SELECT company_id, partner_id FROM written"),
            )
        return written

    def _drop_other_companies(self):
        """Delete values of companies that are not computed any more, and return their number."""
        passes = self._passes()
        ids = [company.id for companies in passes for company in companies or [self.env["res.company"]]]
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_measure_value WHERE measure_id = %s AND COALESCE(company_id, 0) != ALL(%s)",
                self.id,
                [id_ or 0 for id_ in ids],
            )
        )
        return self.env.cr.rowcount

    # Parts

    def _refresh_part(self, job):
        """Compute the next part of all customers; return (rows written, parts left)."""
        self.ensure_one()
        started = time.monotonic()
        self.env.cr.execute("DROP TABLE IF EXISTS crm_changed")
        if not self.part_done:
            self.write({"part_bounds": self._plan_parts(), "full_pass_seconds": 0, "full_pass_corrected": 0})
        bounds = [None, *(self.part_bounds or []), None]
        compares = self._is_incremental() and not self.rebuild and bool(self.full_pass_at)
        if compares:
            self._note_expected()
        written = self._refresh((bounds[self.part_done], bounds[self.part_done + 1]))
        if compares:
            self._count_corrected(job)
        self._pass_on_changes()
        self.part_done += 1
        left = len(bounds) - 1 - self.part_done
        if not left:
            written += self._end_full_pass()
        self.full_pass_seconds += time.monotonic() - started
        return written, left

    def _end_full_pass(self):
        written = 0
        if self.rebuild or not self.reviewed or not self.full_pass_at:
            written = self._drop_other_companies()
        self._refresh_missing_rates()
        now = fields.Datetime.now()
        self.write({"rebuild": False, "part_done": 0, "part_bounds": False, "full_pass_at": now, "refreshed_at": now})
        self.env["crm.measure.value"].invalidate_model()
        return written

    def _plan_parts(self):
        """Return the customers' ids at which parts of about equally many customers end; empty for a single part."""
        parts = self._count_parts()
        if parts < 2:
            return []
        shares = [number / parts for number in range(1, parts)]
        known = SQL("SELECT partner_id FROM crm_measure_value WHERE measure_id = %s", self.id)
        everybody = SQL("SELECT id AS partner_id FROM res_partner WHERE id = commercial_partner_id")
        for customers in (known, everybody):
            bounds = self.env.execute_query(
                SQL(
                    "SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY partner_id) FROM (%s) customer",
                    shares,
                    customers,
                )
            )[0][0]
            if bounds:
                return sorted(set(bounds))
        return []

    def _count_parts(self):
        """Return the number of parts: by the time of the last pass, or by the documents when there was none."""
        if self.full_pass_seconds and self.full_pass_at and not self.rebuild:
            return int(self.full_pass_seconds / PART_SECONDS) + 1
        model = self.env[self.model_name]
        sources = {model._name, *(model._depends or {})} if model._table_query else {model._name}
        rows = self.env.execute_query(
            SQL(
                "SELECT MAX(GREATEST(reltuples, 0)) FROM pg_class WHERE relname IN %s AND relkind IN ('r', 'p')",
                tuple(self.env[name]._table for name in sources),
            )
        )[0][0]
        return int((rows or 0) / PART_DOCUMENTS) + 1

    # What was wrong

    def _note_expected(self):
        """Keep the customers whose values may differ: their documents just changed, or the day did."""
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS crm_expected")
        cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_expected ON COMMIT DROP AS"
                " SELECT partner_id FROM crm_queue WHERE topic = 'documents' UNION"
                " SELECT partner_id FROM crm_measure_value t WHERE measure_id = %s AND %s",
                self.id,
                self._edge_due_sql(),
            )
        )

    def _count_corrected(self, job):
        """Count the values that differed without a reason, and write them into the history of the job."""
        self.env.cr.execute(
            "SELECT COUNT(*) FROM crm_changed c WHERE NOT EXISTS ("
            "SELECT FROM crm_expected e WHERE e.partner_id = c.partner_id)"
        )
        corrected = self.env.cr.fetchone()[0]
        if corrected:
            self.full_pass_corrected += corrected
            job.rows_corrected += corrected
            job.run_id._note(self.env._("%(name)s: %(count)s rows corrected", name=self.name, count=corrected))

    def _pass_on_changes(self):
        """Queue the customers whose values changed for their profiles."""
        self.env.cr.execute("SELECT COUNT(*) FROM crm_changed")
        if self.env.cr.fetchone()[0] > MANY_CUSTOMERS:
            self.env["crm.queue"]._add_everybody("profile")
        else:
            self.env["crm.queue"]._add_select("profile", SQL("SELECT DISTINCT partner_id, company_id FROM crm_changed"))


def _between(column, low, high):
    """Return a condition: above ``low`` and up to ``high``, None for no bound."""
    conditions = [SQL("%s > %s", column, low)] if low is not None else []
    conditions += [SQL("%s <= %s", column, high)] if high is not None else []
    return SQL(" AND ").join(conditions)
