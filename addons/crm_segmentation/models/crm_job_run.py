from datetime import timedelta

from odoo import api, fields, models

#: Days for which the history of the nightly jobs is kept.
KEEP_DAYS = 90


class CrmJobRun(models.Model):
    """One run of one step of the nightly chain, however many batches it took and however often it was interrupted."""

    _name = "crm.job.run"
    _description = "Customer Insight Job Run"
    _order = "started_at desc, id desc"
    _rec_name = "started_at"
    _log_access = False

    job_id = fields.Many2one("crm.job", required=True, ondelete="cascade", index=True, readonly=True)
    started_at = fields.Datetime(string="Start", required=True, readonly=True)
    finished_at = fields.Datetime(string="End", readonly=True)
    duration = fields.Float(
        string="Duration (s)",
        compute="_compute_duration",
        help="Seconds from start to end. A run that was interrupted includes the time until it went on.",
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")], string="Status", required=True, readonly=True
    )
    rows_done = fields.Integer(string="Rows", readonly=True, help="Rows written.")
    rows_corrected = fields.Integer(
        readonly=True,
        help="Rows that the weekly computation of all customers found wrong and put right. It should always be 0.",
    )
    message = fields.Text(readonly=True, help="Why it failed, or what it found wrong.")

    @api.depends("started_at", "finished_at")
    def _compute_duration(self):
        for run in self:
            finished = run.finished_at and run.finished_at >= run.started_at
            run.duration = (run.finished_at - run.started_at).total_seconds() if finished else 0.0

    @api.model
    def _begin(self, job, now):
        """Return a new run of ``job``; runs older than ``KEEP_DAYS`` go."""
        self.search([("started_at", "<", now - timedelta(days=KEEP_DAYS))]).unlink()
        return self.create({"job_id": job.id, "started_at": now, "state": "running"})

    def _end(self, job):
        """Note how the run ended."""
        self.write(
            {
                "finished_at": job.finished_at,
                "state": job.state,
                "rows_done": job.rows_done,
                "rows_corrected": job.rows_corrected,
            }
        )
        if job.last_error:
            self._note(job.last_error)

    def _note(self, text):
        """Add a line to what there is to say about this run."""
        for run in self:
            run.message = "\n".join(filter(None, [run.message, text]))
