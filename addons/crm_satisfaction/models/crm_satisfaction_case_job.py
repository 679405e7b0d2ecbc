"""What the scheduler does for cases: try again, tell the team leader, ask again, erase what is too old."""

import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

#: Rows of each kind in one batch of the job.
BATCH = 100
ERASE_BATCH = 2000


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    def _job_recovery(self, job):
        """Do the next batch of everything that waits.

        :return: (rows looked at, 1 when more may be left)
        """
        counts = [
            self.env["crm.satisfaction.follow.up"]._retry_due(BATCH),
            self._escalate_overdue(BATCH),
            self._ask_again_due(BATCH),
        ]
        erased = self.env["crm.satisfaction.response"]._erase_old_comments(ERASE_BATCH)
        return sum(counts) + erased, int(BATCH in counts or erased >= ERASE_BATCH)

    @api.model
    def _trigger_recovery(self, at=None):
        self.env.ref("crm_satisfaction.ir_cron_recovery_hourly").sudo()._trigger(at)

    @api.model
    def _cron_recovery(self):
        """Do what cannot wait for the night, without starting the rest of the nightly chain."""
        processed, remaining = self.env.ref("crm_satisfaction.job_recovery")._run_batch()
        self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @api.model
    def _escalate_overdue(self, limit):
        """Tell team leaders once of customers whom nobody contacted in time; return how many cases."""
        domain = [("is_overdue", "=", True), ("escalated_at", "=", False)]
        overdue = self.search(domain, limit=limit).try_lock_for_update()
        # First, so that a case whose reminder fails does not stand in the way of the others for ever.
        overdue.write({"escalated_at": fields.Datetime.now()})
        for case in overdue:
            try:
                with self.env.cr.savepoint():
                    case._as_system(case.company_id).browse(case.id)._escalate()
            except Exception as error:
                _logger.warning("Recovery case %s: telling the team leader failed: %s", case.id, error, exc_info=True)
        return len(overdue)

    def _escalate(self):
        policy = self.env["crm.customer"]._service_policies(self.customer_id, self.company_id)
        team = self.env["crm.team"].browse(policy.get(self.customer_id.id, ({}, {}))[0].get("team_id") or [])
        # The owner last: somebody else should know.
        people = (self.team_id.user_id | team.user_id | self.program_id.user_id) - self.user_id
        leader = self._owner_of(people | self.user_id, self.company_id)
        if leader:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                self.company_id._crm_today(),
                summary=self.env._("Nobody has contacted this customer in time"),
                user_id=leader.id,
            )
