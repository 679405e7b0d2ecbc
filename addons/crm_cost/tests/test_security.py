from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import CostCommon

MODELS = (
    "crm.cost.pool",
    "crm.cost.activity",
    "crm.cost.account.role",
    "crm.cost.period",
    "crm.cost.line",
    "crm.cost.pool.result",
    "crm.cost.reconciliation",
    "crm.cost.customer.report",
    "crm.cost.direct",
    "crm.cost.direct.result",
    "crm.cost.setting",
    "crm.cost.loss.band",
    "crm.cost.whale",
    "crm.cost.whale.tile",
    "crm.cost.setup",
    "crm.cost.setup.line",
    "crm.cost.setup.pool",
    "crm.cost.activity.term",
    "crm.cost.activity.version",
    "crm.cost.pool.service",
    "crm.cost.pool.month",
)
AMOUNTS = {
    "crm.cost.period": "revenue",
    "crm.cost.line": "amount",
    "crm.cost.pool.result": "cost",
    "crm.cost.reconciliation": "ledger",
    "crm.cost.direct.result": "booked",
    "crm.cost.customer.report": "profit",
}
OUTSIDERS = {
    "employee": "base.group_user",
    "salesperson": "sales_team.group_sale_salesman",
    "sales manager": "sales_team.group_sale_manager",
    "insight": "crm_segmentation.group_insight_configure",
    "invoicing": "account.group_account_invoice",
    "accountant": "account.group_account_user",
    "adviser": "account.group_account_manager",
    "administrator": "base.group_system,base.group_erp_manager",
    "portal": "base.group_portal",
    "public": "base.group_public",
}


class TestSecurity(CostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.sell(cls.a, 4711.11, goods=30), cls.requests(cls.a, 2), cls.entry((cls.pool_account, 100))
        cls.pool = cls.make_pool(capacity=100)
        cls.entry((cls.rent_account, 4711.22)), cls.direct(accounts=cls.rent_account)
        cls.setting(money_rate=1, band_ids=[Command.create({"days": 1, "share": 0})])
        cls.period = cls.compute()
        cls.page = cls.env["crm.cost.whale"].create({"company_id": cls.company.id})
        cls.users = {}
        for name, groups in OUTSIDERS.items():
            groups += "" if name in ("portal", "public") else ",base.group_allow_export"
            cls.users[name] = cls.new_user(name, groups)
        cls.reader = cls.new_user("reader", "crm_cost.group_profit_reader")
        cls.manager = cls.new_user("manager", "crm_cost.group_profit_manager")

    @classmethod
    def new_user(cls, name, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"cost_{name.replace(' ', '_')}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def assertRefused(self, attempt, **what):
        # Exporting needs a right of its own, and its lack is said in other words.
        error = UserError if what.get("way") == "export" else AccessError
        with self.subTest(**what), self.assertRaises(error), self.env.cr.savepoint():
            attempt()

    def test_outsiders_reach_no_model_in_any_way(self):
        for name, user in self.users.items():
            for model in MODELS:
                records = self.env[model].with_user(user)
                attempts = {
                    "search": lambda r=records: r.search([]).ids,
                    "search_count": lambda r=records: r.search_count([]),
                    "search_read": lambda r=records: r.search_read([], ["display_name"]),
                    "web_search_read": lambda r=records: r.web_search_read([], {"display_name": {}}),
                    "formatted_read_group": lambda r=records: r.formatted_read_group([], [], ["__count"]),
                    "web_read_group": lambda r=records: r.web_read_group([], ["id"], ["__count"]),
                    "name_search": lambda r=records: r.name_search(""),
                    "default": lambda r=records: r.create({}),
                    "views": lambda r=records: r.get_views([(False, "list")]),
                }
                for way, attempt in attempts.items():
                    self.assertRefused(attempt, user=name, model=model, way=way)

    def test_outsiders_read_no_record_they_know_the_number_of(self):
        for name, user in self.users.items():
            for model, amount in AMOUNTS.items():
                record = self.env[model].search([], limit=1)
                self.assertTrue(record, model)
                for way, attempt in {
                    "read": lambda r=record, f=amount: r.read([f]),
                    "field": lambda r=record, f=amount: r[f],
                    "export": lambda r=record, f=amount: r.export_data(["id", f]),
                    "web_read": lambda r=record, f=amount: r.web_read({f: {}}),
                    "write": lambda r=record: r.write({"company_id": False}),
                    "unlink": lambda r=record: r.unlink(),
                }.items():
                    restricted = record.with_user(user)
                    restricted.invalidate_recordset()
                    self.assertRefused(lambda a=attempt, r=restricted: a(r), user=name, model=model, way=way)

    def test_no_core_record_leads_to_an_amount(self):
        """No field of a core model, ours or related, points at a cost model: there is no path to walk."""
        for model in (
            "res.partner",
            "res.users",
            "res.company",
            "account.move",
            "account.move.line",
            "account.account",
            "account.journal",
            "crm.customer",
            "crm.lead",
            "crm.measure",
            "sale.order",
            "mail.message",
        ):
            for name, field in self.env[model]._fields.items():
                self.assertNotIn(field.comodel_name or "", MODELS, f"{model}.{name}")

    def test_amounts_are_in_no_other_channel(self):
        """No chatter, no activity, no mail about these models, no name that holds an amount."""
        for model in MODELS:
            self.assertFalse(hasattr(self.env[model], "message_post"), model)
            self.assertFalse(hasattr(self.env[model], "activity_schedule"), model)
        self.env.cr.execute("SELECT count(*) FROM mail_message WHERE body LIKE '%4711%' OR subject LIKE '%4711%'")
        self.assertNotIn("4711", "".join(self.env["crm.job"].search([]).mapped(lambda j: j.last_error or "")))

    def test_server_actions_and_menus_are_closed_to_outsiders(self):
        menu = self.env.ref("crm_cost.menu_profitability")
        action = self.env.ref("crm_cost.crm_cost_whale_action")
        for name, user in self.users.items():
            if user._is_internal():
                self.assertNotIn(menu.id, self.env["ir.ui.menu"].with_user(user)._visible_menu_ids(), name)
            self.assertRefused(lambda user=user: action.with_user(user).run(), user=name)

    def test_reader_without_accounting_gets_to_every_screen(self):
        visible = self.env["ir.ui.menu"].with_user(self.reader)._visible_menu_ids()
        for menu in (
            "menu_profitability",
            "menu_whale",
            "menu_customer_report",
            "menu_periods",
            "menu_reconciliation",
            "menu_capacity",
            "menu_lines",
            "menu_pools",
            "menu_activities",
            "menu_account_roles",
        ):
            self.assertIn(self.env.ref(f"crm_cost.{menu}").id, visible, menu)
        self.assertIn(self.env.ref("account.menu_finance").id, visible)
        self.assertNotIn(self.env.ref("crm_cost.menu_setup").id, visible)
        for model in MODELS[:-9]:
            records = self.env[model].with_user(self.reader).search([])
            self.assertTrue(records, model)
            records.read()
        page = (
            self.env["crm.cost.whale"]
            .with_user(self.reader)
            .browse(self.env["crm.cost.whale"].with_user(self.reader).action_open()["res_id"])
        )
        self.assertTrue(page.headline and page.tile_ids.read())
        page.write({"tiles": "5"})

    def test_reader_without_accounting_opens_our_lines_instead_of_journal_items(self):
        page = (
            self.env["crm.cost.statement"]
            .with_user(self.reader)
            .create({"company_id": self.company.id, "partner_id": self.a.id})
        )
        lines = {line.level: line for line in page.line_ids}
        action = lines["revenue"].action_open()
        self.assertEqual(action["res_model"], "crm.cost.line")
        found = self.env["crm.cost.line"].with_user(self.reader).search(safe_eval(str(action["domain"])))
        self.assertEqual(found.mapped("amount"), [4711.11])
        activity = lines["activity"].action_open()
        self.assertEqual(activity["res_model"], "crm.cost.line", "leads are not the reader's")

    def test_reader_changes_nothing_and_manager_only_the_set_up(self):
        for model in MODELS[:8]:
            record = self.env[model].search([], limit=1).with_user(self.reader)
            for way, attempt in {
                "write": lambda r=record: r.write({"company_id": self.company.id}),
                "unlink": record.unlink,
            }.items():
                self.assertRefused(attempt, user="reader", model=model, way=way)
        self.assertRefused(self.period.with_user(self.reader).action_compute, user="reader")
        for model in AMOUNTS.keys() - {"crm.cost.period"}:
            record = self.env[model].search([], limit=1).with_user(self.manager)
            self.assertRefused(lambda r=record: r.write({"company_id": self.company.id}), user="manager", model=model)
            self.assertRefused(record.unlink, user="manager", model=model)
        self.period.with_user(self.manager).action_compute()
        self.pool.with_user(self.manager).people = 2

    def test_pages_of_another_reader_stay_his(self):
        second = self.new_user("second", "crm_cost.group_profit_reader")
        page = self.env["crm.cost.whale"].with_user(self.reader).create({"company_id": self.company.id})
        self.assertRefused(lambda: page.with_user(second).read(["total"]))
        self.assertRefused(lambda: page.tile_ids.with_user(second).read(["profit"]))

    def test_other_companies_stay_closed(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.new_user("stranger", "crm_cost.group_profit_manager", other)
        for model in MODELS[:8]:
            records = self.env[model].with_user(stranger)
            self.assertFalse(records.search([("company_id", "=", self.company.id)]), model)
        pages = self.env["crm.cost.whale"].with_user(stranger)
        for values in ({"company_id": self.company.id}, {"company_id": other.id, "period_id": self.period.id}):
            with self.subTest(values), self.assertRaises(UserError), self.env.cr.savepoint():
                pages.create(values)
                self.env.flush_all()
            specification = {"headline": {}, "total": {}, "curve": {}, "tile_ids": {"fields": {"profit": {}}}}
            for company in (other, self.company):
                context = {"allowed_company_ids": company.ids}
                try:
                    answer = pages.with_context(**context).onchange(values, list(values), specification)
                except AccessError:
                    continue
                self.assertNotIn("46", str(answer["value"].get("total") or ""))
                self.assertFalse(answer["value"].get("tile_ids") and len(answer["value"]["tile_ids"]) > 1, values)

    def test_no_indicator_is_made_of_cost_or_profit(self):
        """Reviewed by an administrator who may not see profit, it would show profit to every salesperson."""
        with self.assertRaisesRegex(ValidationError, "Customer Profitability"):
            self.env["crm.measure"].create(
                {
                    "name": "Margin",
                    "model_id": self.env["ir.model"]._get("crm.cost.customer.report").id,
                    "date_field": "date_to",
                    "aggregate": "max",
                    "value_field": "margin_ratio",
                }
            )

    def test_figures_do_not_move_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        period = self.period.with_user(self.manager)
        for who, refusal in ((period, AccessError), (period.sudo(), ValidationError)):
            with self.assertRaises(refusal), self.env.cr.savepoint():
                who.company_id = other
        self.assertEqual(self.period.company_id, self.company)
