from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestProgram(SatisfactionCommon):
    def test_shipped_schedule_is_switched_off_and_copies_are_too(self):
        self.assertFalse(self.program.copy().active)
        field = self.env["crm.satisfaction.program"]._fields["active"]
        self.assertFalse(field.default(self.env["crm.satisfaction.program"]))

    def test_question_must_carry_the_scale_of_the_metric(self):
        with self.assertRaises(ValidationError):
            self.program.write({"metric": "csat", "question_id": self.question.id})
        with self.assertRaises(ValidationError):
            self.program.question_id = self.reason_question

    def test_question_is_proposed_for_another_metric(self):
        csat = self.question.copy({"survey_id": self.survey.id, "scale_min": 1, "scale_max": 5})
        self.program.metric = "csat"
        self.assertEqual(self.program.question_id, csat)

    def test_too_few_answers_give_no_figure(self):
        self._answer(9)
        self._answer(10)
        self.program.invalidate_recordset()
        self.assertEqual(self.program.answer_count, 2)
        self.assertIn("Too few answers", self.program.figure_text)

    def test_figure_of_five_answers(self):
        for score in (9, 10, 9, 7, 0):
            self._answer(score)
        self.program.invalidate_recordset()
        self.assertEqual(self.program.figure, 40)
        self.assertIn("5 answers", self.program.figure_text)

    def test_answers_older_than_a_year_do_not_enter_the_figure(self):
        self._answer(9, days_ago=366)
        self._answer(9, days_ago=364)
        self.program.invalidate_recordset()
        self.assertEqual(self.program.answer_count, 1)

    def test_schedule_with_invitations_cannot_be_deleted(self):
        self._request()
        with self.assertRaises(UserError):
            self.program.unlink()

    def test_unused_schedule_can_be_deleted(self):
        self.program.copy().unlink()
