import re

from odoo.exceptions import ValidationError
from odoo.tests import Form, HttpCase, tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestFollowUp(SatisfactionCommon, HttpCase):
    """What is asked and said after the score."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write(
            {
                "follow_up_low": "What went wrong?",
                "follow_up_middle": "What is missing?",
                "follow_up_high": "What do you like?",
                "thanks_low": "We call you today.\n<b>Promised</b>",
                "thanks_high": "Splendid!",
                "thanks_url": "https://reviews.example.com/us",
                "thanks_url_label": "Write a review",
            }
        )

    def setUp(self):
        super().setUp()
        self.request = self._request()
        self.path = f"/satisfaction/{self.request.id}-{self.request.sudo().access_token}"

    def _csrf(self, page):
        return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)

    def _score(self, score):
        csrf = self._csrf(self.url_open(self.path))
        return self.url_open(self.path, data={"csrf_token": csrf, "score": score})

    def _write(self, text, csrf, follow=False):
        return self.url_open(f"{self.path}/more", data={"csrf_token": csrf, "text": text}, allow_redirects=follow)

    def _response(self):
        self.env.invalidate_all()
        return self.request.response_ids

    def test_question_and_thanks_depend_on_the_score(self):
        expected = {
            0: ("What went wrong?", "We call you today."),
            6: ("What went wrong?", "We call you today."),
            7: ("What is missing?", None),
            9: ("What do you like?", "Splendid!"),
        }
        texts = {text for pair in expected.values() for text in pair if text}
        for score, shown in expected.items():
            self.request = self._request(self._contact(f"f{score}"))
            self.path = f"/satisfaction/{self.request.id}-{self.request.sudo().access_token}"
            page = self._score(str(score)).text
            for text in texts:
                (self.assertIn if text in shown else self.assertNotIn)(text, page, score)
            # The same link for everybody, content or not.
            self.assertIn('href="https://reviews.example.com/us"', page)
        self.assertNotIn("<b>Promised</b>", self._score("0").text)

    def test_text_is_stored_in_the_survey_and_not_asked_again(self):
        page = self._score("2")
        answer = self._write(" Late again \x00", self._csrf(page))
        self.assertIn("/survey/start/", answer.headers["Location"])
        response = self._response()
        self.assertEqual(response.comment, "Late again")
        self.assertRecordValues(
            response.part_ids, [{"kind": "comment", "comment": "Late again", "question_id": self.reason_question.id}]
        )
        line = response.user_input_id.user_input_line_ids.filtered(
            lambda line: line.question_id == self.reason_question
        )
        self.assertEqual(line.value_text_box, "Late again")
        survey_page = self.url_open(answer.headers["Location"]).text
        self.assertNotIn(self.reason_question.title, survey_page)
        self.assertIn("What matters most", survey_page)

    def test_nothing_written_goes_on_and_writes_no_comment(self):
        page = self._score("2")
        answer = self._write("   ", self._csrf(page))
        self.assertIn("/survey/start/", answer.headers["Location"])
        self.assertFalse(self._response().comment)
        self.assertFalse(self._response().part_ids)
        self.assertNotIn(self.reason_question.title, self.url_open(answer.headers["Location"]).text)

    def test_survey_without_a_text_question_keeps_the_words_of_the_page(self):
        survey = self.survey.copy()
        survey.question_ids.filtered(lambda q: q.question_type != "scale").unlink()
        program = self.program.copy({"active": True, "survey_id": survey.id, "question_id": survey.question_ids.id})
        self.assertFalse(program.follow_up_question_id)
        self.request = self._request(program=program)
        self.path = f"/satisfaction/{self.request.id}-{self.request.sudo().access_token}"
        page = self._score("2")
        thanks = self._write("Late", self._csrf(page), follow=True)
        self.assertIn("Thank you", thanks.text)
        self.assertNotIn("<textarea", thanks.text)
        self.assertRecordValues(
            self._response().part_ids, [{"question_title": "What went wrong?", "comment": "Late", "question_id": False}]
        )

    def test_second_text_changes_nothing(self):
        csrf = self._csrf(self._score("2"))
        self._write("First", csrf)
        for text in ("Second", ""):
            self.assertEqual(self._write(text, csrf, follow=True).status_code, 200)
        self.assertEqual(self._response().comment, "First")
        self.assertEqual(len(self._response().part_ids), 1)

    def test_page_left_open_keeps_what_was_written(self):
        self._score("2")
        page = self._write("A long story", "x")
        self.assertEqual(page.status_code, 200)
        self.assertIn("press the button once more", page.text)
        self.assertRegex(page.text, r"<textarea[^>]*>A long story</textarea>")
        self.assertFalse(self._response().comment)

    def test_text_before_a_score_is_no_answer(self):
        csrf = self._csrf(self.url_open(self.path))
        page = self._write("Hello", csrf, follow=True)
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self._response())
        self.assertEqual(self.url_open(f"{self.path}/more").status_code, 200)
        self.assertEqual(self.url_open("/satisfaction/1-x/more", data={"text": "x"}).status_code, 404)

    def test_megabyte_is_cut_and_strange_signs_are_kept(self):
        csrf = self._csrf(self._score("2"))
        self._write("😀\u202e<script>alert(1)</script>" + "x" * 1_000_000, csrf)
        comment = self._response().comment
        self.assertEqual(len(comment), 10_000)
        self.assertTrue(comment.startswith("😀\u202e<script>alert(1)</script>xxx"))

    def test_survey_deleted_or_ended_in_between(self):
        csrf = self._csrf(self._score("2"))
        response = self._response()
        response.user_input_id.unlink()
        page = self._write("Late", csrf, follow=True)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self._response().comment, "Late")

    def test_text_question_deleted_in_between(self):
        csrf = self._csrf(self._score("2"))
        self.program.follow_up_question_id.unlink()
        self.assertFalse(self.program.follow_up_question_id)
        self._write("Late", csrf)
        self.assertEqual(self._response().comment, "Late")

    def test_words_of_the_scale(self):
        program = self.env.ref("crm_satisfaction.program_after_purchase").copy({"active": True})
        request = self._request(program=program)
        self.path = f"/satisfaction/{request.id}-{request.sudo().access_token}"
        page = self.url_open(f"{self.path}?score=4").text
        words = re.findall(r"<b>(\d)</b><span>([^<]+)</span>", page)
        self.assertEqual(
            words,
            [
                ("1", "Very dissatisfied"),
                ("2", "Dissatisfied"),
                ("3", "Neutral"),
                ("4", "Satisfied"),
                ("5", "Very satisfied"),
            ],
        )
        self.assertIn("4 (Satisfied)", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", self._score("4").text)))

    def test_scale_needs_a_word_for_each_number(self):
        program = self.env.ref("crm_satisfaction.program_after_purchase")
        with self.assertRaises(ValidationError):
            program.scale_words = "Bad\nGood"
        # A translation that lost a line names only the ends, and names none wrong.
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.cr.execute(
            "UPDATE crm_satisfaction_program SET scale_words = scale_words || %s WHERE id = %s",
            ('{"fr_FR": "Mal\\nBien"}', program.id),
        )
        program.invalidate_recordset()
        choices = program.with_context(lang="fr_FR")._get_choices()
        self.assertEqual([number for number, _word in choices], [1, 2, 3, 4, 5])
        self.assertEqual([word for _number, word in choices[1:4]], ["", "", ""])

    def test_link_is_a_web_address(self):
        for address in ("javascript:alert(1)", "reviews.example.com", "https://", "data:text/html,x"):
            with self.assertRaises(ValidationError, msg=address):
                self.program.thanks_url = address

    def test_text_question_belongs_to_the_survey(self):
        other = self.survey.copy()
        with self.assertRaises(ValidationError):
            self.program.follow_up_question_id = other.question_ids[1]
        form = Form(self.program)
        form.survey_id = other
        self.assertEqual(form.follow_up_question_id.survey_id, other)

    def test_every_ready_survey_can_be_answered_to_its_end(self):
        for name in ("relationship_nps", "after_purchase", "service_effort", "lost_customer"):
            program = self.env.ref(f"crm_satisfaction.program_{name}")
            self.assertFalse(program.copy().active)
            request = self._request(self._contact(name), program)
            low, _high = program._scale()
            request._answer_from_mail(low)
            self.assertEqual(request.response_ids.score_group, "detractor", name)
            self.assertEqual(request.response_ids._get_follow_up(), program.follow_up_low)
            request.response_ids._answer_follow_up("Because")
            answer = request.user_input_id
            self.assertEqual(answer.last_displayed_page_id, self._page_of(program.follow_up_question_id))
            rest = program.survey_id._get_next_page_or_question(answer, answer.last_displayed_page_id.id)
            self.assertTrue(rest, name)
            self.assertEqual(answer.state, "in_progress")

    def _page_of(self, question):
        return question if question.survey_id.questions_layout == "page_per_question" else question.page_id
