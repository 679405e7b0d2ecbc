import re
from datetime import timedelta
from urllib.parse import quote

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestPublicPage(SatisfactionCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.request = self._request()
        self.path = f"/satisfaction/{self.request.id}-{self.request.sudo().access_token}"

    def _csrf(self, page):
        return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)

    def _post(self, score, csrf=None, path=None, follow=False):
        csrf = csrf or self._csrf(self.url_open(self.path))
        data = {"csrf_token": csrf} if score is None else {"csrf_token": csrf, "score": score}
        return self.url_open(path or self.path, data=data, allow_redirects=follow)

    def _say_nothing_after_the_score(self):
        words = [name for name in self.program._fields if name.startswith(("follow_up_", "thanks_"))]
        self.program.write(dict.fromkeys(words, False))

    def _scores(self):
        self.request.invalidate_recordset()
        return self.request.response_ids.mapped("score")

    def test_looking_writes_nothing(self):
        before = self._counts()
        for score in ("", *map(str, range(11)), "99", "abc"):
            page = self.url_open(f"{self.path}?score={score}")
            self.assertEqual(page.status_code, 200)
        self.url_open(self.path, method="HEAD")
        self.assertEqual(self._counts(), before)
        self.assertEqual(self.request.state, "sent")

    def test_page_shows_the_chosen_score_and_can_be_read_aloud(self):
        page = self.url_open(f"{self.path}?score=9").text
        self.assertRegex(page, r'value="9"\s+checked="checked"')
        self.assertEqual(re.findall(r'type="radio"[^>]* value="(\d+)"', page), [str(i) for i in range(11)])
        self.assertLess(len(page.encode()), 20_000)
        self.assertNotRegex(page, r'(src|href)="(https?:)?//')
        self.assertIn("<fieldset", page)
        self.assertIn("<legend>", page)
        self.assertRegex(page, r'<html lang="en-US" dir="ltr">')
        self.assertNotIn("<script", page)

    def test_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.contact.lang = "ar_001"
        self.assertRegex(self.url_open(self.path).text, r'<html lang="ar-001" dir="rtl">')

    def test_pressing_the_button_stores_once_and_goes_on(self):
        answer = self._post("0")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(self.path))
        self.assertEqual(self._scores(), [0])
        self.assertEqual(self.request.state, "answered")
        self.assertEqual(self.request.response_ids.channel, "mail")

    def test_without_words_after_the_score_the_survey_follows_at_once(self):
        self._say_nothing_after_the_score()
        answer = self._post("0")
        self.assertIn(f"/survey/start/{self.survey.access_token}", answer.headers["Location"])
        next_page = self.url_open(answer.headers["Location"])
        self.assertIn(self.reason_question.title, next_page.text)

    def test_replay_and_second_tab_change_nothing(self):
        csrf = self._csrf(self.url_open(f"{self.path}?score=9"))
        self._post("9", csrf)
        for score in ("2", "9", "1"):
            second = self._post(score, csrf, follow=True)
            self.assertEqual(second.status_code, 200)
            self.assertIn("Thank you", second.text)
        self.assertEqual(self._scores(), [9])
        self.assertEqual(self.request.late_attempts, 3)
        self.assertEqual(len(self.request.user_input_id.user_input_line_ids), 1)

    def test_later_visit_is_friendly(self):
        self._post("9")
        page = self.url_open(f"{self.path}?score=1")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Thank you", page.text)
        self.assertEqual(self._scores(), [9])

    def test_post_without_the_token_of_the_form_stores_nothing(self):
        for csrf in ("", "x", "0o1", "ü"):
            page = self.url_open(self.path, data={"score": "9", "csrf_token": csrf})
            self.assertEqual(page.status_code, 200)
            self.assertIn("press the button once more", page.text)
            self.assertRegex(page.text, r'value="9"\s+checked="checked"')
        self.assertEqual(self._scores(), [])

    def test_what_is_no_score_is_refused_kindly(self):
        before = self._counts()
        for score in (
            "-1",
            "11",
            "9999",
            "abc",
            "",
            "９",
            "7.5",
            "true",
            "null",
            "0x5",
            "1e1",
            None,
            "\x00",
            "9" * 5000,
        ):
            page = self._post(score)
            self.assertEqual(page.status_code, 200, repr(score))
            self.assertIn("Please choose one of the answers", page.text)
        self.assertEqual(self._counts(), before)
        self.assertEqual(self._scores(), [])

    def test_wrong_addresses_get_a_friendly_page(self):
        other = self._request(self._contact("Other"))
        secret = self.request.sudo().access_token
        for token in (
            "x",
            "1",
            f"{self.request.id}-",
            f"{other.id}-{secret}",
            f"-{secret}",
            quote("é-é"),
            "0-" + "a" * 3000,
        ):
            for page in (self.url_open(f"/satisfaction/{token}"), self._post("9", path=f"/satisfaction/{token}")):
                self.assertEqual(page.status_code, 404, token)
                self.assertIn("nothing to answer", page.text)
        self.assertFalse(other.response_ids)

    def test_ended_invitations_get_a_friendly_page(self):
        csrf = self._csrf(self.url_open(self.path))
        for change in (
            lambda: self.request.write({"deadline": fields.Date.today() - timedelta(days=1)}),
            lambda: self.request.write({"deadline": False, "state": "expired"}),
            lambda: self.request.write({"state": "sent"}) and self.survey.write({"active": False}),
        ):
            change()
            for page in (self.url_open(self.path), self._post("9", csrf, follow=True)):
                self.assertEqual(page.status_code, 200)
                self.assertIn("nothing to answer", page.text)
        self.assertEqual(self._scores(), [])
        self.assertEqual(self.request.late_attempts, 3)

    def test_contact_deleted_between_invitation_and_answer(self):
        csrf = self._csrf(self.url_open(self.path))
        self.contact.unlink()
        page = self._post("9", csrf, follow=True)
        self.assertEqual(page.status_code, 200)
        self.assertIn("nothing to answer", page.text)

    def test_switched_off_schedule_still_takes_answers_of_the_invited(self):
        self.program.active = False
        self._post("6")
        self.assertEqual(self._scores(), [6])

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Second company"})
        program = self.program.copy({"active": True, "company_id": company.id, "user_id": False})
        request = self._request(self._contact("Second"), program)
        self.path = f"/satisfaction/{request.id}-{request.sudo().access_token}"
        self.assertIn("Second company", self.url_open(self.path).text)
        self._post("7")
        self.assertEqual(request.response_ids.company_id, company)

    def test_somebody_else_logged_in_sees_our_thanks_and_not_an_error(self):
        self.authenticate("sat_employee", "sat_employee")
        page = self._post("8", follow=True)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Thank you", page.text)
        self.assertEqual(self._scores(), [8])

    def test_contact_with_a_login_goes_on_to_the_survey(self):
        new_test_user(self.env, "sat_ann", groups="base.group_portal", partner_id=self.contact.id)
        self._say_nothing_after_the_score()
        self.authenticate("sat_ann", "sat_ann")
        page = self._post("8", follow=True)
        self.assertIn(self.reason_question.title, page.text)

    def test_answers_are_private(self):
        headers = self.url_open(self.path).headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["X-Robots-Tag"], "noindex, nofollow")

    def test_json_zero_on_the_page_of_core_counts(self):
        self.request.user_input_id = self.survey._create_answer(partner=self.contact)
        answer = self.request.user_input_id
        token = f"{self.survey.access_token}/{answer.access_token}"
        self.make_jsonrpc_request(f"/survey/begin/{token}", {})
        for value in (9999, "abc", True, 7.5, "９"):
            _correct, result = self.make_jsonrpc_request(
                f"/survey/submit/{token}", {"question_id": self.question.id, str(self.question.id): value}
            )
            self.assertEqual(result.get("error"), "validation", repr(value))
        self.make_jsonrpc_request(
            f"/survey/submit/{token}", {"question_id": self.question.id, str(self.question.id): 0}
        )
        self.assertEqual(self._scores(), [0])
        self.assertEqual(self.request.response_ids.channel, "survey")

    def test_comment_on_the_page_of_core_follows(self):
        self._post("2")
        token = f"{self.survey.access_token}/{self.request.user_input_id.access_token}"
        reason = "Late " * 2 + "<script>alert(1)</script>"
        self.make_jsonrpc_request(
            f"/survey/submit/{token}", {"question_id": self.reason_question.id, str(self.reason_question.id): reason}
        )
        self.request.invalidate_recordset()
        self.assertEqual(self.request.response_ids.comment, reason)
        self.assertIn("Thank you", self.url_open(self.path).text)
