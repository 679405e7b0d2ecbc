from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common_statement import StatementCommon
from .test_security import OUTSIDERS

TABLES = ("crm.cost.customer", "crm.cost.customer.report", "crm.cost.unit.report")
PAGES = ("crm.cost.statement", "crm.cost.statement.line")


class TestStatementSecurity(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.pool = cls.make_pool()
        values = {"activity_id": cls.pool.activity_ids.id, "pool_id": cls.pool.id, "quantity": 2}
        cls.period = cls.known_month([(cls.a, "revenue", 4711.0), (cls.a, "activity", -11.0, values)])
        cls.page = cls.statement(cls.a, cls.period)

    @classmethod
    def make_user(cls, name, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"statement_{name}".replace(" ", "_"),
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def assertRefused(self, attempt, **what):
        with self.subTest(**what), self.assertRaises(AccessError), self.env.cr.savepoint():
            attempt()

    def test_outsiders_get_no_figure_in_any_way(self):
        for name, groups in OUTSIDERS.items():
            user = self.make_user(name, groups)
            for model in (*TABLES, *PAGES):
                records = self.env[model].with_user(user)
                known = self.env[model].search([], limit=1).with_user(user)
                self.assertTrue(known, model)
                for way, attempt in {
                    "search": lambda r=records: r.search([]).ids,
                    "group": lambda r=records: r.formatted_read_group([], [], ["__count"]),
                    "read": lambda r=known: (r.invalidate_recordset(), r.read(["id", "currency_id"])),
                    "export": lambda r=known: r._export_rows([["id"], ["currency_id"]]),
                    "create": lambda r=records: r.create({}),
                }.items():
                    self.assertRefused(attempt, user=name, model=model, way=way)
            page = self.page.with_user(user)
            page.invalidate_recordset()
            for way in ("action_print", "action_export", "action_open"):
                self.assertRefused(getattr(page, way), user=name, way=way)
            self.assertRefused(lambda page=page: page._xlsx(), user=name, way="xlsx")

    def test_reader_reads_and_changes_no_figure(self):
        reader = self.make_user("reader", "crm_cost.group_profit_reader")
        page = (
            self.env["crm.cost.statement"]
            .with_user(reader)
            .create({"company_id": self.company.id, "partner_id": self.a.id, "against": "year", "with_groups": True})
        )
        self.assertEqual(self.shown(page)["revenue"], 4711.0)
        page.read(), page.line_ids.read(), page._xlsx()
        page.write({"credits_by_invoice": True, "span": "year"})
        self.assertEqual(self.shown(page)["revenue"], 4711.0)
        action = page.line_ids[0].action_open()
        self.assertEqual(action["res_model"], "crm.cost.line", "journal items are not the reader's")
        for model in TABLES:
            record = self.env[model].with_user(reader).search([], limit=1)
            record.read()
            self.assertRefused(lambda r=record: r.write({"company_id": self.company.id}), model=model)
            self.assertRefused(record.unlink, model=model)
        self.assertTrue(
            self.env["ir.actions.report"].with_user(reader)._render_qweb_html("crm_cost.report_statement", page.ids)
        )
        visible = self.env["ir.ui.menu"].with_user(reader)._visible_menu_ids()
        for menu in ("menu_statement", "menu_unit_report"):
            self.assertIn(self.env.ref(f"crm_cost.{menu}").id, visible)

    def test_pages_of_another_reader_stay_his(self):
        first, second = (self.make_user(name, "crm_cost.group_profit_reader") for name in ("first", "second"))
        page = (
            self.env["crm.cost.statement"]
            .with_user(first)
            .create({"company_id": self.company.id, "partner_id": self.a.id})
        )
        for attempt in (
            lambda: page.with_user(second).read(["receivable"]),
            lambda: page.line_ids.with_user(second).read(["amount"]),
            lambda: page.with_user(second)._xlsx(),
            page.line_ids[0].with_user(second).action_open,
        ):
            self.env.invalidate_all()
            self.assertRefused(attempt)

    def test_other_companies_stay_closed(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.make_user("stranger", "crm_cost.group_profit_manager", other)
        for model in TABLES:
            self.assertFalse(self.env[model].with_user(stranger).search([("company_id", "=", self.company.id)]), model)
        pages = self.env["crm.cost.statement"].with_user(stranger)
        for values in ({"company_id": self.company.id}, {"company_id": other.id, "period_id": self.period.id}):
            with self.subTest(values), self.assertRaises(UserError), self.env.cr.savepoint():
                pages.create({"partner_id": self.a.id, **values})
                self.env.flush_all()
        page = pages.create({"company_id": other.id, "partner_id": self.a.id, "all_companies": True})
        self.assertFalse(page.line_ids or page.receivable or page.invoiced or page.customer_count)

    def test_names_hold_no_amount(self):
        for record in (self.page, self.env["crm.cost.unit.report"].search([], limit=1), *self.page.line_ids):
            self.assertNotIn("4711", record.display_name or "")
        self.assertNotIn("4711", self.page._file_name())
