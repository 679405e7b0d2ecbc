from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestResponse(SatisfactionCommon):
    def test_what_is_known_at_the_time_of_the_answer(self):
        response = self._answer(9, self.contact)
        self.assertRecordValues(
            response,
            [
                {
                    "customer_id": self.customer.id,
                    "partner_id": self.contact.id,
                    "user_id": self.salesman.id,
                    "score": 9,
                    "scale_min": 0,
                    "scale_max": 10,
                    "score_group": "promoter",
                    "metric": "nps",
                    "channel": "mail",
                }
            ],
        )

    def test_nobody_changes_or_deletes_an_answer(self):
        response = self._answer(2, self.contact)
        for values in ({"score": 10}, {"comment": "x", "score": 1}, {"program_id": self.program.copy().id}):
            with self.assertRaises(UserError):
                response.sudo().write(values)
        with self.assertRaises(UserError):
            response.sudo().unlink()
        with self.assertRaises(UserError):
            response.sudo().write({"user_id": self.env.uid})
        self.assertEqual(response.score, 2)

    def test_sales_manager_cannot_write_create_or_delete(self):
        response = self._answer(2, self.contact)
        for action in (
            lambda r: r.write({"score": 10}),
            lambda r: r.write({"comment": "nice"}),
            lambda r: r.unlink(),
            lambda r: r.create(
                {"program_id": self.program.id, "company_id": self.company.id, "metric": "nps", "score": 10}
            ),
        ):
            with self.assertRaises(UserError):
                action(response.with_user(self.manager))

    def test_comment_is_added_once(self):
        response = self._answer(2, self.contact).sudo()
        response.write({"comment": "first"})
        with self.assertRaises(UserError):
            response.write({"comment": "second"})

    def test_links_may_be_emptied(self):
        response = self._answer(2, self.contact).sudo()
        response.write({"user_id": False, "request_id": False})
        self.assertEqual(response.score, 2)

    def test_deleting_the_survey_answer_leaves_the_score(self):
        response = self._answer(7, self.contact)
        response.user_input_id.sudo().unlink()
        response.invalidate_recordset()
        self.assertRecordValues(response, [{"score": 7, "user_input_id": False}])

    @mute_logger("odoo.sql_db")
    def test_database_refuses_what_lies_off_the_scale(self):
        values = {
            "program_id": self.program.id,
            "company_id": self.company.id,
            "metric": "nps",
            "scale_min": 0,
            "scale_max": 10,
            "answered_at": fields.Datetime.now(),
        }
        for score, low, high in ((11, 0, 10), (-1, 0, 10), (-1, -1, 10), (11, 0, 11), (0, 1, 5)):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["crm.satisfaction.response"].create(
                    {**values, "score": score, "scale_min": low, "scale_max": high}
                )

    @mute_logger("odoo.sql_db")
    def test_one_answer_per_invitation(self):
        response = self._answer(7, self.contact)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            response.sudo().copy({"request_id": response.request_id.id})

    def test_comment_never_becomes_a_formula(self):
        response = self._answer(2, self.contact)
        response.sudo().write({"comment": '=HYPERLINK("http://evil.example","click")'})
        rows = response.with_user(self.manager).export_data(["score", "comment"])["datas"]
        self.assertEqual(rows[0][0], 2)
        self.assertTrue(rows[0][1].startswith("'="))
        through = response.request_id.with_user(self.manager).export_data(["response_ids/comment"])["datas"]
        self.assertTrue(through[0][0].startswith("'="))
