import inspect
from functools import partial

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CostCommon

#: Who must get nothing, whatever the model and the way.
OUTSIDERS = {
    "salesperson": "sales_team.group_sale_manager",
    "adviser": "account.group_account_manager",
    "administrator": "base.group_system,base.group_erp_manager",
    "insight": "crm_segmentation.group_insight_configure",
    "employee": "base.group_user",
    "portal": "base.group_portal",
}
#: Models without a single figure: who holds the right, and which questions are asked before closing.
SHARED = {"crm.cost.access.log", "crm.cost.check"}
SCREENS = ("ir.actions.act_window", "ir.actions.act_url", "ir.actions.report")
RIGHTS = ("crm_cost.group_profit_reader", "crm_cost.group_profit_manager")


class MatrixCommon(CostCommon):
    """A closed month, a version in work, and a page of every kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.sell(cls.a, 4711.11, goods=30), cls.requests(cls.a, 2), cls.entry((cls.pool_account, 100))
        cls.entry((cls.rent_account, 7))
        cls.make_pool(capacity=100)
        cls.env["crm.cost.account.role"].create(
            {"account_id": cls.tax_account.id, "company_id": cls.company.id, "reason": "Tax"}
        )
        cls.period = cls.compute()
        cls.period._close("Signed")
        cls.second = cls.period._reopen("Late bill")
        cls.pages = [
            cls.env["crm.cost.whale"].create({"company_id": cls.company.id}),
            cls.env["crm.cost.close"].create({"period_id": cls.second.id}),
            cls.env["crm.cost.reopen"].create({"period_id": cls.period.id, "reason": "Late bill"}),
        ]
        cls.other = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.users = {name: cls.new_user(name, groups) for name, groups in OUTSIDERS.items()}
        cls.reader = cls.new_user("reader", RIGHTS[0])
        cls.manager = cls.new_user("manager", RIGHTS[1])
        cls.stranger = cls.new_user("stranger", RIGHTS[1], cls.other)

    @classmethod
    def new_user(cls, name, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"matrix_{name}",
            password=f"matrix_{name}",
            groups=groups + ("" if name == "portal" else ",base.group_allow_export"),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def models(cls, without=frozenset()):
        """Return every model of ours that has rows, those of later additions too."""
        names = sorted(name for name in cls.env.registry if name.startswith("crm.cost."))
        return [cls.env[name] for name in names if not cls.env[name]._abstract and name not in without]

    def assertRefused(self, attempt, **what):
        # Exporting needs a right of its own, and its lack is said in other words; so is a failed import.
        error = UserError if what.get("way") in ("export", "import") else AccessError
        with self.subTest(**what):
            try:
                with self.env.cr.savepoint():
                    attempt()
            except error:
                self.env.invalidate_all()
            else:
                self.fail(f"not refused: {what}")


class TestAccessMatrix(MatrixCommon):
    """Amounts are for the profitability groups, by whatever way somebody asks."""

    def ways(self, records, one):
        """Return every way to a model and to one of its records."""
        name = next(
            (n for n, field in records._fields.items() if field.type == "monetary" and field.store), "display_name"
        )
        ways = {
            "search": lambda: records.search([]).ids,
            "search_count": lambda: records.search_count([(name, "!=", 0)] if name != "display_name" else []),
            "search_read": lambda: records.search_read([], [name]),
            "web_search_read": lambda: records.web_search_read([], {name: {}}),
            "group": lambda: records.formatted_read_group([], [], ["__count"]),
            "web_read_group": lambda: records.web_read_group([], ["id"], ["__count"]),
            "name_search": lambda: records.name_search(""),
            "create": lambda: records.create({}),
            "import": lambda: self.imported(records),
            "views": lambda: records.get_views([(False, "list"), (False, "form")]),
        }
        if one:
            ways |= {
                "read": lambda: one.read([name]),
                "web_read": lambda: one.web_read({name: {}}),
                "export": lambda: one.export_data(["id", name]),
                "write": lambda: one.write({"company_id": False} if "company_id" in one._fields else {}),
                "unlink": one.unlink,
                "copy": one.copy,
            }
        return ways

    def imported(self, records):
        messages = records.load(["display_name"], [["x"]])["messages"]
        raise AccessError(str(messages)) if messages else AssertionError("imported")

    def test_outsiders_get_nothing_from_any_model_in_any_way(self):
        for user_name, user in self.users.items():
            for model in self.models(SHARED):
                one = model.search([], limit=1).with_user(user)
                one.invalidate_recordset()
                for way, attempt in self.ways(model.with_user(user), one).items():
                    self.assertRefused(attempt, user=user_name, model=model._name, way=way)

    def test_outsiders_run_no_button_of_any_model(self):
        """Every public method of ours is a remote call away."""
        for model in self.models(SHARED):
            one = model.search([], limit=1)
            # Without a record there is nothing to press; that none can be created is tried above.
            for method in self.buttons(model) if one else ():
                for name, user in self.users.items():
                    if not user._is_internal():
                        continue
                    own = one.with_user(user)
                    own.invalidate_recordset()
                    attempt = partial(self.press, own, method)
                    self.assertRefused(attempt, user=name, model=model._name, way=method)

    def press(self, record, method):
        """Press a button; an answer that only names a screen, page or file is refused there, as tried above."""
        answer = getattr(record, method)()
        if isinstance(answer, dict) and answer.get("type") in SCREENS and not answer.get("res_id"):
            raise AccessError(answer["type"])

    def buttons(self, model):
        """Return our public methods that can be called without arguments."""
        found = []
        for name, method in inspect.getmembers(type(model), inspect.isfunction):
            ours = (method.__module__ or "").startswith("odoo.addons.crm_cost.")
            if name.startswith("_") or not ours or getattr(method, "_api_private", False):
                continue
            parameters = list(inspect.signature(method).parameters.values())[1:]
            if name.startswith("action_") and all(p.default is not p.empty for p in parameters):
                found.append(name)
        return found

    def test_buttons_are_found(self):
        self.assertGreaterEqual(
            set(self.buttons(self.env["crm.cost.period"])), {"action_compute", "action_verify", "action_show"}
        )

    def test_every_model_is_tried_with_a_record(self):
        empty = {model._name for model in self.models() if not model.search([], limit=1)}
        self.assertFalse(empty & {model._name for model in self.models() if model._name in self.known()}, empty)

    def known(self):
        return {
            *("crm.cost.period", "crm.cost.line", "crm.cost.pool", "crm.cost.activity", "crm.cost.account.role"),
            *("crm.cost.pool.result", "crm.cost.reconciliation", "crm.cost.late", "crm.cost.check.result"),
            *("crm.cost.customer.report", "crm.cost.whale", "crm.cost.whale.tile", "crm.cost.close"),
            *("crm.cost.reopen", "crm.cost.check"),
        }

    def test_rights_are_given_to_our_groups_only(self):
        groups = {self.env.ref(xmlid) for xmlid in RIGHTS}
        for model in self.models(SHARED):
            accesses = self.env["ir.model.access"].search([("model_id.model", "=", model._name)])
            self.assertTrue(accesses, model._name)
            self.assertFalse(set(accesses.group_id) - groups, model._name)
            self.assertTrue(all(access.group_id for access in accesses), model._name)

    def test_nobody_holds_the_right_by_another_group(self):
        reader, manager = (self.env.ref(xmlid) for xmlid in RIGHTS)
        self.assertEqual(reader.all_implied_by_ids - reader, manager)
        self.assertFalse(manager.all_implied_by_ids - manager)

    def test_every_model_is_kept_to_its_company(self):
        for model in self.models(SHARED):
            rules = self.env["ir.rule"].search([("model_id.model", "=", model._name), ("groups", "=", False)])
            self.assertTrue(rules, f"{model._name} has no rule")

    def test_managers_of_another_company_find_nothing(self):
        for model in self.models(SHARED):
            records = model.search([])
            own = model.with_user(self.stranger)
            with self.subTest(model=model._name):
                self.assertFalse(own.search([("id", "in", records.ids)]))
                self.assertEqual(own.search_count([("id", "in", records.ids)]), 0)
                grouped = own.formatted_read_group([("id", "in", records.ids)], [], ["__count"])
                self.assertEqual([group["__count"] for group in grouped], [0])
            one = records[:1].with_user(self.stranger)
            if one:
                one.invalidate_recordset()
                for way in ("read", "web_read", "export", "unlink"):
                    self.assertRefused(self.ways(own, one)[way], user="stranger", model=model._name, way=way)

    def test_managers_of_another_company_run_no_page_on_our_months(self):
        for model, values in (
            ("crm.cost.close", {"period_id": self.second.id}),
            ("crm.cost.reopen", {"period_id": self.period.id, "reason": "Curious"}),
        ):
            pages = self.env[model].with_user(self.stranger)
            self.assertRefused(lambda pages=pages, values=values: pages.create(values), model=model, way="create")
            fields = {name: {} for name, field in pages._fields.items() if field.type == "monetary"}
            try:
                answer = pages.onchange(values, list(values), fields)
            except AccessError:
                continue
            self.assertNotIn("46", str(answer["value"]), model)

    def test_readers_read_and_change_nothing(self):
        for model in self.models(SHARED):
            access = self.env["ir.model.access"].with_user(self.reader)
            if model.is_transient():
                continue
            if model._name in self.known():
                self.assertTrue(access.check(model._name, "read", False), model._name)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(access.check(model._name, operation, False), f"{model._name} {operation}")

    def test_managers_write_no_figure(self):
        access = self.env["ir.model.access"].with_user(self.manager)
        for name in (
            *("crm.cost.line", "crm.cost.reconciliation", "crm.cost.pool.result", "crm.cost.late"),
            *("crm.cost.check.result", "crm.cost.customer.report", "crm.cost.access.log"),
        ):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(access.check(name, operation, False), f"{name} {operation}")

    # Other channels

    def test_no_model_talks(self):
        """No message, follower, activity, portal page or rating could carry an amount away."""
        for model in self.models():
            for name in ("message_post", "activity_schedule", "message_ids", "access_url", "rating_ids"):
                self.assertFalse(hasattr(model, name), f"{model._name}.{name}")

    def test_messages_activities_and_files_do_not_lead_outsiders_there(self):
        file = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"4711", "res_model": "crm.cost.period", "res_id": self.period.id}
        )
        document = {"model": "crm.cost.period", "res_id": self.period.id}
        activity = {
            "res_model_id": self.env["ir.model"]._get_id("crm.cost.period"),
            "res_id": self.period.id,
            "summary": "Look",
        }
        for name, user in self.users.items():
            self.assertRefused(lambda u=user: file.with_user(u).read(["raw"]), user=name, way="file")
            messages = self.env["mail.message"].with_user(user)
            self.assertRefused(lambda m=messages: m.create({**document, "body": "?"}), user=name, way="message")
            activities = self.env["mail.activity"].with_user(user)
            self.assertRefused(lambda a=activities: a.create({**activity, "user_id": a.env.uid}), user=name, way="todo")

    def test_dashboards_share_nothing_of_ours(self):
        if "spreadsheet.dashboard" not in self.env:
            self.skipTest("no dashboards installed")
        dashboards = self.env["spreadsheet.dashboard"].search([])
        self.assertFalse(dashboards.filtered(lambda board: "crm.cost." in str(board.spreadsheet_data)))

    def test_report_is_refused_to_outsiders(self):
        report = self.env["ir.actions.report"]
        for name, user in self.users.items():
            self.assertRefused(
                lambda u=user: report.with_user(u)._render_qweb_html("crm_cost.report_reconciliation", self.period.ids),
                user=name,
                way="report",
            )


@tagged("post_install", "-at_install")
class TestAccessRoutes(MatrixCommon, HttpCase):
    """What a browser asks for is refused or sent like what a screen shows."""

    def routes(self):
        return (
            f"/report/html/crm_cost.report_reconciliation/{self.period.id}",
            f"/report/pdf/crm_cost.report_reconciliation/{self.period.id}",
            f"/crm_cost/agreement/{self.period.id}",
        )

    def test_outsiders_are_refused_and_readers_served(self):
        for name in ("adviser", "administrator", "salesperson", "portal", "stranger"):
            self.authenticate(f"matrix_{name}", f"matrix_{name}")
            for route in self.routes():
                answer = self.url_open(route, allow_redirects=False)
                self.assertNotEqual(answer.status_code, 200, f"{name} {route}")
                self.assertNotIn("4,711", answer.text)
        self.authenticate("matrix_reader", "matrix_reader")
        page, _pdf, sheet = (self.url_open(route) for route in self.routes())
        self.assertIn("4,711.11", page.text)
        self.assertEqual(sheet.status_code, 200)
        self.assertTrue(sheet.content.startswith(b"PK"), "a spreadsheet")

    def test_visitors_are_sent_to_the_login(self):
        answer = self.url_open(self.routes()[2], allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303))
