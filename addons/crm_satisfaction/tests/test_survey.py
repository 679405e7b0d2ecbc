from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestSurvey(SatisfactionCommon):
    """Answers that come through Odoo's own survey pages."""

    def _core_invitation(self, contact=None):
        wizard = self.env["survey.invite"].create({"survey_id": self.survey.id, "subject": "S", "body": "B"})
        return wizard._prepare_answers(contact or self.contact, [])

    def _responses(self):
        return self.env["crm.satisfaction.response"].search([("program_id.survey_id", "=", self.survey.id)])

    def test_invitation_of_the_surveys_app_counts(self):
        before = self._responses()
        answer = self._core_invitation()
        answer._save_lines(self.question, "0")
        response = self._responses() - before
        self.assertRecordValues(response, [{"score": 0, "channel": "survey", "customer_id": self.customer.id}])
        self.assertEqual(response.request_id.state, "answered")

    def test_invitation_of_the_surveys_app_uses_the_open_one(self):
        request = self._request(
            program=self.env["crm.satisfaction.program"].search([("survey_id", "=", self.survey.id)])[0]
        )
        answer = self._core_invitation()
        self.assertEqual(request.user_input_id, answer)

    def test_first_answer_wins_and_later_ones_are_counted(self):
        request = self._request()
        request._answer_from_mail(3)
        request.user_input_id._save_lines(self.question, "10")
        self.assertEqual(request.response_ids.score, 3)
        line = request.user_input_id.user_input_line_ids.filtered(lambda line: line.question_id == self.question)
        self.assertEqual(line.value_scale, 3)
        self.assertEqual(request.late_attempts, 1)

    def test_same_score_passing_by_is_no_late_attempt(self):
        request = self._request()
        request._answer_from_mail(3)
        request.user_input_id._save_lines(self.question, "3")
        self.assertFalse(request.late_attempts)

    def test_comment_follows_once(self):
        request = self._request()
        request._answer_from_mail(3)
        request.user_input_id._save_lines(self.reason_question, " Late again ")
        request.user_input_id._save_lines(self.reason_question, "Changed my mind")
        self.assertEqual(request.response_ids.comment, "Late again")

    def test_nul_in_a_comment_is_no_error(self):
        request = self._request()
        request._answer_from_mail(3)
        request.user_input_id._save_lines(self.reason_question, "a\x00b\u202e😀")
        self.env.flush_all()
        self.assertEqual(request.response_ids.comment, "ab\u202e😀")

    def test_public_link_is_nobodys_answer(self):
        before = self._responses()
        answer = self.survey._create_answer(email=self.contact.email)
        self._request()
        answer._save_lines(self.question, "1")
        self.assertFalse(answer.partner_id)
        self.assertEqual(self._responses(), before)

    def test_test_entries_never_count(self):
        before = self._responses()
        request = self._request()
        request.user_input_id = self.survey._create_answer(partner=self.contact, test_entry=False)
        request.user_input_id.test_entry = True
        request.user_input_id._save_lines(self.question, "1")
        self.assertEqual(self._responses(), before)

    def test_range_is_checked_on_the_server(self):
        for answer in ("-1", "11", "9999", "abc", "７", "7.5", True, 7.5, -1, 11, [1], {"a": 1}):
            self.assertTrue(self.question.validate_question(answer), repr(answer))
        for answer in ("0", 0, "10", 10, " 5 "):
            self.assertFalse(self.question.validate_question(answer), repr(answer))

    def test_empty_answer_is_left_to_core(self):
        self.assertTrue(self.question.validate_question(""))
        self.question.constr_mandatory = False
        for answer in ("", None):
            self.assertFalse(self.question.validate_question(answer))

    def test_statistics_of_the_survey_see_the_answer(self):
        request = self._request()
        request._answer_from_mail(0)
        line = request.user_input_id.user_input_line_ids.filtered(lambda line: line.question_id == self.question)
        self.assertRecordValues(line, [{"value_scale": 0, "skipped": False, "answer_type": "scale"}])
        self.assertEqual(request.user_input_id.state, "in_progress")
        self.assertEqual(request.user_input_id.last_displayed_page_id, self.question)

    def test_survey_of_one_question_ends_with_the_score(self):
        survey = self.survey.copy()
        survey.question_ids.filtered(lambda q: q.question_type != "scale").unlink()
        program = self.program.copy({"active": True, "survey_id": survey.id, "question_id": survey.question_ids.id})
        request = self._request(program=program)
        request._answer_from_mail(8)
        self.assertEqual(request.user_input_id.state, "done")

    def test_one_attempt_per_invitation_and_another_next_year(self):
        first, second = self._request(), self._request(program=self.program.copy({"active": True}))
        for request, score in ((first, 3), (second, 9)):
            request._answer_from_mail(score)
            answer = request.user_input_id
            self.assertTrue(self.survey._has_attempts_left(self.contact, answer.email, answer.invite_token))
            answer._mark_done()
            self.assertFalse(self.survey._has_attempts_left(self.contact, answer.email, answer.invite_token))
        self.assertEqual((first | second).response_ids.mapped("score"), [3, 9])

    def test_other_layouts(self):
        for layout in ("one_page", "page_per_section"):
            survey = self.survey.copy({"questions_layout": layout})
            if layout == "page_per_section":
                self.env["survey.question"].create(
                    {"survey_id": survey.id, "is_page": True, "title": "Page", "question_type": False, "sequence": 1}
                )
            score = survey.question_ids.filtered(lambda q: q.question_type == "scale")
            program = self.program.copy({"active": True, "survey_id": survey.id, "question_id": score.id})
            request = self._request(program=program, contact=self._contact(layout))
            request._answer_from_mail(8)
            self.assertEqual(request.response_ids.score, 8)
            self.assertEqual(request.user_input_id.state, "in_progress", layout)

    def test_surveys_without_a_schedule_are_untouched(self):
        survey = self.survey.copy()
        answer = survey._create_answer(partner=self.contact)
        answer._save_lines(survey.question_ids[0], "4")
        answer._save_lines(survey.question_ids[0], "5")
        self.assertEqual(answer.user_input_line_ids.value_scale, 5)
