import json
import re
import secrets
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestAttacks(SatisfactionCommon, HttpCase):
    """Bad input from anywhere: nothing is stored that was not meant, and no visitor sees an error."""

    def setUp(self):
        super().setUp()
        self.request = self._request()
        self.path = f"/satisfaction/{self.request.id}-{self.request.sudo().access_token}"

    def _survey_answer(self):
        self.request.user_input_id = self.survey._create_answer(partner=self.contact)
        self.request.user_input_id._mark_in_progress()
        return f"{self.survey.access_token}/{self.request.user_input_id.access_token}"

    def _submit(self, token, question, value):
        """Return what core's page answers to a value sent as JSON."""
        return self.make_jsonrpc_request(
            f"/survey/submit/{token}", {"question_id": question.id, str(question.id): value}
        )[1]

    def test_ten_thousand_wrong_keys_find_nothing(self):
        Request = self.env["crm.satisfaction.request"]
        number = self.request.id
        for _i in range(10_000):
            self.assertFalse(Request._find_by_token(f"{number}-{secrets.token_hex(20)}"))
        self.assertEqual(Request._find_by_token(f"{number}-{self.request.sudo().access_token}"), self.request)

    def test_wrong_keys_over_http(self):
        for _i in range(50):
            page = self.url_open(f"/satisfaction/{self.request.id}-{secrets.token_hex(20)}")
            self.assertEqual(page.status_code, 404)
        self.assertEqual(self.request.state, "sent")

    def test_the_same_answer_a_thousand_times(self):
        for _i in range(1000):
            self.request._record_answer("3", "mail")
        self.assertEqual(self.request.response_ids.mapped("score"), [3])
        self.assertEqual(self.request.late_attempts, 999)

    def test_scanner_opens_every_link_of_the_mail_and_posts_to_it(self):
        contact = self._contact("Scanned")
        request = self._request(contact, state="to_send")
        request._send_invitations()
        before = self._counts()
        links = re.findall(r'href="([^"]+)"', request.sudo().mail_id.body_html)
        self.assertEqual(len(links), 12)
        for link in links:
            path = link[link.index("/satisfaction/") :].replace("&amp;", "&")
            self.assertEqual(self.url_open(path).status_code, 200)
            for data in ({"score": "0"}, {"x": "y"}, {"wish": "stop"}):
                self.assertEqual(self.url_open(path, data=data).status_code, 200)
            self.assertEqual(self.url_open(path, data=json.dumps({"score": 0}).encode()).status_code, 200)
        self.assertEqual(self._counts(), before)
        self.assertFalse(self.env["crm.satisfaction.consent"]._withdrawn_ids(contact))

    def test_numbers_that_are_none_are_refused_on_pages_of_core(self):
        number = self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "How many?", "question_type": "numerical_box"}
        )
        token = self._survey_answer()
        for value in ("nan", "inf", "-inf", "1e308", "1e999", "NaN", "infinity", "abc", {"a": 1}):
            self.assertEqual(self._submit(token, number, value).get("error"), "validation", repr(value))
        self.assertNotIn("error", self._submit(token, number, "1.5"))

    def test_scores_on_pages_of_core(self):
        token = self._survey_answer()
        for value in (-1, 11, 9999, "abc", "９", 7.5, True, {"a": 1}):
            self.assertEqual(self._submit(token, self.question, value).get("error"), "validation", repr(value))
        self.assertFalse(self.request.response_ids)
        self._submit(token, self.question, 0)
        self.assertEqual(self.request.response_ids.score, 0)

    def test_pages_of_core_sent_twice_are_no_error(self):
        token = self._survey_answer()
        self._submit(token, self.question, "4")
        for text in ("First", "Second"):
            result = self._submit(token, self.reason_question, text)
            self.assertNotIn("error", result)
        self.assertEqual(self.request.response_ids.comment, "First")

    def test_text_that_cannot_be_stored(self):
        token = self._survey_answer()
        self._submit(token, self.question, "4")
        text = "a\x00b\ud83d \u202e<script>alert(1)</script>" + "x" * 1_000_000
        self.assertNotIn("error", self._submit(token, self.reason_question, text))
        comment = self.request.response_ids.comment
        self.assertTrue(comment.startswith("ab \u202e<script>alert(1)</script>x"))
        self.assertLessEqual(len(comment), 10_000)
        self.assertLessEqual(len(self.request.user_input_id.user_input_line_ids[-1].value_text_box), 10_000)

    def test_nickname_and_tracking_parameters_run_nowhere(self):
        script = "<script>alert(1)</script>"
        for path in (
            f"{self.path}?utm_source={script}&utm_medium={script}&score={script}",
            f"{self.path}?nickname={script}&lang={script}",
            f"{self.path}/stop?wish={script}",
        ):
            self.assertNotIn("<script", self.url_open(path).text)

    def test_contact_merged_between_invitation_and_answer(self):
        target = self._contact("Target", self.customer)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.contact | target).ids, target, extra_checks=False)
        self.env.invalidate_all()
        page = self.url_open(f"{self.path}?score=8")
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        self.url_open(self.path, data={"csrf_token": csrf, "score": "8"})
        self.assertRecordValues(self.request.response_ids, [{"score": 8, "partner_id": target.id}])

    def test_survey_archived_between_looking_and_pressing(self):
        page = self.url_open(self.path)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        self.survey.active = False
        page = self.url_open(self.path, data={"csrf_token": csrf, "score": "8"})
        self.assertEqual(page.status_code, 200)
        self.assertIn("nothing to answer", page.text)
        self.assertFalse(self.request.response_ids)

    def test_score_question_cannot_be_deleted_under_an_open_invitation(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
            self.question.unlink()
            self.env.flush_all()

    def test_address_with_another_host_makes_no_link_elsewhere(self):
        with patch.object(type(self.program), "get_base_url", lambda _self: "https://ours.example.com"):
            self.assertTrue(self.request.sudo()._get_stop_url().startswith("https://ours.example.com/satisfaction/"))
