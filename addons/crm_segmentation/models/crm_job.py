"""The nightly chain: steps that work in batches, can be killed anywhere and start each other."""

import logging
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Tries of one batch that lost against somebody else's write, and of one step that failed for another reason.
BATCH_TRIES = 5
STEP_TRIES = 5
#: A group by over many customers is fastest in one process, in memory, and along the covering index of the documents.
BATCH_SETTINGS = (
    "work_mem = '256MB'",
    "max_parallel_workers_per_gather = 0",
    "random_page_cost = 1.1",
    "jit = off",
)
#: A step left unfinished longer than this starts from the beginning: its first results are too old to go on from.
RESUME_WITHIN = timedelta(hours=12)


class CrmJob(models.Model):
    _name = "crm.job"
    _description = "Customer Insight Job"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Name by which the scheduled action calls this step.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=100, help="Steps run in this order; each one starts the next when it is done.")
    model_name = fields.Char(string="Model", required=True)
    method_name = fields.Char(
        string="Method", required=True, help="Does one batch; returns rows written and batches left."
    )
    cron_id = fields.Many2one("ir.cron", string="Scheduled Action", required=True, ondelete="cascade")
    # Progress
    state = fields.Selection(
        [("idle", "Not run yet"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        string="Status",
        required=True,
        default="idle",
        readonly=True,
    )
    run_number = fields.Integer(readonly=True, help="Number of the current or last run.")
    started_at = fields.Datetime(string="Last Start", readonly=True)
    finished_at = fields.Datetime(string="Last End", readonly=True)
    duration = fields.Float(string="Duration (s)", compute="_compute_duration", help="Seconds from start to end.")
    rows_done = fields.Integer(string="Rows", readonly=True, help="Rows written by the current or last run.")
    rows_left = fields.Integer(string="Batches Left", readonly=True, help="What is left to do in the current run.")
    rows_corrected = fields.Integer(
        readonly=True,
        help="Rows that the weekly computation of all customers found wrong and put right in the current or last run. "
        "It should always be 0.",
    )
    attempts = fields.Integer(string="Failed Attempts", readonly=True)
    last_error = fields.Text(readonly=True)
    succeeded_at = fields.Datetime(string="Last Success", readonly=True, help="When it last came to its end.")
    position = fields.Json(readonly=True, help="How far the current run has come; a run that was killed goes on there.")
    run_id = fields.Many2one("crm.job.run", string="Current or Last Run", readonly=True)
    run_ids = fields.One2many("crm.job.run", "job_id", string="Runs", readonly=True)

    _code_uniq = models.UniqueIndex("(code)", "Each step of the chain needs a code of its own.")

    @api.depends("started_at", "finished_at")
    def _compute_duration(self):
        for job in self:
            finished = job.started_at and job.finished_at and job.finished_at >= job.started_at
            job.duration = (job.finished_at - job.started_at).total_seconds() if finished else 0.0

    def action_run_now(self):
        """Ask the scheduler to run these steps as soon as it can; nothing runs in the user's request."""
        self.check_access("read")
        for job in self:
            job.sudo().cron_id._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Started. Reload this page in a minute to see the result."),
            },
        }

    @api.model
    def _run_cron(self, code):
        """Run the step named ``code``; called by its scheduled action."""
        self.search([("code", "=", code)], limit=1)._run()

    @api.model
    def _run_chain(self):
        """Run every step to its end, one after the other; return the steps that failed."""
        jobs = self.search([])
        return jobs.filtered(lambda job: not job._run())

    @api.model
    def _trigger_chain(self):
        """Ask the scheduler for the whole chain, for example after contacts were merged."""
        self.sudo().search([], limit=1).cron_id._trigger()

    @api.model
    def _summary_lines(self):
        """Return lines of text that sum up what the figures say; each addon adds its own."""
        return [
            *self.env["crm.customer"]._summary_lines(),
            *self.env["crm.segment.scheme"]._summary_lines(),
            *self.env["crm.customer.alert"]._summary_lines(),
        ]

    def _run(self):
        """Work through the batches of this step until nothing is left or the scheduler's time is up.

        :return: False when the step failed (it is tried again later), True otherwise
        """
        if not self:
            return True
        self._start()
        time_left = 1
        while time_left:
            try:
                processed, remaining = self._run_batch()
            except Exception as error:  # noqa: BLE001 whatever goes wrong is recorded, shown and tried again
                self._record_failure(error)
                return False
            self._record_batch(processed, remaining)
            if not remaining:
                self._next()._trigger_step()
            time_left = self.env["ir.cron"]._commit_progress(processed, remaining=remaining)
            if not remaining:
                break
        return True

    def _start(self):
        """Begin a new run, or go on with one that was interrupted not long ago."""
        now = fields.Datetime.now()
        resumes = self.state in ("running", "failed") and self.started_at and now - self.started_at < RESUME_WITHIN
        if not resumes:
            self.write(
                {
                    "started_at": now,
                    "run_number": self.run_number + 1,
                    "rows_done": 0,
                    "rows_corrected": 0,
                    "attempts": 0,
                    "last_error": False,
                    "run_id": self.env["crm.job.run"]._begin(self, now).id,
                }
            )
        self.write({"state": "running", "finished_at": False})
        self.run_id.write({"state": "running", "finished_at": False})
        self.env["ir.cron"]._commit_progress()

    def _run_batch(self):
        """Do one batch; try again when another transaction wrote the same rows first.

        :return: (rows written, batches left)
        """
        for _try in range(1, BATCH_TRIES):
            try:
                return self._try_batch()
            except TransactionRollbackError:
                _logger.info("Job %s lost against another transaction, trying the batch again.", self.code)
                self.env.cr.rollback()
                self.env.invalidate_all()
        return self._try_batch()

    def _try_batch(self):
        self._set_batch_settings()
        result = getattr(self.env[self.model_name], self.method_name)(self)
        self.env.flush_all()
        return result

    def _set_batch_settings(self):
        """Tune PostgreSQL for one batch; the settings end with its transaction."""
        for setting in BATCH_SETTINGS:
            self.env.cr.execute(SQL("SET LOCAL " + setting))  # pylint: disable=sql-injection

    def _record_batch(self, processed, remaining):
        values = {"rows_done": self.rows_done + processed, "rows_left": remaining}
        if not remaining:
            now = fields.Datetime.now()
            values.update(state="done", finished_at=now, succeeded_at=now, attempts=0, last_error=False)
        self.write(values)
        if not remaining:
            self.run_id._end(self)

    def _record_failure(self, error):
        """Undo the batch, keep the reason, and ask for another try later; after the last try the chain goes on."""
        self.env.cr.rollback()
        self.env.invalidate_all()
        attempts = self.attempts + 1
        _logger.warning("Job %s failed (attempt %s): %s", self.code, attempts, error, exc_info=True)
        self.write(
            {
                "state": "failed",
                "attempts": attempts,
                "finished_at": fields.Datetime.now(),
                "last_error": f"{type(error).__name__}: {error}",
            }
        )
        self.run_id._end(self)
        if attempts < STEP_TRIES:
            self._trigger_step(fields.Datetime.now() + timedelta(minutes=2**attempts))
        else:
            self._next()._trigger_step()
        # Nothing left for the scheduler: it would run the step again at once.
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _get_position(self):
        """Return how far this run has come: a dict that begins empty with every run."""
        position = self.position or {}
        return position if position.get("run") == self.run_number else {"run": self.run_number}

    def _set_position(self, **values):
        """Remember how far this run has come; kept together with the batch."""
        self.position = {**self._get_position(), **values}

    def _next(self):
        """Return the step that follows this one, if any."""
        return self.search([("sequence", ">", self.sequence)], limit=1)

    def _trigger_step(self, at=None):
        if self:
            self.sudo().cron_id._trigger(at)
