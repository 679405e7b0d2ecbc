from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import InsightCommon

PANEL_FIELDS = (
    "panel_profile_res_id",
    "panel_class",
    "panel_lifecycle",
    "panel_rfm_cell",
    "panel_last_purchase_date",
    "panel_expected_purchase_date",
    "panel_revenue",
    "panel_revenue_change",
    "panel_currency_id",
)
DOCUMENTS = ("sale.order", "crm.lead")


class TestPanels(InsightCommon):
    """What the salesperson sees of the customer on an order and on an opportunity."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer("Known")
        cls.contact = cls.customer("Somebody", is_company=False, parent_id=cls.partner.id)
        cls.invoice(cls.partner, 100)
        cls.invoice(cls.partner, 30, days=400)
        cls.run_jobs()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.seller = new_test_user(
            cls.env,
            "panel_seller",
            groups="sales_team.group_sale_salesman_all_leads,base.group_allow_export",
            company_id=cls.company.id,
            company_ids=[cls.company.id, cls.elsewhere.id],
        )
        cls.order = cls.env["sale.order"].create({"partner_id": cls.contact.id, "company_id": cls.company.id})
        cls.lead = cls.env["crm.lead"].create({"name": "Chance", "partner_id": cls.contact.id, "type": "opportunity"})
        cls.documents = {"sale.order": cls.order, "crm.lead": cls.lead}

    def test_contact_shows_the_profile_of_its_company(self):
        for document in self.documents.values():
            seen = document.with_user(self.seller).with_company(self.company)
            with self.subTest(model=document._name):
                self.assertEqual(seen.panel_profile_res_id, self.card(self.partner).id)
                self.assertEqual(seen.panel_class, "A")
                self.assertEqual(seen.panel_lifecycle, self.card(self.partner).lifecycle)
                self.assertEqual(seen.panel_rfm_cell or "", self.card(self.partner).rfm_cell_id.name or "")
                self.assertEqual(seen.panel_last_purchase_date, self.days_ago(10))
                self.assertEqual((seen.panel_revenue, seen.panel_revenue_change), (100, 70))
                self.assertEqual(seen.panel_currency_id, self.company.currency_id)
                self.assertEqual(seen.action_open_customer_profile()["res_id"], self.card(self.partner).id)

    def test_company_of_the_order_decides_and_a_lead_without_one_follows_the_reader(self):
        lead = self.lead
        lead.company_id = False
        both = [self.elsewhere.id, self.company.id]
        abroad = {
            name: record.with_user(self.seller).with_context(allowed_company_ids=both)
            for name, record in self.documents.items()
        }
        self.assertEqual(abroad["sale.order"].panel_profile_res_id, self.card(self.partner).id)
        self.assertFalse(abroad["crm.lead"].panel_profile_res_id)
        home = lead.with_user(self.seller).with_context(allowed_company_ids=both[::-1])
        self.assertEqual(home.panel_profile_res_id, self.card(self.partner).id)

    def test_profiles_of_companies_the_reader_has_switched_off_stay_closed(self):
        lead = self.lead.with_user(self.seller).with_context(allowed_company_ids=self.elsewhere.ids)
        self.lead.company_id = False
        self.assertFalse(lead.panel_profile_res_id)

    def test_panel_follows_the_customer_while_typing(self):
        newcomer = self.customer("Newcomer")
        for model in DOCUMENTS:
            with Form(self.env[model].with_user(self.seller).with_company(self.company)) as form:
                if model == "crm.lead":
                    form.name = "Chance"
                form.partner_id = self.partner
                self.assertEqual(form.panel_profile_res_id, self.card(self.partner).id)
                self.assertEqual(form.panel_class, "A")
                form.partner_id = newcomer
                self.assertFalse(form.panel_profile_res_id)

    def test_document_without_customer_has_an_empty_panel(self):
        lead = self.env["crm.lead"].create({"name": "Nobody"}).with_user(self.seller)
        self.assertFalse(lead.panel_profile_res_id)
        self.assertFalse(lead.panel_revenue)

    def test_one_query_for_any_number_of_documents(self):
        orders = self.order
        for number in range(20):
            partner = self.customer(f"C{number}")
            self.invoice(partner, 10 + number)
            orders += self.env["sale.order"].create({"partner_id": partner.id, "company_id": self.company.id})
        self.run_jobs()
        self.order.with_user(self.seller).with_company(self.company).panel_class  # noqa: B018  record rules are read once and kept
        for some in (orders[:1], orders):
            self.env.invalidate_all()
            some = some.with_user(self.seller).with_company(self.company)
            some.mapped("partner_id.commercial_partner_id.name")
            some.mapped("company_id.name")
            with self.assertQueryCount(1):
                self.assertTrue(all(order.panel_profile_res_id for order in some))
                some.mapped("panel_class")

    def test_lists_and_cards_read_nothing_of_ours(self):
        for model in DOCUMENTS:
            views = self.env["ir.ui.view"].search([("model", "=", model), ("type", "in", ("list", "kanban", "search"))])
            for view in views:
                self.assertNotIn("panel_", view.arch_db or "", view.name)

    def assert_refused(self, attempt):
        """No right to the field, or no such field to search, sort or group by: either way no answer."""
        try:
            answer = attempt()
        except (AccessError, UserError, ValueError):
            return
        self.fail(f"got an answer: {answer}")

    def outsiders(self):
        employee = new_test_user(self.env, "panel_employee", groups="base.group_user,base.group_allow_export")
        portal = new_test_user(self.env, "panel_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        self.order.message_subscribe(portal.partner_id.ids)
        return employee, portal

    def test_outsiders_learn_nothing_in_any_way(self):
        for user in self.outsiders():
            for model, document in self.documents.items():
                seen = document.with_user(user)
                for name in PANEL_FIELDS:
                    attempts = {
                        "read": lambda seen=seen, name=name: seen.read([name]),
                        "web": lambda seen=seen, name=name: seen.web_read({name: {}}),
                        "export": lambda seen=seen, name=name: seen.export_data([name]),
                        "search": lambda seen=seen, name=name: seen.search([(name, "!=", False)]),
                        "order": lambda seen=seen, name=name: seen.search([], order=name),
                        "group": lambda seen=seen, name=name: seen.formatted_read_group([], [name], ["__count"]),
                        "compute": lambda seen=seen, name=name: seen[name],
                    }
                    for way, attempt in attempts.items():
                        self.env.invalidate_all()
                        with self.subTest(user=user.login, model=model, field=name, way=way):
                            self.assert_refused(attempt)
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    seen.action_open_customer_profile()

    def test_employee_with_orders_but_without_insight_sees_no_panel(self):
        """A group of the house may read orders without reading profiles."""
        clerk = new_test_user(self.env, "panel_clerk", groups="base.group_user")
        house = self.env["res.groups"].create({"name": "Clerks", "user_ids": [(4, clerk.id)]})
        for model in DOCUMENTS:
            self.env["ir.model.access"].create(
                {
                    "name": f"clerks {model}",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "group_id": house.id,
                    "perm_read": True,
                }
            )
            seen = self.documents[model].with_user(clerk)
            self.assertTrue(seen.read(["partner_id"]))
            self.assertFalse(set(PANEL_FIELDS) & seen.fields_get().keys())
            arch = etree.fromstring(seen.get_views([(False, "form")])["views"]["form"]["arch"])
            self.assertFalse(arch.xpath("//*[@name='customer_panel']"))
            for name in PANEL_FIELDS:
                with self.subTest(model=model, field=name), self.assertRaises(AccessError):
                    seen.read([name])

    def test_panel_is_no_way_to_search_for_anybody(self):
        for model, document in self.documents.items():
            seen = document.with_user(self.seller).with_company(self.company)
            for name in PANEL_FIELDS:
                self.assertFalse(seen.fields_get([name])[name]["searchable"])
                self.assertFalse(seen.fields_get([name])[name]["sortable"])
                self.assertFalse(seen.fields_get([name])[name]["groupable"])
                for attempt in (
                    lambda seen=seen, name=name: seen.search([(name, "!=", False)]),
                    lambda seen=seen, name=name: seen.search([], order=name),
                    lambda seen=seen, name=name: seen.formatted_read_group([], [name], ["__count"]),
                ):
                    with self.subTest(model=model, field=name):
                        self.assert_refused(attempt)
