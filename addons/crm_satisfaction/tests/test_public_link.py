import re
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models import crm_satisfaction_place
from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestPublicLink(SatisfactionCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({"public_link": True, "follow_up_low": "What went wrong?"})

    def setUp(self):
        super().setUp()
        self.path = "/satisfaction/s/" + self.program.public_token
        self.qr_path = "/satisfaction/q/" + self.program.public_token

    def _csrf(self, page):
        return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)

    def _post(self, score, path=None, follow=False, **values):
        csrf = self._csrf(self.url_open(self.path))
        data = {"csrf_token": csrf, "score": score, **values}
        return self.url_open(path or self.path, data=data, allow_redirects=follow)

    def _responses(self):
        self.env.invalidate_all()
        return self.env["crm.satisfaction.response"].search([("program_id", "=", self.program.id)])

    def test_looking_creates_nothing(self):
        before = self._counts()
        for path in (self.path, self.qr_path, f"{self.path}?score=3&utm_source=<script>x</script>"):
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200)
            self.assertNotIn("<script", page.text)
        self.assertEqual(self._counts(), before)

    def test_answers_belong_to_nobody(self):
        page = self._post("0", follow=True, email=self.contact.email, partner_id=str(self.contact.id))
        self.assertEqual(page.status_code, 200)
        self.assertIn("What went wrong?", page.text)
        self._post("9", self.qr_path)
        self.assertRecordValues(
            self._responses(),
            [
                {"score": 9, "channel": "qr", "partner_id": False, "customer_id": False, "request_id": False},
                {"score": 0, "channel": "link", "partner_id": False, "customer_id": False, "request_id": False},
            ],
        )
        self.assertFalse(self._responses().user_input_id.partner_id)
        self.assertFalse(any(self._responses().user_input_id.mapped("email")))

    def test_known_visitor_stays_unknown(self):
        self.authenticate("sat_portal", "sat_portal")
        self._post("3")
        self.assertFalse(self._responses().partner_id)
        self.assertFalse(self._responses().user_input_id.partner_id)

    def test_text_follows_and_the_survey_goes_on(self):
        thanks = self._post("2", follow=True)
        data = {"csrf_token": self._csrf(thanks), "text": "Cold soup"}
        answer = self.url_open(thanks.url, data=data, allow_redirects=False)
        self.assertIn("/survey/start/", answer.headers["Location"])
        self.assertEqual(self._responses().comment, "Cold soup")
        self.assertIn("What matters most", self.url_open(answer.headers["Location"]).text)
        again = self.url_open(thanks.url, data={**data, "text": "Other"})
        self.assertEqual(again.status_code, 200)
        self.assertEqual(self._responses().comment, "Cold soup")

    def test_pages_of_the_survey_add_to_the_anonymous_answer(self):
        program = self.env.ref("crm_satisfaction.program_after_purchase").copy({"active": True, "public_link": True})
        response = program._answer_from_link(2, "link", "en_US", "192.0.2.1")
        delivery = self.env.ref("crm_satisfaction.survey_after_purchase_question_delivery")
        response.user_input_id._save_lines(delivery, "1", overwrite_existing=False)
        response.user_input_id._save_lines(delivery, "5", overwrite_existing=False)
        response.user_input_id._save_lines(program.question_id, "5", overwrite_existing=False)
        self.assertRecordValues(response, [{"score": 2, "scale_max": 5, "metric": "csat"}])
        self.assertRecordValues(
            response.part_ids, [{"kind": "attribute", "score": 1, "question_id": delivery.id, "scale_max": 5}]
        )

    def test_key_of_one_answer_opens_no_other(self):
        first, second = (self._post("2", follow=True).url for _i in range(2))
        number, other = (re.search(r"/a/(\d+)-([0-9a-f-]+)", url).groups() for url in (first, second))
        for token in (f"{number[0]}-{other[1]}", "1-x", "x", f"{number[0]}-", "9" * 30 + "-a"):
            self.assertEqual(self.url_open(f"/satisfaction/a/{token}").status_code, 404)
            self.assertEqual(self.url_open(f"/satisfaction/a/{token}", data={"text": "x"}).status_code, 404)
        named = self._answer(2, self.contact)
        self.assertEqual(self.url_open(f"/satisfaction/a/{named._get_page_token()}").status_code, 404)

    def test_nonsense_and_scanners_store_nothing(self):
        before = self._counts()
        for score in ("-1", "11", "abc", "", "９", "7.5", "\x00"):
            self.assertIn("Please choose one", self._post(score).text)
        page = self.url_open(self.path, data={"score": "3"})
        self.assertIn("press the button once more", page.text)
        self.assertEqual(self._counts(), before)

    def test_links_that_lead_nowhere(self):
        for path in (
            "/satisfaction/s/x",
            "/satisfaction/q/" + "a" * 3000,
            "/satisfaction/s/%00",
            "/satisfaction/s/%C3%A9",
        ):
            for data in (None, {"score": "3"}):
                self.assertEqual(self.url_open(path, data=data).status_code, 404, path)
        for change in ({"active": False}, {"public_link": False}):
            self.program.write(change)
            page = self.url_open(self.path)
            self.assertIn(page.status_code, (200, 404))
            self.assertIn("nothing to answer", page.text)
            self.program.write({"active": True, "public_link": True})
        self.survey.users_login_required = True
        self.assertEqual(self.url_open(self.path).status_code, 404)

    def test_new_key_makes_old_links_useless(self):
        old = self.program.public_token
        with self.assertRaises(AccessError):
            self.program.with_user(self.reader).action_renew_public_link()
        self.program.with_user(self.manager).action_renew_public_link()
        self.assertNotEqual(self.program.public_token, old)
        self.assertEqual(self.url_open(f"/satisfaction/s/{old}").status_code, 404)

    def test_many_from_one_place_are_suspected_and_do_not_count(self):
        self.program.place_limit = 3
        for score in ("0", "0"):
            self._post(score)
        self.assertFalse(any(self._responses().mapped("is_suspect")))
        self._post("0")
        self.assertTrue(all(self._responses().mapped("is_suspect")))
        self.assertEqual(self.program.answer_count, 0)
        with self.assertRaises(AccessError):
            self._responses()[0].with_user(self.salesman).action_release()
        self._responses()[0].with_user(self.manager).action_release()
        self.assertRecordValues(
            self._responses()[0], [{"is_suspect": False, "counted": True, "checked_by_id": self.manager.id}]
        )
        self.assertEqual(self.program.answer_count, 1)
        # A person has decided: more answers from there do not overrule that.
        self._post("0")
        self.assertEqual(self._responses().mapped("is_suspect"), [True, False, True, True])

    def test_place_limit_zero_suspects_nobody(self):
        self.program.place_limit = 0
        for _i in range(6):
            self._post("10")
        self.assertFalse(any(self._responses().mapped("is_suspect")))

    def test_answers_of_known_customers_cannot_be_suspected_away(self):
        response = self._answer(0, self.contact)
        response.with_user(self.manager).action_suspect()
        self.assertRecordValues(response, [{"is_suspect": False, "counted": True}])

    def test_crowd_is_asked_to_come_back_later(self):
        with patch.object(crm_satisfaction_place, "MOST_PER_WINDOW", 2):
            self._post("1"), self._post("1")
            page = self._post("1")
            self.assertEqual(page.status_code, 429)
            self.assertIn("try again in an hour", page.text)
        self.assertEqual(len(self._responses()), 2)

    def test_address_is_not_stored_and_means_nothing_tomorrow(self):
        Place = self.env["crm.satisfaction.place"]
        self._post("5")
        place = Place.search([("program_id", "=", self.program.id)]).place
        self.assertRegex(place, r"^[0-9a-f]{32}$")
        same, other = Place._place_of("192.0.2.1"), Place._place_of("192.0.2.2")
        self.assertEqual(same, Place._place_of("192.0.2.1"))
        self.assertNotEqual(same, other)
        self.assertEqual(Place._place_of("2001:db8::1"), Place._place_of("2001:db8::ffff"))
        self.assertNotEqual(Place._place_of("2001:db8::1"), Place._place_of("2001:db8:1::1"))
        self.assertTrue(Place._place_of("hidden"))
        with patch.object(fields.Date, "today", lambda *_args: fields.Date.to_date("2099-01-01")):
            self.assertNotEqual(Place._place_of("192.0.2.1"), same)

    def test_places_are_forgotten(self):
        self._post("5")
        Place = self.env["crm.satisfaction.place"]
        self.env.cr.execute("UPDATE crm_satisfaction_place SET noted_at = noted_at - interval '25 hours'")
        Place._gc_places()
        self.assertFalse(Place.search([]))
        for user in (self.manager, self.portal, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                Place.with_user(user).search([])

    def test_language_of_the_visitor(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.question.with_context(lang="fr_FR").title = "Nous recommanderiez-vous ?"
        page = self.url_open(self.path, headers={"Accept-Language": "fr-FR"})
        self.assertIn("Nous recommanderiez-vous ?", page.text)
        self.assertIn("lang=en_US", page.text)
        self.assertIn('<html lang="en-US"', self.url_open(f"{self.path}?lang=en_US").text)
        self.assertEqual(self.url_open(f"{self.path}?lang=xx_XX'").status_code, 200)

    def test_sheet_shows_question_and_code(self):
        report = self.env.ref("crm_satisfaction.report_program_sheet").with_user(self.reader)
        html = report._render_qweb_html(report.report_name, self.program.ids)[0].decode()
        self.assertIn(self.question.title, html)
        self.assertIn("data:image/svg+xml;base64", html)
        self.assertIn(self.qr_path, html)
        self.assertEqual(self.program.action_print_sheet()["report_name"], report.report_name)
        with self.assertRaises(UserError):
            self.program.copy().action_print_sheet()

    def test_copy_of_a_schedule_has_no_link(self):
        copy = self.program.copy()
        self.assertRecordValues(copy, [{"public_link": False, "public_token": False, "public_url": False}])
