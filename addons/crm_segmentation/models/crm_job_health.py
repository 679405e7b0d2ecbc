"""Whether the nightly jobs do their work: what runs late, what is switched off, what waits."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: A step may end this much later than its interval after its last success before it counts as overdue.
GRACE = timedelta(hours=2)


class CrmJob(models.Model):
    _inherit = "crm.job"

    next_run = fields.Datetime(related="cron_id.nextcall", string="Next Run")
    cron_active = fields.Boolean(
        related="cron_id.active",
        string="Scheduled",
        help="Odoo switches a scheduled action off when it keeps failing; then nobody starts this step any more.",
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Not come to its end for two hours longer than its interval, 26 hours for a daily step.",
    )
    topic = fields.Char(
        readonly=True, help="Name under which the changes wait that this step follows; empty when it follows none."
    )
    queue_length = fields.Integer(
        string="Waiting", compute="_compute_queue", help="Changes noted since the last run, several for one customer."
    )
    queue_since = fields.Datetime(
        string="Waiting Since", compute="_compute_queue", help="When the oldest change that waits was noted."
    )

    @api.depends("succeeded_at", "cron_id")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for job in self:
            cron_sudo = job.sudo().cron_id  # who watches the jobs may not read scheduled actions
            interval = relativedelta(**{cron_sudo.interval_type: cron_sudo.interval_number})
            since = job.succeeded_at or job.create_date
            job.is_overdue = bool(since) and since + interval + GRACE < now

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = self.search([]).filtered("is_overdue")
        return [("id", "in" if True in value else "not in", overdue.ids)]

    @api.depends("topic")
    def _compute_queue(self):
        queue_sudo = self.env["crm.queue"].sudo()  # a number and a time, no customer
        for job in self:
            job.queue_length, job.queue_since = queue_sudo._length(job.topic) if job.topic else (0, False)

    def action_open_runs(self):
        """Open the runs of this step."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_job_run_action")
        return {**action, "domain": [("job_id", "in", self.ids)], "context": {}}
