from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .test_segment_actions import ActionsCommon

SERVICE_FIELDS = (
    "service_response",
    "service_rhythm",
    "service_channel",
    "service_ceiling",
    "service_team",
    "service_courtesies",
    "service_treatment",
    "service_source",
)
ORDER_FIELDS = ("discount_notice", "discount_check")
MODELS = ("crm.courtesy", "crm.policy.override", "crm.segment.action", "crm.segment.event", "crm.discount.approval")


class TestPolicySecurity(ActionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.make_user("policy_employee", "base.group_user")
        cls.portal = cls.make_user("policy_portal", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.partner
        cls.reader = cls.make_user("policy_reader", "crm_segmentation.group_insight_read")
        cls.gold.write({"policy_response_hours": 4, "policy_limits_discount": True, "policy_discount_ceiling": 5})
        cls.stay = cls.enter(cls.gold, cls.partner)
        cls.agreed = cls.agree(cls.partner, policy_channel="email")
        cls.started = cls.action()
        cls.courtesy = cls.env["crm.courtesy"].create({"name": "Tea"})
        cls.company.crm_discount_check = "block"
        cls.product = cls.env["product.product"].create({"name": "Chair", "list_price": 100, "taxes_id": False})
        line = Command.create({"product_id": cls.product.id, "discount": 20})
        cls.order = cls.env["sale.order"].create(
            {"partner_id": cls.partner.id, "company_id": cls.company.id, "order_line": [line]}
        )
        cls.order.message_subscribe(cls.portal.partner_id.ids)

    def setUp(self):
        super().setUp()
        self.moves(self.stay)

    def test_outsiders_reach_no_model_of_ours(self):
        for user in (self.employee, self.portal):
            for model in (*MODELS, "crm.discount.approve", "crm.segment.dry.run", "crm.segment.dry.run.line"):
                records = self.env[model].with_user(user)
                for way, attempt in {
                    "search": lambda records=records: records.search([], limit=1),
                    "web": lambda records=records: records.web_search_read([], {"display_name": {}}),
                    "group": lambda records=records: records.formatted_read_group([], [], ["__count"]),
                    "create": lambda records=records: records.create({}),
                }.items():
                    with self.subTest(user=user.login, model=model, way=way), self.assertRaises(AccessError):
                        attempt()

    def test_outsiders_learn_nothing_from_documents_in_any_way(self):
        targets = [(self.partner, name) for name in SERVICE_FIELDS]
        targets += [(self.order, name) for name in (*SERVICE_FIELDS, *ORDER_FIELDS, "offered_discount")]
        for user in (self.employee, self.portal):
            for record, name in targets:
                seen = record.with_user(user)
                attempts = {
                    "read": lambda seen=seen, name=name: seen.read([name]),
                    "web": lambda seen=seen, name=name: seen.web_read({name: {}}),
                    "export": lambda seen=seen, name=name: seen.export_data([name]),
                    "search": lambda seen=seen, name=name: seen.search([(name, "!=", False)]),
                    "order": lambda seen=seen, name=name: seen.search([], order=name),
                    "group": lambda seen=seen, name=name: seen.formatted_read_group([], [name], ["__count"]),
                    "users": lambda name=name, user=user: (
                        self.env["res.users"].with_user(user).search([(f"partner_id.{name}", "!=", False)])
                    ),
                    "compute": lambda seen=seen, name=name: seen[name],
                }
                for way, attempt in attempts.items():
                    self.env.invalidate_all()
                    with self.subTest(user=user.login, model=record._name, field=name, way=way):
                        self.assert_refused(attempt)

    def assert_refused(self, attempt):
        """No right to the field, or no such field to search, sort or group by: either way no answer."""
        try:
            answer = attempt()
        except (AccessError, UserError, ValueError):
            return
        self.fail(f"got an answer: {answer}")

    def test_fields_on_documents_are_no_way_to_search(self):
        for record, names in ((self.partner, SERVICE_FIELDS), (self.order, (*SERVICE_FIELDS, *ORDER_FIELDS))):
            described = record.with_user(self.boss).fields_get(names)
            for name in names:
                with self.subTest(model=record._name, field=name):
                    self.assertFalse(described[name]["searchable"] or described[name]["sortable"])
                    self.assertFalse(described[name]["groupable"])

    def test_employees_without_insight_have_no_panel(self):
        arch = etree.fromstring(
            self.partner.with_user(self.employee).get_views([(False, "form")])["views"]["form"]["arch"]
        )
        self.assertFalse(arch.xpath("//*[starts-with(@name, 'service_')]"))
        arch = etree.fromstring(self.order.with_user(self.seller).get_views([(False, "form")])["views"]["form"]["arch"])
        self.assertTrue(arch.xpath("//div[@name='service_panel']"))
        self.assertFalse(arch.xpath("//button[@name='action_approve_discount']"))
        self.assertTrue(arch.xpath("//button[@name='action_ask_discount_approval']"))

    def test_readers_and_salespeople_read_and_change_nothing(self):
        event = self.events.search([])
        own = {
            self.reader: (self.agreed, self.courtesy),
            self.seller: (self.agreed, self.started, event, self.courtesy),
        }
        for user, records in own.items():
            for record in records:
                seen = record.with_user(user)
                self.assertTrue(seen.read(["display_name"]))
                for attempt in (
                    lambda seen=seen: seen.write(
                        {"company_id": 1} if seen._name == "crm.segment.event" else {"name": "X"}
                    ),
                    lambda seen=seen: seen.unlink(),
                    lambda seen=seen: seen.copy(),
                ):
                    with self.subTest(user=user.login, model=record._name), self.assertRaises(AccessError):
                        attempt()
        for user in (self.reader, self.seller):
            with self.assertRaises(AccessError):
                self.gold.with_user(user).policy_discount_ceiling = 90
            with self.assertRaises(AccessError):
                self.gold.with_user(user).action_dry_run()
            with self.assertRaises(AccessError):
                self.started.with_user(user).action_start_for_members()
        with self.assertRaises(AccessError):
            event.with_user(self.boss).state = "done"
        with self.assertRaises(AccessError):
            self.company.with_user(self.seller).crm_discount_check = False

    def test_other_companies_stay_closed(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.make_user("policy_stranger", "sales_team.group_sale_manager", elsewhere)
        self.started.company_id = self.company
        for model in ("crm.policy.override", "crm.segment.action", "crm.segment.event"):
            with self.subTest(model=model):
                self.assertTrue(self.env[model].search([]))
                self.assertFalse(self.env[model].with_user(stranger).search([]))
                self.assertFalse(
                    self.env[model].with_user(stranger).formatted_read_group([], ["company_id"], ["__count"])
                )
        self.assertFalse(self.partner.with_user(stranger).service_source)
        mine = self.env["crm.customer"].with_user(stranger)
        self.assertFalse(mine._service_policies(self.partner, self.company))

    def test_dialogues_belong_to_whoever_opened_them(self):
        other = self.make_user("policy_other", "sales_team.group_sale_manager")
        dry = self.env["crm.segment.dry.run"].with_user(self.boss)
        dry = dry.browse(self.gold.with_user(self.boss).action_dry_run()["res_id"])
        approve = self.env["crm.discount.approve"].with_user(self.boss)
        order = self.order.with_user(self.boss).with_company(self.company)
        approve = approve.browse(order.action_approve_discount()["res_id"])
        for record in (dry, dry.line_ids, approve):
            self.assertTrue(record.read(["id", "create_date"]))
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(other).read(["id", "create_date"])

    def test_what_customers_and_code_typed_is_no_formula_in_an_export(self):
        self.partner.name = "=HYPERLINK(1)"
        event = self.events.search([])
        event.note = "@SUM(1)"
        self.agreed.reason = "+1"
        approval = self.env["crm.discount.approval"].create(
            {
                "order_id": self.order.id,
                "company_id": self.company.id,
                "user_id": self.boss.id,
                "reason": "-1",
                "discount": 20,
            }
        )
        for record, path, cell in (
            (event, "note", "'@SUM(1)"),
            (event, "partner_id/name", "'=HYPERLINK(1)"),
            (self.agreed, "reason", "'+1"),
            (approval, "reason", "'-1"),
        ):
            with self.subTest(model=record._name, path=path):
                exported = record.with_user(self.boss).with_company(self.company).export_data([path])
                self.assertEqual(exported["datas"][0], [cell])

    def test_names_and_reasons_are_text_and_not_markup(self):
        self.product.name = "<img src=x onerror=alert(1)>"
        self.order.order_line.name = self.product.name
        order = self.order.with_user(self.boss).with_company(self.company)
        dialogue = (
            self.env["crm.discount.approve"].with_user(self.boss).browse(order.action_approve_discount()["res_id"])
        )
        dialogue.reason = "<b>bold</b>"
        dialogue.action_approve()
        self.assertNotIn("<img", order.message_ids[0].body)
        self.assertNotIn("<b>", order.message_ids[0].body)

    def test_forms_open_and_save(self):
        with Form(self.env["crm.policy.override"].with_user(self.boss)) as form:
            form.partner_id = self.partner
            form.reason = "Because"
            form.date_end = self.today
            form.policy_limits_discount = True
            form.policy_discount_ceiling = 30
        with Form(self.gold.with_user(self.boss)) as form:
            form.policy_contact_days = 14
            form.policy_treatment = "Kindly"
        with Form(self.started.with_user(self.boss)) as form:
            form.kind = "activity"
            form.activity_type_id = self.todo
        self.assertEqual(self.gold.policy_contact_days, 14)
        settings = self.env["res.config.settings"].create({"crm_discount_check": "warn", "crm_contact_rhythm": True})
        settings.execute()
        self.assertEqual(self.env.company.crm_discount_check, "warn")

    def test_list_of_agreements_and_history_costs_no_query_per_row(self):
        partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(40)])
        for partner in partners:
            self.agree(partner, policy_response_hours=1)
        self.moves(self.enter(self.gold, *partners))
        for model in ("crm.policy.override", "crm.segment.event"):
            records = self.env[model].with_user(self.boss)
            views = records.get_views([(False, "list")])
            arch = etree.fromstring(views["views"]["list"]["arch"])
            described = views["models"][model]["fields"]
            spec = {
                node.get("name"): {"fields": {"display_name": {}}}
                if described[node.get("name")]["type"] == "many2one"
                else {}
                for node in arch.iter("field")
            }
            counts = []
            for limit in (5, 40, 5, 40):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertEqual(len(records.web_search_read([], spec, limit=limit)["records"]), limit)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(model=model):
                self.assertLessEqual(counts[3], counts[2])
