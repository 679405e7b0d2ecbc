import base64
import doctest
import io

from openpyxl import Workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import answer_file, trend_chart
from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerImport(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = "C-1"
        cls.ann = cls.contact.email

    def _read(self, text, user=None, name="scores.csv", **values):
        content = text if isinstance(text, bytes) else text.encode()
        page = self.env["crm.satisfaction.import"].with_user(user or self.configurer).create(
            {"program_id": self.program.id, "file": base64.b64encode(content), "filename": name, **values}
        )  # fmt: skip
        page.action_read()
        return page

    def _stored(self):
        return self.env["crm.satisfaction.response"].search([("channel", "=", "import")], order="answered_at")

    def test_doctests(self):
        for module in (answer_file, trend_chart):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_rows_are_shown_then_stored(self):
        page = self._read(
            "Key,Customer,Date,Score,Comment\n"
            f"a,C-1,2019-05-17,9,Good\nb,{self.ann.upper()},2019-06-17 14:30,0,\nc,Sat Customer,2020-01-02,7,x\n"
        )
        self.assertEqual((page.ready_count, page.wrong_count), (3, 0))
        self.assertFalse(self._stored())
        page.action_store()
        self.assertRecordValues(self._stored(), [
            {"partner_id": self.customer.id, "score": 9, "comment": "Good", "score_group": "promoter"},
            {"partner_id": self.contact.id, "score": 0, "comment": False, "score_group": "detractor"},
            {"partner_id": self.customer.id, "score": 7, "comment": "x", "score_group": "passive"},
        ])  # fmt: skip
        self.assertEqual(self._stored().customer_id, self.customer)
        self.assertEqual(str(self._stored()[0].answered_on), "2019-05-17")
        self._count()
        self.assertEqual(self._months(program_id=self.program.id), {0: (1, 1, 1)})

    def test_hours_are_those_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self._read("customer,date,score\nC-1,2019-05-17 06:00,9\n").action_store()
        self.assertEqual(fields.Datetime.to_string(self._stored().answered_at), "2019-05-16 22:00:00")
        self.assertEqual(str(self._stored().answered_on), "2019-05-17")

    def test_what_is_wrong_is_said_row_by_row_and_not_stored(self):
        self.env["res.partner"].create([{"name": "Twin"}, {"name": "Twin"}])
        wrong = (
            "Nobody,2019-05-17,9", "Twin,2019-05-17,9", "C-1,1900-01-01,9", "C-1,2199-01-01,9", "C-1,17.05.2019,9",
            "C-1,,9", "C-1,2019-05-17,11", "C-1,2019-05-17,-1", "C-1,2019-05-17,7.5", "C-1,2019-05-17,abc",
            "C-1,2019-05-17,", "C-1,2019-05-17,\uff19", ",2019-05-17,9", f"{self.company.name},2019-05-17,9",
        )  # fmt: skip
        page = self._read("customer,date,score\n" + "\n".join([*wrong, "C-1,2019-05-18,8"]))
        self.assertEqual((page.ready_count, page.wrong_count), (1, len(wrong)))
        self.assertTrue(all(line.note for line in page.line_ids if line.state == "wrong"))
        page.action_store()
        self.assertEqual(self._stored().mapped("score"), [8])

    def test_the_same_file_again_stores_nothing(self):
        text = "key,customer,date,score\na,C-1,2019-05-17,9\n,C-1,2019-05-18,8\n"
        self._read(text).action_store()
        again = self._read(text)
        self.assertEqual((again.ready_count, again.known_count), (0, 2))
        with self.assertRaises(UserError):
            again.action_store()
        first, second = self._read(text.replace("8\n", "7\n")), self._read(text.replace("8\n", "7\n"))
        first.action_store()
        second.action_store()  # both windows showed the row as new
        self.assertEqual(sorted(self._stored().mapped("score")), [7, 8, 9])

    def test_a_key_twice_in_one_file(self):
        page = self._read("key,customer,date,score\na,C-1,2019-05-17,9\na,C-1,2019-05-18,8\n")
        self.assertEqual((page.ready_count, page.wrong_count), (1, 1))

    def test_keys_of_companies_are_apart(self):
        self._read("key,customer,date,score\na,C-1,2019-05-17,9\n").action_store()
        second = self.env["res.company"].create({"name": "Second"})
        self.configurer.company_ids |= second
        program = self.program.copy({"company_id": second.id, "user_id": False})
        companies = (self.company | second).ids
        page = self.env["crm.satisfaction.import"].with_user(self.configurer).with_context(
            allowed_company_ids=companies
        )  # fmt: skip
        page = page.create(
            {"program_id": program.id, "file": base64.b64encode(b"key,customer,date,score\na,C-1,2019-05-17,9\n")}
        )
        page.action_read()
        self.assertEqual(page.ready_count, 1)

    def test_spreadsheets(self):
        book = Workbook()
        for row in (("Date", "Customer", "Score"), (fields.Date.to_date("2019-05-17"), "C-1", 9.0), (None, None, None)):
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        page = self._read(content.getvalue(), name="scores.XLSX")
        self.assertRecordValues(page.line_ids, [{"state": "ready", "score": 9, "partner_id": self.customer.id}])

    def test_files_that_cannot_be_read(self):
        for content, name in (
            (b"name,day\nAnn,2020-01-02", "x.csv"), (b" ", "x.csv"), (b"PK\x03\x04broken", "x.xlsx"),
            (b"a\x00b", "x.csv"),
            ("customer,date,score\n" + "C-1,2019-05-17,9\n" * 20_001, "x.csv"),
        ):  # fmt: skip
            with self.assertRaises(UserError, msg=name):
                self._read(content, name=name)

    def test_template_can_be_loaded(self):
        page = self._read("customer,date,score\n")
        rows = answer_file.read(base64.b64decode(page.template))
        self.assertEqual([row["score"] for row in rows], ["9", "6"])
        self.assertIn("/template?download=true", page.action_template()["url"])

    def test_template_comes_before_the_choice_of_a_schedule(self):
        page = self.env["crm.satisfaction.import"].with_user(self.configurer).create({})
        self.assertTrue(page.action_template())
        page.file = base64.b64encode(b"customer,date,score\nC-1,2019-05-17,9\n")
        with self.assertRaisesRegex(UserError, "schedule"):
            page.action_read()

    def test_comments_never_become_formulas(self):
        page = self._read("customer,date,score,comment\nC-1,2019-05-17,9,\"=cmd|'/c calc'!A1\"\n")
        rows = page.line_ids.with_user(self.configurer).export_data(["comment"])["datas"]
        self.assertTrue(rows[0][0].startswith("'="))
        page.action_store()
        rows = self._stored().with_user(self.manager).export_data(["comment"])["datas"]
        self.assertTrue(rows[0][0].startswith("'="))

    def test_only_those_who_configure_and_only_their_own_window(self):
        for user in (self.reader, self.salesman, self.employee, self.portal):
            with self.assertRaises(AccessError, msg=user.login):
                self._read("customer,date,score\nC-1,2019-05-17,9\n", user)
        page = self._read("customer,date,score\nC-1,2019-05-17,9\n")
        with self.assertRaises(AccessError):
            page.with_user(self.manager).read(["filename"])
        with self.assertRaises(AccessError):
            page.line_ids.with_user(self.manager).read(["customer"])

    def test_contacts_of_other_companies_are_not_found(self):
        second = self.env["res.company"].create({"name": "Second"})
        self.env["res.partner"].create({"name": "Secret", "company_id": second.id})
        page = self._read("customer,date,score\nSecret,2019-05-17,9\n")
        self.assertEqual(page.wrong_count, 1)

    def test_many_rows_cost_the_same_as_few(self):
        def queries(number):
            text = "customer,date,score\n" + "".join(f"C-1,2019-05-17,{i % 11}\n" for i in range(number))
            page = self.env["crm.satisfaction.import"].create({"program_id": self.program.id, "filename": "x.csv"})
            page.file = base64.b64encode(text.encode())
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            page.action_read()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(3)
        self.assertLessEqual(queries(100), queries(5) + 2)
