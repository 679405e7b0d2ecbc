from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestErase(CaseCommon):
    def _commented(self, contact=None, days_ago=0, score=3):
        """Return an answer with a comment, on it and in the Surveys app."""
        response = self._answer(score, contact or self.contact, days_ago=days_ago)
        response.user_input_id._save_lines(self.reason_question, "Call me on 555")
        self.env.invalidate_all()
        self.assertEqual(response.comment, "Call me on 555")
        return response

    def _words(self, response):
        """Return every trace of the words of an answer."""
        self.env.flush_all()
        self.env.invalidate_all()
        lines = response.user_input_id.user_input_line_ids
        texts = [response.comment, *lines.mapped("value_text_box"), *lines.mapped("value_char_box")]
        texts += response.part_ids.filtered("comment").mapped("comment")
        return [text for text in texts if text]

    def _erase(self, partner, user=None):
        wizard = self.env["crm.satisfaction.erase"].with_user(user or self.manager)
        return wizard.create({"partner_ids": [(6, 0, partner.ids)], "confirmed": True}).action_erase()

    # Retention

    def test_comments_past_their_time_are_erased_and_scores_stay(self):
        self.company.crm_comment_months = 6
        old, young = self._commented(days_ago=200), self._commented(self._contact("Young"))
        self.run_job()
        self.assertFalse(self._words(old))
        self.assertEqual(old.score, 3)
        self.assertRecordValues(old, [{"partner_id": self.contact.id, "customer_id": self.customer.id}])
        self.assertTrue(self._words(young))
        log = self.env["crm.satisfaction.erasure"].search([("kind", "=", "retention")])
        self.assertRecordValues(log, [{"comments": 1, "company_id": self.company.id}])
        self.run_job()
        self.assertEqual(self.env["crm.satisfaction.erasure"].search([("kind", "=", "retention")]), log, "twice")

    def test_comments_are_kept_until_a_company_says_otherwise(self):
        old = self._commented(days_ago=4000)
        self.run_job()
        self.assertTrue(self._words(old))

    def test_batches_come_to_an_end(self):
        self.company.crm_comment_months = 1
        for number in range(3):
            self._commented(self._contact(f"B{number}"), days_ago=100)
        responses = self.env["crm.satisfaction.response"]
        self.assertEqual([responses._erase_old_comments(2) for _turn in range(3)], [2, 1, 0])

    def test_a_negative_number_of_months_is_refused(self):
        with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017 the database's own error
            self.company.crm_comment_months = -1
            self.env.flush_all()

    # Persons

    def test_words_typed_before_a_score_that_never_came_are_erased_too(self):
        request = self._request(self.contact)
        request.user_input_id = self.survey._create_answer(partner=self.contact)
        request.user_input_id._save_lines(self.reason_question, "Call me on 555")
        lines = request.user_input_id.user_input_line_ids
        self.assertIn("Call me on 555", lines.mapped("value_text_box"))
        self._erase(self.contact)
        self.env.invalidate_all()
        self.assertFalse(any(lines.mapped("value_text_box")))

    def test_a_person_is_forgotten_and_the_score_stays(self):
        response = self._commented()
        case = response.case_ids
        case.complaint = "Ann said the box was empty"
        self.env["crm.customer.preference"].create({"partner_id": self.contact.id, "name": "Tea"})
        invitation = self._request(self.contact, self.second_program)
        self._erase(self.contact)
        self.assertFalse(self._words(response))
        self.assertRecordValues(
            response,
            [{"score": 3, "partner_id": False, "customer_id": self.customer.id, "program_id": self.program.id}],
        )
        self.assertRecordValues(case, [{"partner_id": False, "complaint": False, "customer_id": self.customer.id}])
        self.assertNotEqual(case.state, "closed", "the company is still a customer")
        self.assertRecordValues(invitation, [{"state": "expired", "partner_id": False}])
        self.assertFalse(response.user_input_id.partner_id)
        self.assertFalse(response.user_input_id.email)
        self.assertFalse(self.env["crm.customer.preference"].search([("partner_id", "=", self.contact.id)]))
        log = self.env["crm.satisfaction.erasure"].search([("kind", "=", "person")])
        self.assertRecordValues(
            log, [{"user_id": self.manager.id, "partner_number": self.contact.id, "comments": 1, "answers": 1}]
        )

    def test_a_person_who_is_the_customer_leaves_nothing(self):
        loner = self._contact("Loner")
        response = self._commented(loner, score=0)
        case = response.case_ids
        self.env["crm.satisfaction.promise"].create(
            {"case_id": case.id, "name": "Call Loner", "date": fields.Date.today(), "user_id": self.manager.id}
        )
        self._erase(loner)
        self.assertRecordValues(response, [{"partner_id": False, "customer_id": False, "score": 0}])
        self.assertRecordValues(case, [{"state": "closed", "customer_id": False, "result": False}])
        self.assertFalse(case.promise_ids)
        self.assertEqual(self._links(loner), [])

    def _links(self, partner):
        """Return the columns of our tables, and of the answers of the Surveys app, that still lead to a contact."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint"
            " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'f' AND confrelid = 'res_partner'::regclass AND conrelid::regclass::text"
            " SIMILAR TO 'crm_satisfaction%|crm_customer_preference|survey_user_input'"
        )
        found = []
        for table, column in self.env.cr.fetchall():
            self.env.cr.execute(f"SELECT COUNT(*) FROM {table} WHERE {column} = %s", [partner.id])
            if self.env.cr.fetchone()[0]:
                found.append(f"{table}.{column}")
        return found

    def test_who_wants_no_surveys_still_gets_none(self):
        self.contact._satisfaction_withdraw("portal")
        other = self._contact("Other")
        other._satisfaction_withdraw("portal"), other._satisfaction_allow("portal")
        self._erase(self.contact | other)
        self.assertTrue(self.contact.satisfaction_withdrawn, "by the address")
        self.assertFalse(other.satisfaction_withdrawn)
        said = self.env["crm.satisfaction.consent"].search([("partner_id", "in", (self.contact | other).ids)])
        self.assertFalse(said, "not tied to the person any more")

    def test_who_withdrew_without_an_address_is_still_not_asked(self):
        silent = self._contact("Silent")
        silent.email = False
        silent._satisfaction_withdraw("user")
        self._erase(silent)
        self.assertTrue(silent.satisfaction_withdrawn)

    def test_companies_are_no_persons(self):
        with self.assertRaises(UserError):
            self._erase(self.customer)

    def test_it_has_to_be_confirmed(self):
        wizard = self.env["crm.satisfaction.erase"].with_user(self.manager)
        with self.assertRaises(UserError):
            wizard.create({"partner_ids": [(6, 0, self.contact.ids)]}).action_erase()

    # Nobody else

    def test_nobody_else_erases(self):
        response = self._commented()
        for user in (self.reader, self.salesman, self.employee, self.portal):
            with self.assertRaises(AccessError, msg=user.login):
                self._erase(self.contact, user)
        admin = self.env.ref("base.user_admin")
        for user in (self.reader, self.salesman, self.manager, admin):
            answers = response.with_user(user).with_context(satisfaction_erasure=True, erase=True, su=True)
            for attempt in (
                answers._erase_comments,
                lambda a=answers: a._erase_person(self.contact),
                lambda a=answers: a.write({"comment": False}),
                lambda a=answers: a.write({"partner_id": False}),
                lambda a=answers: a.unlink(),
            ):
                with self.assertRaises(UserError, msg=user.login):
                    attempt()
        with self.assertRaises(UserError):
            response.sudo().with_context(satisfaction_erasure=True).write({"comment": "Nothing"})
        self.assertEqual(len(self._words(response)) > 0, True)

    def test_erasing_twice_changes_nothing(self):
        response = self._commented()
        self._erase(self.contact)
        before = response.read(["score", "comment", "partner_id", "answered_at"])
        self._erase(self.contact)
        self.assertEqual(response.read(["score", "comment", "partner_id", "answered_at"]), before)
        self.assertLess(fields.Datetime.now() - response.answered_at, timedelta(days=1))
