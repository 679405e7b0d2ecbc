from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerCorrect(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._card()
        cls.wrong = cls._answer(0, cls.contact, days_ago=3)

    def _wizard(self, user=None, **values):
        wizards = self.env["crm.satisfaction.correct"].with_user(user or self.configurer)
        return wizards.create({"response_id": self.wrong.id, "score": 9, "reason": "Called back", **values})

    def test_segments_are_those_of_the_answer_that_is_corrected(self):
        scheme = self.env.ref("crm_segmentation.scheme_abc")
        one, two = scheme.segment_ids[:2]
        values = {"scheme_id": scheme.id, "company_id": self.company.id, "partner_id": self.customer.id}
        self.env["crm.segment.member"].create({**values, "segment_id": one.id, "date_from": "2020-01-01"})
        answer = self._store(3)
        self.assertEqual(answer.segment_ids, one)
        self.assertEqual(answer._correct(4, "x").segment_ids, one)
        self.env["crm.segment.member"].create({**values, "segment_id": two.id, "date_from": "2020-01-01"})
        self.assertEqual(answer.replaced_by_id._correct(5, "y").segment_ids, one)

    def test_a_new_answer_takes_the_place_of_the_wrong_one(self):
        self._wizard().action_correct()
        right = self.wrong.replaced_by_id
        self.assertRecordValues(right | self.wrong, [
            {"score": 9, "counted": True, "corrects_id": self.wrong.id, "channel": "correction"},
            {"score": 0, "counted": False, "corrects_id": False, "channel": "mail"},
        ])  # fmt: skip
        self.assertEqual(right.answered_at, self.wrong.answered_at)
        self.assertEqual(right.customer_id, self.customer)
        self.assertIn("Called back", right.reason)
        self.assertIn(self.configurer.name, right.reason)

    def test_figures_follow_the_correction(self):
        self._count()
        self.assertEqual(self._months(program_id=self.program.id), {0: (0, 0, 1)})
        self.assertEqual(self.card.nps_group, "detractor")
        self._wizard().action_correct()
        self._count()
        self.assertEqual(self._months(program_id=self.program.id), {0: (1, 0, 0)})
        self.assertEqual((self.card.nps_group, self.card.satisfaction_total), ("promoter", 1))
        self.assertEqual(self.program.answer_count, 1)
        report = self.env["crm.satisfaction.report"]._read_group(
            [("program_id", "=", self.program.id)], [], ["answers:sum", "invited:sum", "nps:avg"]
        )
        self.assertEqual(report, [(1, 1, 100)])

    def test_an_answer_nobody_gave_counts_no_more(self):
        self._wizard(counted=False).action_correct()
        self._count()
        self.assertRecordValues(self.wrong.replaced_by_id, [{"score": 0, "counted": False}])
        self.assertFalse(self._months(program_id=self.program.id).get(0, (0, 0, 0)) != (0, 0, 0))
        self.assertFalse(self.card.satisfaction_total)

    def test_corrections_of_corrections(self):
        first = self.wrong._correct(9, "x")
        with self.assertRaises(UserError):
            self.wrong._correct(8, "again")
        second = first._correct(7, "y")
        self.assertEqual([self.wrong.counted, first.counted, second.counted], [False, False, True])
        self.assertEqual(self.wrong.request_id.response_ids[:1], second)

    def test_reason_and_range(self):
        with self.assertRaises(UserError):
            self._wizard(reason="   ").action_correct()
        with self.assertRaises(ValidationError):
            self._wizard(score=11).action_correct()
        self.assertTrue(self.wrong.counted)

    def test_comments_after_a_correction_belong_to_the_answer_that_counts(self):
        right = self.wrong._correct(9, "x")
        self.wrong.user_input_id._save_lines(self.reason_question, "Sorry, mistyped")
        self.assertEqual((right.comment, self.wrong.comment), ("Sorry, mistyped", False))

    def test_only_those_who_configure(self):
        for user in (self.reader, self.salesman, self.employee, self.portal):
            with self.assertRaises(AccessError, msg=user.login):
                self._wizard(user)
        wizard = self._wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["reason"])

    def test_no_answer_of_another_company(self):
        second = self.env["res.company"].create({"name": "Second"})
        program = self.program.copy({"active": True, "company_id": second.id, "user_id": False})
        foreign = self._store(3, program=program)
        with self.assertRaises(AccessError):
            self._wizard(response_id=foreign.id).action_correct()
        self.assertTrue(foreign.counted)

    def test_nobody_marks_an_answer_as_corrected_without_a_correction(self):
        other = self._store(5)
        for values in (
            {"counted": False},
            {"replaced_by_id": other.id, "counted": False},
            {"replaced_by_id": False, "counted": False},
        ):
            with self.assertRaises(UserError):
                self.wrong.sudo().write(values)

    @mute_logger("odoo.sql_db")
    def test_the_database_wants_a_reason_and_one_correction(self):
        self.wrong._correct(9, "x")
        for values in ({"corrects_id": self._store(5).id}, {"corrects_id": self.wrong.id, "reason": "y"}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._store(4, **values)
