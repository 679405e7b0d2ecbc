from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerParts(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        question = {"survey_id": cls.survey.id, "sequence": 15}
        cls.attribute = cls.question.copy({**question, "title": "Delivery", "scale_min": 1, "scale_max": 5})
        cls.choice = cls.env["survey.question"].create(
            {
                **question, "title": "What matters most?", "question_type": "multiple_choice",
                "suggested_answer_ids": [(0, 0, {"value": "Price"}), (0, 0, {"value": "Speed"})],
                "comments_allowed": True,
            }
        )  # fmt: skip
        cls.table = cls.env["survey.question"].create(
            {
                **question, "title": "Details", "question_type": "matrix",
                "suggested_answer_ids": [(0, 0, {"value": "Good"}), (0, 0, {"value": "Bad"})],
                "matrix_row_ids": [(0, 0, {"value": "Packing"}), (0, 0, {"value": "Driver"})],
            }
        )  # fmt: skip
        cls.response = cls._answer(3, cls.contact)
        cls.input = cls.response.user_input_id

    def _parts(self):
        return [
            (part.question_title, part.kind, part.score if part.kind == "attribute" else part.choice or part.comment)
            for part in self.response.part_ids
        ]

    def test_attributes_choices_and_texts_follow_the_score(self):
        price, speed = self.choice.suggested_answer_ids
        self.input._save_lines(self.attribute, "2")
        self.input._save_lines(self.choice, [str(price.id), str(speed.id)], "and people")
        self.input._save_lines(self.reason_question, " Late again ")
        self.assertEqual(
            self._parts(),
            [
                ("Delivery", "attribute", 2),
                ("What matters most?", "choice", "Price"),
                ("What matters most?", "choice", "Speed"),
                ("What matters most?", "comment", "and people"),
                (self.reason_question.title, "comment", "Late again"),
            ],
        )
        self.assertEqual(self.response.comment, "and people")

    def test_tables_row_by_row(self):
        good, bad = self.table.suggested_answer_ids
        packing, driver = self.table.matrix_row_ids
        self.input._save_lines(self.table, {str(packing.id): [str(bad.id)], str(driver.id): [str(good.id)]})
        self.assertEqual([part.choice for part in self.response.part_ids], ["Packing: Bad", "Driver: Good"])

    def test_the_first_answer_to_each_question_wins(self):
        for score in ("2", "5"):
            self.input._save_lines(self.attribute, score)
        for text in ("first", "second"):
            self.input._save_lines(self.reason_question, text)
        self.assertEqual([value for _title, _kind, value in self._parts()], [2, "first"])

    def test_zero_is_kept_as_text_and_as_a_number(self):
        self.attribute.write({"scale_min": 0, "scale_max": 10})
        self.input._save_lines(self.attribute, 0)
        self.assertEqual(self._parts(), [("Delivery", "attribute", 0)])

    def test_nothing_is_stored_for_what_is_skipped_or_wrong(self):
        for answer in ("", "9", "abc", None, True, "\uff12"):
            self.response._add_part(self.attribute, answer)
        self.response._add_part(self.choice, ["999999", None])
        self.response._add_part(self.reason_question, "  ")
        self.assertFalse(self.response.part_ids)

    def test_long_and_strange_texts(self):
        self.response._add_part(self.reason_question, "\u202eNUL 😀 <script>" + "x" * 1_000_000)
        self.assertEqual(len(self.response.comment), 10_000)
        self.assertEqual(self.response.part_ids.comment, self.response.comment)
        self.assertTrue(self.response.comment.startswith("\u202eNUL 😀 <script>"))

    def test_a_text_with_a_nul(self):
        self.input._save_lines(self.reason_question, "NUL\x00 😀" + "x" * 1_000_000)
        self.assertTrue(self.response.comment.startswith("NUL 😀x"))

    def test_a_note_with_a_nul_beside_a_choice(self):
        self.input._save_lines(self.choice, [str(self.choice.suggested_answer_ids[0].id)], "a\x00b")
        self.assertIn("ab", [part.comment for part in self.response.part_ids])

    def test_what_was_answered_before_the_score_on_the_same_page(self):
        (self.attribute | self.choice).sequence = 1
        self.env.flush_all()
        self.survey.invalidate_recordset()
        request = self._request(self._contact("Early"))
        answer = self.survey._create_answer(partner=request.partner_id, check_attempts=False)
        request.user_input_id = answer
        answer._save_lines(self.attribute, "4")
        answer._save_lines(self.choice, [str(label.id) for label in self.choice.suggested_answer_ids], "and people")
        answer._save_lines(self.question, "9")
        parts = request.response_ids.part_ids
        self.assertEqual(parts.filtered(lambda part: part.kind == "attribute").score, 4)
        self.assertEqual(parts.filtered(lambda part: part.kind == "choice").mapped("choice"), ["Price", "Speed"])
        self.assertEqual(parts.filtered(lambda part: part.kind == "comment").comment, "and people")

    def test_deleting_a_question_leaves_what_was_said(self):
        self.input._save_lines(self.attribute, "2")
        self.attribute.unlink()
        self.response.invalidate_recordset()
        self.response.part_ids.invalidate_recordset()
        self.assertEqual(self._parts(), [("Delivery", "attribute", 2)])

    def test_details_are_final(self):
        self.input._save_lines(self.attribute, "2")
        part = self.response.part_ids
        for values in ({"score": 5}, {"comment": "x"}, {"question_id": self.question.id}, {"response_id": False}):
            with self.assertRaises(UserError):
                part.sudo().write(values)
        with self.assertRaises(UserError):
            part.sudo().unlink()
        for user in (self.reader, self.manager, self.configurer):
            self.assertEqual(part.with_user(user).score, 2)
            for attempt in (
                lambda row: row.write({"score": 5}),
                lambda row: row.unlink(),
                lambda row: row.create({"response_id": self.response.id}),
            ):
                with self.assertRaises(UserError):
                    attempt(part.with_user(user))
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                part.with_user(user).read(["comment"])

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_scores_off_the_scale_and_a_second_answer(self):
        self.input._save_lines(self.attribute, "2")
        values = {"response_id": self.response.id, "company_id": self.company.id, "question_title": "x"}
        scale = {"kind": "attribute", "scale_min": 1, "scale_max": 5}
        for more in (
            {**scale, "score": 6}, {**scale, "score": 0}, {"kind": "comment", "comment": ""},
            {**scale, "score": 3, "question_id": self.attribute.id},
        ):  # fmt: skip
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["crm.satisfaction.response.part"].create({**values, **more})

    def test_details_never_become_a_formula(self):
        self.input._save_lines(self.reason_question, '=HYPERLINK("http://evil.example","x")')
        rows = self.response.part_ids.with_user(self.manager).export_data(["comment"])["datas"]
        self.assertTrue(rows[0][0].startswith("'="))
