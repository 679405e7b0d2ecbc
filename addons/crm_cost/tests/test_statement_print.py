import io

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_statement import StatementCommon


class TestStatementPrint(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer('=HYPERLINK("http://bad.example")')
        cls.pool = cls.make_pool()
        cls.pool.activity_ids.name = "+cmd|' /C calc'!A0"
        values = {"activity_id": cls.pool.activity_ids.id, "quantity": 3}
        lines = [(cls.a, "revenue", 1234.56), (cls.a, "cost_of_goods", -1000.0), (cls.a, "activity", -40.0, values)]
        cls.before = cls.known_month([(cls.a, "revenue", 1000.0)], back=1)
        cls.period = cls.known_month(lines)
        cls.page = cls.statement(cls.a, cls.period, against="before")

    def cells(self, page):
        sheet = load_workbook(io.BytesIO(page._xlsx())).active
        return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]

    def test_spreadsheet_holds_figures_and_no_formula(self):
        cells = self.cells(self.page)
        self.assertFalse([cell for cell in cells if cell.data_type == "f" or cell.hyperlink])
        texts = [cell.value for cell in cells if isinstance(cell.value, str)]
        self.assertIn("'" + self.a.name, texts)
        self.assertFalse([text for text in texts if text.startswith(("=", "+", "@", "http"))])
        rows = {}
        for cell in cells:
            rows.setdefault(cell.row, []).append(cell.value)
        found = {values[0]: values[1:] for values in rows.values()}
        self.assertEqual(found["Sales at list price"][:3], [1234.56, 1000, 234.56])
        self.assertAlmostEqual(found["Sales at list price"][3], 0.23456)
        self.assertEqual(found["4 Net profit"][:2], [194.56, 1000])
        self.assertEqual(found["'+cmd|' /C calc'!A0"][0], 3, "how often")

    def test_spreadsheet_without_comparison_has_no_columns_for_it(self):
        self.page.against = "none"
        values = [cell.value for cell in self.cells(self.page)]
        self.assertNotIn(1000, values)
        self.assertNotIn("Difference", values)

    def test_paper_shows_the_same_figures_escaped(self):
        self.a.name = "<b>Bold</b>"
        html = self.env["ir.actions.report"]._render_qweb_html("crm_cost.report_statement", self.page.ids)[0].decode()
        self.assertIn("&lt;b&gt;Bold", html)
        self.assertNotIn("<b>Bold", html)
        for words in (
            "1,234.56",
            "1,000.00",
            "194.56",
            "3 Profit, agrees with the ledger",
            "Return on service",
            "23.5",
        ):
            self.assertIn(words, html)

    def test_nothing_to_print_without_a_customer(self):
        page = self.env["crm.cost.statement"].create({"company_id": self.company.id})
        for attempt in (page.action_print, page.action_export):
            with self.assertRaises(UserError):
                attempt()


@tagged("post_install", "-at_install")
class TestStatementDownload(HttpCase, StatementCommon):
    def test_only_the_reader_gets_his_own_page(self):
        a = self.customer("A")
        self.known_month([(a, "revenue", 10.0)])
        users = {
            name: new_test_user(
                self.env,
                f"sheet_{name}",
                groups=groups,
                password=f"sheet_{name}_1",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for name, groups in (
                ("reader", "crm_cost.group_profit_reader"),
                ("second", "crm_cost.group_profit_reader"),
                ("accountant", "account.group_account_manager"),
            )
        }
        page = (
            self.env["crm.cost.statement"]
            .with_user(users["reader"])
            .create({"company_id": self.company.id, "partner_id": a.id})
        )
        self.assertTrue(page.line_ids)
        self.env.flush_all()
        found = {}
        for name, user in users.items():
            self.authenticate(user.login, f"sheet_{name}_1")
            found[name] = self.url_open(f"/crm_cost/statement/{page.id}.xlsx")
        self.assertEqual(found["reader"].status_code, 200)
        self.assertTrue(load_workbook(io.BytesIO(found["reader"].content)).active.max_row > 10)
        self.assertEqual(found["reader"].headers["Cache-Control"], "no-store")
        for name in ("second", "accountant"):
            self.assertNotEqual(found[name].status_code, 200, name)
            self.assertFalse(found[name].content.startswith(b"PK"), name)
