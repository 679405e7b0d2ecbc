from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_ask import NOW, AskCommon


@tagged("post_install", "-at_install")
class TestAskMails(AskCommon):
    def _requests(self, *partners):
        for partner in partners:
            self._order(partner)
        self._ask()
        return self._decisions()

    def _run_mails(self):
        cron = self.env.ref("crm_satisfaction.ir_cron_satisfaction_mails")
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
        self.env.invalidate_all()

    def _leave(self, requests):
        """Have the mails leave, as Odoo's queue would."""
        for mail in requests.sudo().mail_id:
            mail._postprocess_sent_message(mail.recipient_ids, [])
        self.env.invalidate_all()

    # Hours

    def test_mails_leave_only_in_the_hours_of_each_company(self):
        self.asking.write({"hour_from": 9, "hour_to": 17, "working_days": True})
        for zone, moment, opens in (
            ("UTC", datetime(2026, 11, 27, 12, 0), datetime(2026, 11, 27, 12, 0)),
            ("UTC", datetime(2026, 11, 27, 17, 0), datetime(2026, 11, 30, 9, 0)),
            ("Asia/Shanghai", datetime(2026, 11, 27, 12, 0), datetime(2026, 11, 30, 1, 0)),
            ("America/New_York", datetime(2026, 11, 27, 12, 0), datetime(2026, 11, 27, 14, 0)),
            ("Pacific/Auckland", datetime(2026, 11, 29, 21, 0), datetime(2026, 11, 29, 21, 0)),
        ):
            with self.subTest(zone=zone, moment=moment):
                self.company.partner_id.tz = zone
                self.assertEqual(self.asking._next_open(moment), opens)

    def test_public_holidays_of_the_company_are_quiet(self):
        self.company.partner_id.tz = "UTC"
        self.company.resource_calendar_id.tz = "UTC"
        self.asking.write({"hour_from": 9, "hour_to": 17, "working_days": True})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 11, 30, 0, 0),
                "date_to": datetime(2026, 11, 30, 23, 59),
            }
        )
        self.assertEqual(self.asking._next_open(datetime(2026, 11, 28, 12, 0)), datetime(2026, 12, 1, 9, 0))

    def test_what_is_due_at_night_waits_for_the_morning(self):
        self.company.partner_id.tz = "UTC"
        self.asking.write({"hour_from": 8, "hour_to": 11, "working_days": False})
        request = self._requests(self.contact)
        morning = datetime(2026, 11, 28, 8, 0)
        self.assertEqual(request.send_at, morning)
        self._run_mails()
        self.assertFalse(request.mail_written)
        type(self).now = morning
        self._run_mails()
        self.assertTrue(request.mail_written)
        self.assertFalse(request.sudo().mail_id.scheduled_date)

    def test_backlog_stops_when_the_hours_are_over(self):
        self.company.partner_id.tz = "UTC"
        request = self._requests(self.contact)
        self.asking.write({"hour_from": 8, "hour_to": 11})
        self._run_mails()
        self.assertRecordValues(request, [{"mail_written": False, "send_at": datetime(2026, 11, 28, 8, 0)}])

    def test_invited_by_hand_at_night_leaves_in_the_morning(self):
        self.company.partner_id.tz = "UTC"
        self.program.write({"hour_from": 8, "hour_to": 11})
        invite = self.env["crm.satisfaction.invite"]
        wizard = invite.create({"program_id": self.program.id, "partner_ids": self.contact.ids})
        self.assertIn("Mails leave from 11/28/2026", wizard.summary)
        request = self.program._invite(self.contact)
        request._send_or_queue()
        self.assertEqual(request.mail_id.scheduled_date, datetime(2026, 11, 28, 8, 0))

    def test_switched_off_schedule_sends_nothing_until_it_is_on_again(self):
        request = self._requests(self.contact)
        self.asking.active = False
        self._run_mails()
        self.assertFalse(request.mail_written)
        self.asking.active = True
        self._run_mails()
        self.assertTrue(request.mail_written)

    # Reminders

    def test_reminders_stop_with_the_answer(self):
        bob = self._contact("Bob")
        self.asking.write({"reminder_max": 2, "reminder_days": 5})
        requests = self._requests(self.contact, bob)
        self._run_mails()
        self._leave(requests)
        self.later(days=4)
        self._run_mails()
        self.assertEqual(requests.mapped("reminder_count"), [0, 0])
        requests.filtered(lambda request: request.partner_id == bob)._answer_from_mail(9)
        silent = requests.filtered(lambda request: request.partner_id == self.contact)
        counts = []
        for _turn in range(4):
            self.later(days=5)
            self._run_mails()
            self._run_mails()
            counts.append(tuple(requests.mapped("reminder_count")))
        self.assertEqual(counts, [(1, 0), (2, 0), (2, 0), (2, 0)])
        self.assertEqual(silent.reminded_at, NOW + timedelta(days=14))
        self.assertEqual(silent.state, "sent")

    def test_no_reminder_after_the_last_day_and_none_at_night(self):
        self.asking.write({"reminder_max": 1, "reminder_days": 5, "answer_days": 7})
        request = self._requests(self.contact)
        self._run_mails()
        self._leave(request)
        self.company.partner_id.tz = "UTC"
        self.asking.write({"hour_from": 8, "hour_to": 11})
        self.later(days=6)
        self._run_mails()
        self.assertEqual(request.reminder_count, 0)
        self.later(days=3, hours=-2)
        self._run_mails()
        self.assertEqual(request.reminder_count, 0)

    def test_who_withdrew_is_not_reminded(self):
        self.asking.write({"reminder_max": 1, "reminder_days": 5})
        request = self._requests(self.contact)
        self._run_mails()
        self._leave(request)
        self.contact._satisfaction_withdraw("mail")
        self.later(days=6)
        self._run_mails()
        self.assertRecordValues(request, [{"reminder_count": 0, "state": "expired", "reason_code": "withdrawn"}])

    # What goes wrong

    def test_contact_who_cannot_be_asked_any_more_gets_no_mail_and_was_never_asked(self):
        people = [self._contact(f"Unfit{number}") for number in range(4)]
        requests = self._requests(*people, self.contact)
        people[0].active = False
        people[1].email = False
        self.env["mail.blacklist"]._add(people[2].email)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (people[3] | self.contact).ids, self.contact, extra_checks=False
        )
        self.env.invalidate_all()
        self._run_mails()
        by_contact = {request.partner_id: request for request in requests if request.state != "expired"}
        self.assertEqual(
            [(by_contact[person].state, by_contact[person].reason_code) for person in people[:3]],
            [("not_asked", "archived"), ("not_asked", "no_address"), ("not_asked", "blacklisted")],
        )
        self.assertTrue(by_contact[self.contact].mail_written)
        self.assertEqual(len(requests.sudo().mail_id), 1)

    def test_deleted_contact_takes_the_waiting_mail_along(self):
        bob = self._contact("Bob")
        request = self._requests(bob)
        self._run_mails()
        mail = request.sudo().mail_id
        self.env["sale.order"].search([("partner_id", "=", bob.id)]).partner_id = self.contact
        bob.unlink()
        self.assertFalse(mail.exists())
        self.assertEqual(request.state, "expired")

    def test_one_mail_that_cannot_be_written_stops_no_other(self):
        requests = self._requests(self.contact, self._contact("Bob"), self._contact("Cid"))
        broken = requests[1]
        template = type(self.env["mail.template"])
        write = template.send_mail_batch

        def fail(self, res_ids, **values):
            if broken.id in res_ids:
                raise ValueError("broken")
            return write(self, res_ids, **values)

        logger = "odoo.addons.crm_satisfaction.models.crm_satisfaction_request_send"
        with patch.object(template, "send_mail_batch", fail), mute_logger(logger):
            self._run_mails()
        self.assertEqual(len(requests.sudo().mail_id), 2)
        self.assertRecordValues(
            broken, [{"state": "to_send", "reason_code": "mail_failed", "reason": "ValueError: broken"}]
        )
        self.assertEqual(self.asking.failed_count, 1)
        broken.with_user(self.salesman).action_send_again()
        self.assertRecordValues(broken, [{"reason_code": False, "mail_written": True}])
        self.assertEqual(len(requests.sudo().mail_id), 3)
        with self.assertRaises(AccessError):
            broken.with_user(self.reader).action_send_again()

    def test_no_mail_server_loses_nothing(self):
        request = self._requests(self.contact)
        self._run_mails()
        request.sudo().mail_id._postprocess_sent_message([], [], "Connection refused", "mail_smtp")
        self.env.invalidate_all()
        self.assertRecordValues(request, [{"state": "to_send", "reason_code": "mail_failed"}])
        self.assertIn("Connection refused", request.reason)
        self.env["ir.mail_server"].search([]).unlink()
        self.asking.invalidate_recordset()
        self.assertIn("No outgoing mail server", self.asking.mail_problem)
        request.action_send_again()
        self._leave(request)
        self.assertRecordValues(request, [{"state": "sent", "sent_at": NOW, "reason": False, "reason_code": False}])

    def test_mail_that_never_left_says_so_in_the_end(self):
        request = self._requests(self.contact)
        sent = self._request(self._contact("Sent"), deadline=NOW.date())
        self.later(days=40)
        self.env["crm.satisfaction.request"]._end_overdue(100)
        self.assertEqual((request.reason_code, sent.reason_code), ("not_sent", "no_answer"))

    def test_writing_many_mails_looks_for_unfit_contacts_once(self):
        requests = self._requests(*(self._contact(f"Q{number}") for number in range(30)))
        requests = requests.sudo()
        requests[:1]._drop_unfit()
        self.env.flush_all()
        requests.mapped("program_id.name")
        before = self.env.cr.sql_log_count
        requests[:2]._drop_unfit()
        few = self.env.cr.sql_log_count - before
        requests._drop_unfit()
        self.assertLessEqual(self.env.cr.sql_log_count - before - few, few)

    def test_today_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.assertEqual(self.asking._day_begins(), datetime(2026, 11, 26, 16, 0))
        self.assertEqual(fields.Datetime.now(), NOW)
