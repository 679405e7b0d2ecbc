"""What lists and forms of schedules show about their asking, and the ways from there."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import config

from .crm_satisfaction_program import WINDOW_DAYS
from .crm_satisfaction_request import OPEN_STATES


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    next_run_at = fields.Datetime(
        string="Next Run", compute="_compute_next_run_at", help="When it is next looked whom to ask."
    )
    skipped_count = fields.Integer(
        string="Not Asked",
        compute="_compute_asking",
        help="Decisions of the last 12 months not to ask, each with its reason.",
    )
    waiting_count = fields.Integer(
        string="To Send", compute="_compute_asking", help="Invitations whose mail has not left yet."
    )
    failed_count = fields.Integer(
        string="Mails Failed", compute="_compute_asking", help="Invitations whose mail could not be sent."
    )
    response_rate = fields.Float(
        compute="_compute_asking",
        help="Answered share of the invitations of the last 12 months that were sent, in percent of those sent.",
    )
    mail_problem = fields.Char(compute="_compute_mail_problem", help="What keeps mails from leaving.")

    @api.depends("active", "trigger")
    def _compute_next_run_at(self):
        cron_sudo = self.env.ref("crm_satisfaction.ir_cron_satisfaction_ask", raise_if_not_found=False)
        cron_sudo = cron_sudo and cron_sudo.sudo()
        for program in self:
            runs = cron_sudo and cron_sudo.active and program.active and program.trigger != "manual"
            program.next_run_at = runs and cron_sudo.nextcall

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("request_ids.state", "request_ids.reason_code")
    def _compute_asking(self):
        since = fields.Datetime.now() - timedelta(days=WINDOW_DAYS)
        rows = self.env["crm.satisfaction.request"]._read_group(
            [("program_id", "in", self.ids), ("decided_at", ">=", since)],
            ["program_id", "state"],
            ["__count", "sent_at:count"],
        )
        counts = {(program, state): (number, sent) for program, state, number, sent in rows}
        domain = [("program_id", "in", self.ids), ("reason_code", "=", "mail_failed"), ("state", "in", OPEN_STATES)]
        failed = dict(self.env["crm.satisfaction.request"]._read_group(domain, ["program_id"], ["__count"]))
        for program in self:
            states = {
                state: counts.get((program._origin, state), (0, 0)) for state in ("not_asked", "to_send", "answered")
            }
            sent = sum(number for (owner, _state), (_all, number) in counts.items() if owner == program._origin)
            program.skipped_count = states["not_asked"][0]
            program.waiting_count = states["to_send"][0]
            program.failed_count = failed.get(program._origin, 0)
            program.response_rate = 100 * states["answered"][0] / sent if sent else 0.0

    @api.depends("channel", "survey_id.active")
    def _compute_mail_problem(self):
        """Say in words when mails cannot leave: nothing is lost, but nobody would hear of it."""
        servers = self.env["ir.mail_server"].sudo().search_count([], limit=1)
        nowhere = not servers and config["smtp_server"] in (False, "localhost")
        for program in self:
            program.mail_problem = False
            survey_sudo = program.sudo().survey_id  # readers of schedules may not read surveys
            if survey_sudo and not survey_sudo.active:
                program.mail_problem = self.env._("The survey is archived: nobody is asked, and links say so.")
            elif nowhere and program.channel == "mail":
                program.mail_problem = self.env._(
                    "No outgoing mail server is set up. Mails are written and wait in the queue; those that fail can "
                    "be sent again from here."
                )

    def action_run_now(self):
        """Look at once whom to ask, outside the request of whoever presses the button."""
        self.check_access("write")
        self.env.ref("crm_satisfaction.ir_cron_satisfaction_ask").sudo()._trigger()
        message = self.env._("Started. Reload this page in a minute to see the result.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def action_open_skipped(self):
        """Open the decisions not to ask, by reason."""
        action = self._open("crm_satisfaction.crm_satisfaction_request_action")
        context = {"search_default_not_asked": 1, "search_default_group_reason": 1}
        return dict(action, context=context)

    def action_open_answered(self):
        """Open the invitations that were answered."""
        action = self._open("crm_satisfaction.crm_satisfaction_request_action")
        return dict(action, context={"search_default_answered": 1})

    def action_open_failed(self):
        """Open the invitations whose mail could not be sent."""
        action = self._open("crm_satisfaction.crm_satisfaction_request_action")
        return dict(action, context={"search_default_failed": 1})
