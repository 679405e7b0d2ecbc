import io
import zipfile

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..tools import sheet
from .common import CostCommon


class TestAgreementReport(CostCommon):
    """The agreement with the ledger on paper and as a spreadsheet: the same figures, and who signed them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sell(cls.customer("A"), 1281.55, goods=849.1)
        cls.entry((cls.pool_account, 100))
        cls.make_pool(capacity=100, name="=Sales & Service")
        cls.period = cls.compute()
        cls.reader = new_test_user(
            cls.env, "page_reader", groups="crm_cost.group_profit_reader", company_id=cls.company.id
        )

    def page(self, period=None):
        report = self.env["ir.actions.report"].with_user(self.reader)
        html, _kind = report._render_qweb_html("crm_cost.report_reconciliation", (period or self.period).ids)
        return html.decode()

    def test_page_in_work_says_so(self):
        page = self.page()
        self.assertIn("nobody has signed it", page)
        self.assertIn("1,281.55", page)
        self.assertIn("=Sales &amp; Service", page)

    def test_signed_page_names_signature_version_methods_and_fingerprint(self):
        self.period._close("Checked with the tax adviser")
        second = self.period._reopen("Late bill")
        self.entry((self.rent_account, 5))
        second._close()
        page = self.page()
        for text in (
            *(self.period.closing_hash, "Checked with the tax adviser", self.company.name, "Signature"),
            *("Posted journal items by accounting date", self.company.currency_id.name, "A later version"),
        ):
            self.assertIn(text, page)
        page = self.page(second)
        for text in ("2 (Closed)", "Late bill", "-", second.closing_hash):
            self.assertIn(text, page)

    def test_signed_page_keeps_the_methods_it_was_made_with(self):
        self.period._close()
        before = self.period._methods()
        self.setting(goods_source="standard")
        self.period.result_ids.pool_id.rate_basis = "year"
        self.env.invalidate_all()
        self.assertEqual(self.period._methods(), before)
        self.assertIn("As booked in the ledger", dict(before).values())

    def test_rows_and_totals_are_the_ledger(self):
        figures = self.period._agreement_sheet()
        self.assertEqual(len(figures["rows"]), len(self.period.reconciliation_ids))
        self.assertAlmostEqual(figures["totals"]["ledger"], self.period.ledger_profit)
        self.assertAlmostEqual(figures["totals"]["total"], self.period.ledger_profit)
        self.assertEqual(figures["totals"]["difference"], 0)

    def test_spreadsheet_has_no_live_cell(self):
        content = sheet.agreement(self.period._agreement_sheet(), self.period.name, 2)
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            page = book.read("xl/worksheets/sheet1.xml").decode()
            texts = book.read("xl/sharedStrings.xml").decode()
        self.assertNotIn("<f>", page)
        self.assertIn("=Sales &amp; Service", texts, "as text")
        self.assertIn("1281.55", page)
        self.assertNotIn("hyperlink", page)

    def test_month_without_entries_is_printed(self):
        company = self.env["res.company"].create({"name": "New"})
        self.reader.company_ids |= company
        self.reader.company_id = company
        self.assertIn("Nothing was booked", self.page(self.compute(company)))

    def test_buttons_lead_to_page_and_spreadsheet(self):
        self.assertEqual(self.period.action_print()["report_name"], "crm_cost.report_reconciliation")
        self.assertEqual(self.period.action_download()["url"], f"/crm_cost/agreement/{self.period.id}")

    def test_every_cell_opens_what_it_is_made_of(self):
        """The lines behind a column add up to the cell, the items to the ledger's own figure."""
        self.entry((self.rent_account, 60)), self.requests(self.customer("B"), 1), self.requests(False, 1)
        self.period._compute_period()
        columns = [name for name in self.period._agreement_columns() if name not in ("ledger", "difference")]
        for row in self.period.reconciliation_ids:
            for column in columns:
                lines = self.env["crm.cost.line"].search(row.action_open_cell(column)["domain"])
                self.assertAlmostEqual(sum(lines.mapped("amount")), row[column], msg=f"{row.display_name} {column}")
            items = self.env["account.move.line"].search(row.action_open_cell("ledger")["domain"])
            self.assertAlmostEqual(-sum(items.mapped("balance")), row.ledger, msg=row.display_name)
        with self.assertRaises(UserError):
            row.action_open_cell("period_id")
