"""Mails: written in batches within the hours of the schedule, and never to who cannot be asked any more."""

import logging

from psycopg2.extensions import TransactionRollbackError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: Invitations written in one go; a mail takes some 50 ms to render.
MAIL_BATCH = 100
#: Mails that wait or failed: what is ended takes them along.
UNSENT = ("outgoing", "exception")


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    def action_send_again(self):
        """Write the mails that could not be sent once more."""
        self.env["crm.satisfaction.invite"].check_access("create")
        self.check_access("read")
        failed_sudo = self.sudo().filtered(lambda request: request.state == "to_send" and request.mail_written)
        failed_sudo = failed_sudo.filtered(lambda request: request.reason_code == "mail_failed")
        failed_sudo._cancel_mails()
        failed_sudo.write({"mail_written": False, "mail_id": False, "reason_code": False, "reason": False})
        for program, requests in failed_sudo.grouped("program_id").items():
            requests.send_at = program._next_open()
        failed_sudo._send_or_queue()

    def _send_or_queue(self):
        """Write a few mails at once, leave many to the scheduler: nobody waits for thousands of them."""
        if len(self) <= MAIL_BATCH:
            self._send_invitations()
        else:
            self._trigger_mails()

    @api.model
    def _trigger_mails(self):
        """Have the scheduler write what is due now, and what is due later when it is."""
        cron_sudo = self.env.ref("crm_satisfaction.ir_cron_satisfaction_mails").sudo()
        if self.search_count(self._to_write_domain() | self._to_remind_domain(), limit=1):
            cron_sudo._trigger()
        waiting = [("state", "=", "to_send"), ("mail_written", "=", False), ("send_at", ">", fields.Datetime.now())]
        if later := self.search(waiting, order="send_at, id", limit=1):
            cron_sudo._trigger(later.send_at)

    @api.model
    def _cron_write_mails(self):
        """Write the next mails that are due: invitations first, then reminders."""
        self._wait_for_hours()
        domain = self._to_write_domain()
        requests = self.search(domain, limit=MAIL_BATCH, order="send_at, id").try_lock_for_update()
        requests._send_invitations()
        done, reminders = len(requests), self.search_count(self._to_remind_domain(), limit=1)
        if not requests and reminders:
            due = self.search(self._to_remind_domain(), limit=MAIL_BATCH, order="sent_at, id").try_lock_for_update()
            due._send_reminders()
            done, reminders = len(due), self.search_count(self._to_remind_domain(), limit=1)
        self.env["ir.cron"]._commit_progress(done, remaining=self.search_count(domain) + reminders)

    @api.model
    def _to_write_domain(self):
        """Return the domain of the invitations whose mail is due; those of a schedule that is off wait for it."""
        return Domain(
            [
                ("state", "=", "to_send"),
                ("channel", "=", "mail"),
                ("mail_written", "=", False),
                ("program_id.active", "=", True),
            ]
        ) & (Domain("send_at", "=", False) | Domain("send_at", "<=", fields.Datetime.now()))

    @api.model
    def _to_remind_domain(self):
        """Return the domain of the invitations that a reminder is due for, in the hours of their schedules."""
        now = fields.Datetime.now()
        programs = self.env["crm.satisfaction.program"].search([("reminder_max", ">", 0), ("active", "=", True)])
        due = Domain.FALSE
        for program in programs.filtered(lambda program: program._next_open(now) == now):
            before = fields.Datetime.subtract(now, days=program.reminder_days)
            due |= Domain(
                [
                    ("program_id", "=", program.id),
                    ("reminder_count", "<", program.reminder_max),
                    ("sent_at", "<=", before),
                    "|",
                    ("reminded_at", "=", False),
                    ("reminded_at", "<=", before),
                ]
            )
        today = fields.Date.today()
        return due & Domain([("state", "=", "sent"), ("channel", "=", "mail"), ("deadline", ">=", today)])

    @api.model
    def _wait_for_hours(self):
        """Put off what is due to the next hours in which mails may leave, where these are over."""
        now = fields.Datetime.now()
        for (program,) in self._read_group(self._to_write_domain(), ["program_id"]):
            opens = program._next_open(now)
            if opens > now:
                self.search([("program_id", "=", program.id), *self._to_write_domain()]).write({"send_at": opens})
                self.env.ref("crm_satisfaction.ir_cron_satisfaction_mails").sudo()._trigger(opens)

    # Writing

    def _send_invitations(self):
        """Put one mail per invitation into the queue, in the language of its contact."""
        fit = self._drop_unfit()
        fit._write_mails(lambda request: request.program_id.template_id)

    def _send_reminders(self):
        """Put one more mail per invitation into the queue; who cannot be asked any more is not reminded."""
        fit = self._drop_unfit()
        fit._write_mails(lambda request: request.program_id.reminder_template_id or request.program_id.template_id)
        now = fields.Datetime.now()
        for count, requests in fit.grouped("reminder_count").items():
            requests.write({"reminder_count": count + 1, "reminded_at": now})

    def _drop_unfit(self):
        """Take back what cannot be asked any more: the contact was archived, lost the address, or does not want it.

        :return: the others
        """
        unfit = self.browse()
        for program, requests in self.grouped("program_id").items():
            texts = program._recorded_texts()
            for code, ids in program._unfit(requests).items():
                dropped = self.browse(ids)
                dropped._cancel_mails()
                # Never sent means never asked: it does not keep others from asking this contact.
                for state, group in dropped.grouped("state").items():
                    ended = "not_asked" if state == "to_send" else "expired"
                    group.write({"state": ended, "reason_code": code, "reason": texts[code]})
                unfit |= dropped
        return self - unfit

    def _write_mails(self, get_template):
        """Have the system write the mails.

        They hang on no document: whoever could read such a message could answer for the customer with the link in it.
        """
        for company, requests in self.grouped("company_id").items():
            for (template, send_at), group in requests.grouped(lambda r: (get_template(r), r._leaves_at())).items():
                records = group.with_user(SUPERUSER_ID).with_company(company)
                values = {
                    "model": False,
                    "res_id": False,
                    "author_id": company.partner_id.id,
                    "scheduled_date": send_at,
                }
                records._write_with(template.with_env(records.env), values)
                self._trigger_queue(send_at)

    def _write_with(self, template, values):
        """Write the mails of one template; one that fails is noted and stops no other."""
        try:
            with self.env.cr.savepoint():
                mails = template.send_mail_batch(self.ids, email_values=dict(values))
                for request, mail in zip(self, mails, strict=True):
                    request.write({"mail_id": mail.id, "mail_written": True})
        except TransactionRollbackError:
            raise
        except Exception as error:
            if len(self) > 1:
                for request in self:
                    request._write_with(template, values)
                return
            _logger.info("The mail of survey invitation %s cannot be written.", self.id, exc_info=True)
            self._note_failure(f"{type(error).__name__}: {error}")

    def _leaves_at(self):
        """Return when the mail may leave, False for at once."""
        later = self.state == "to_send" and self.send_at and self.send_at > fields.Datetime.now()
        return self.send_at if later else False

    @api.model
    def _trigger_queue(self, send_at):
        """Have Odoo's own queue send the mails within the hours, instead of some time later."""
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
        if queue:
            queue.sudo()._trigger(send_at or None)

    # What became of it

    def _mark_mail(self, failure):
        """Record what became of the mail; one that failed stays to be sent."""
        waiting = self.filtered(lambda request: request.state == "to_send")
        if failure:
            for request in waiting:
                request._note_failure(failure)
            return
        now = fields.Datetime.now()
        waiting.write({"state": "sent", "sent_at": now, "reason": False, "reason_code": False})

    def _note_failure(self, failure):
        """Keep why a mail did not leave; the invitation waits to be sent again."""
        self.write({"mail_written": True, "reason_code": "mail_failed", "reason": failure})

    def _cancel_mails(self):
        """Keep mails that wait from leaving; their links would lead to a page that says it is over."""
        self.sudo().mail_id.filtered(lambda mail: mail.state in UNSENT).unlink()
