from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import crm_satisfaction_request_send
from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestRequest(SatisfactionCommon):
    def _invite(self, partners, user=None, program=None):
        wizard = self.env["crm.satisfaction.invite"].with_user(user or self.salesman)
        return wizard.create({"program_id": (program or self.program).id, "partner_ids": partners.ids})

    def _reasons(self, wizard):
        return {line.partner_id: line.reason for line in wizard.line_ids}

    def test_installing_and_switching_on_sends_nothing(self):
        before = self.env["mail.mail"].search_count([])
        self.program.active = False
        self.program.active = True
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_company_is_asked_through_its_contact(self):
        self.assertEqual(self._reasons(self._invite(self.customer)), {self.contact: False})

    def test_everybody_who_is_not_asked_has_a_reason(self):
        no_mail = self.env["res.partner"].create({"name": "No mail"})
        broken = self.env["res.partner"].create({"name": "Broken", "email": "not an address"})
        blocked = self._contact("Blocked")
        self.env["mail.blacklist"]._add(blocked.email)
        archived = self._contact("Archived", active=False)
        recent, waiting = self._contact("Recent"), self._contact("Waiting")
        self._request(recent, state="answered")
        self._request(waiting)
        twin = self._contact("Twin", email=self.contact.email)
        ours = self._contact("Ours", self.company.partner_id)
        everybody = no_mail | broken | blocked | archived | recent | waiting | self.contact | twin | ours
        wizard = self._invite(everybody)
        reasons = self._reasons(wizard)
        self.assertFalse(reasons[self.contact])
        self.assertEqual((wizard.ask_count, wizard.skip_count), (1, 8))
        self.assertIn("e-mail", reasons[no_mail])
        self.assertIn("e-mail", reasons[broken])
        self.assertIn("blacklisted", reasons[blocked])
        self.assertIn("Archived", reasons[archived])
        self.assertEqual(reasons[recent], "Asked within the last 90 days")
        self.assertIn("open invitation", reasons[waiting])
        self.assertIn("Same e-mail", reasons[twin])
        self.assertIn("own company", reasons[ours])
        wizard.action_invite()
        recorded = self.env["crm.satisfaction.request"].search([("program_id", "=", self.program.id)])
        self.assertEqual(len(recorded.filtered(lambda r: r.state == "not_asked" and r.reason)), 8)

    def test_wait_days_count_across_schedules_and_companies(self):
        other = self.program.copy(
            {"active": True, "user_id": False, "company_id": self.env["res.company"].create({"name": "Second"}).id}
        )
        self._request(program=other, state="expired", decided_at=fields.Datetime.now() - timedelta(days=89))
        self.assertIn("Asked within", self._reasons(self._invite(self.contact))[self.contact])
        self.program.wait_days = 80
        self.assertFalse(self._reasons(self._invite(self.contact))[self.contact])

    def test_not_asked_does_not_count_as_asked(self):
        self._request(state="not_asked")
        self.assertFalse(self._reasons(self._invite(self.contact))[self.contact])

    def test_invitation_creates_one_mail_in_the_queue(self):
        before = self.env["mail.mail"].search_count([])
        self._invite(self.customer).action_invite()
        request = self.env["crm.satisfaction.request"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(request.state, "to_send")
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)
        mail = request.sudo().mail_id
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.contact)
        for score in range(11):
            self.assertIn(request.sudo()._get_answer_url(score), mail.body_html)

    def test_mail_escapes_what_people_typed(self):
        self.contact.name = "<script>alert(1)</script>"
        self._invite(self.contact).action_invite()
        mail = self.env["crm.satisfaction.request"].search([("partner_id", "=", self.contact.id)]).sudo().mail_id
        self.assertNotIn("<script>", mail.body_html)

    def test_mail_speaks_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.question.with_context(lang="fr_FR").title = "Nous recommanderiez-vous ?"
        self.contact.lang = "fr_FR"
        self._invite(self.contact).action_invite()
        mail = self.env["crm.satisfaction.request"].search([("partner_id", "=", self.contact.id)]).sudo().mail_id
        self.assertEqual(mail.subject, "Nous recommanderiez-vous ?")

    def test_sent_when_the_mail_has_left_and_reason_when_it_has_not(self):
        self._invite(self.contact).action_invite()
        request = self.env["crm.satisfaction.request"].search([("partner_id", "=", self.contact.id)])
        request.sudo().mail_id._postprocess_sent_message([], [], "No mail server", "mail_smtp")
        self.assertRecordValues(
            request, [{"state": "to_send", "reason": "The mail could not be sent (No mail server)"}]
        )
        # A server that is not reached tells its reason to the mail only.
        request.sudo().mail_id.failure_reason = "-2\nName not known"
        request.sudo().mail_id._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual(request.reason, "The mail could not be sent (-2 Name not known)")
        request.sudo().mail_id.failure_reason = False
        request.sudo().mail_id._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertNotIn("mail_smtp", request.reason, "in words, not as a code")
        request.sudo().mail_id._postprocess_sent_message([self.contact], [self.contact.email])
        self.assertRecordValues(request, [{"state": "sent", "reason": False}])
        self.assertTrue(request.sent_at)

    def test_many_mails_are_written_by_the_scheduler(self):
        people = self.env["res.partner"]
        for i in range(4):
            people |= self._contact(f"many{i}")
        with patch.object(crm_satisfaction_request_send, "MAIL_BATCH", 3):
            self._invite(people).action_invite()
            requests = self.env["crm.satisfaction.request"].search([("partner_id", "in", people.ids)])
            self.assertFalse(requests.sudo().mail_id)
            cron = self.env.ref("crm_satisfaction.ir_cron_satisfaction_mails")
            with self.enter_registry_test_mode():
                self.assertIs(cron.method_direct_trigger(), True)
                self.assertEqual(len(requests.sudo().mail_id), 4)
                requests.sudo().mail_id.unlink()
                self.assertIs(cron.method_direct_trigger(), True)
        self.assertFalse(requests.sudo().mail_id)

    def test_switched_off_schedule_invites_nobody(self):
        wizard = self._invite(self.contact)
        self.program.active = False
        with self.assertRaises(UserError):
            wizard.action_invite()

    def test_planned_again_when_the_button_is_pressed(self):
        wizard = self._invite(self.contact)
        self._request()
        with self.assertRaises(UserError):
            wizard.action_invite()

    def test_opened_from_the_list_of_profiles(self):
        card = self._card()
        wizard = self.env["crm.satisfaction.invite"].with_context(active_model="crm.customer", active_ids=card.ids)
        self.assertEqual(wizard.create({"program_id": self.program.id}).partner_ids, self.customer)

    def test_one_open_invitation_per_schedule_and_contact(self):
        self._request()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._request()
            self.env.flush_all()

    def test_overdue_invitations_end(self):
        request = self._request(deadline=fields.Date.today() - timedelta(days=1))
        self.env["crm.satisfaction.request"]._end_overdue(100)
        self.assertEqual(request.state, "expired")
        self.assertEqual(self.env["crm.satisfaction.request"]._end_overdue(100), 0)

    def test_deleted_contact_leaves_score_without_person(self):
        loner = self._contact("Loner")
        response = self._answer(3, loner)
        waiting = self._request(loner)
        loner.unlink()
        self.env.invalidate_all()
        self.assertRecordValues(response, [{"score": 3, "partner_id": False, "customer_id": False}])
        self.assertRecordValues(waiting, [{"state": "expired", "partner_id": False}])
        self.assertEqual(waiting._public_state(), "closed")

    def test_token_is_found_by_number_and_compared_by_secret(self):
        request = self._request()
        Request = self.env["crm.satisfaction.request"]
        token = f"{request.id}-{request.sudo().access_token}"
        self.assertEqual(Request._find_by_token(token), request)
        for wrong in (
            token + "0",
            f"{request.id}-",
            f"{request.id}",
            "",
            None,
            "-",
            "x-y",
            "9" * 30 + "-a",
            "１-a",
            token + "é",
        ):
            self.assertFalse(Request._find_by_token(wrong), wrong)
