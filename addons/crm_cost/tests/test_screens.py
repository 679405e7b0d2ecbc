from lxml import etree

from odoo.tests import new_test_user

from .common import CostCommon


class TestScreens(CostCommon):
    """Whoever sees a screen can use all of it, and every page says what to do first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env, "screen_reader", groups="crm_cost.group_profit_reader", company_id=cls.company.id
        )
        cls.manager = new_test_user(
            cls.env, "screen_manager", groups="crm_cost.group_profit_manager", company_id=cls.company.id
        )

    def screen(self, user, model, view):
        return etree.fromstring(self.env[model].with_user(user).get_view(view_type=view)["arch"])

    def test_reader_searches_by_what_he_may_read(self):
        for model in ("crm.cost.activity", "crm.cost.pool", "crm.cost.line", "crm.cost.customer.report"):
            records = self.env[model].with_user(self.reader)
            for field in self.screen(self.reader, model, "search").iterfind(".//field[@name]"):
                comodel = records._fields[field.get("name")].comodel_name
                with self.subTest(model=model, field=field.get("name")):
                    self.assertTrue(not comodel or self.env[comodel].with_user(self.reader).has_access("read"))
        fields = self.screen(self.manager, "crm.cost.activity", "search")
        self.assertTrue(fields.xpath("//field[@name='measure_id']"), "managers may search by it")

    def test_documents_of_a_line_never_lead_back_to_the_line(self):
        self.make_pool()
        self.sell(self.customer("A"), 100)
        line = self.compute().line_ids.filtered(lambda line: line.level == "revenue")
        shown = line.with_user(self.reader)
        self.assertEqual(shown.action_open_source()["res_model"], "crm.cost.line", "from the profit of a customer")
        told = shown.with_context(crm_cost_from_lines=True).action_open_source()
        self.assertEqual(told["tag"], "display_notification")
        accountant = line.with_context(crm_cost_from_lines=True).action_open_source()
        self.assertEqual(accountant["res_model"], "account.move.line")

    def test_every_chart_can_be_drawn(self):
        """The web client refuses a chart or pivot of a number that has no aggregate."""
        views = self.env["ir.ui.view"].search([("type", "in", ("graph", "pivot")), ("model", "=like", "crm.cost%")])
        self.assertTrue(views)
        for view in views:
            fields = self.env[view.model].fields_get(attributes=["aggregator"])
            for measure in etree.fromstring(view.arch).iterfind(".//field[@type='measure']"):
                with self.subTest(view=view.xml_id, measure=measure.get("name")):
                    self.assertTrue(fields[measure.get("name")].get("aggregator"))

    def test_click_on_the_curve_opens_a_page_the_client_can_show(self):
        self.make_pool()
        customer = self.customer("A")
        self.sell(customer, 100)
        self.compute()
        curve = self.env["crm.cost.whale"].with_user(self.reader).create({"company_id": self.company.id})
        for dimension, key in (("customer", customer.id), ("country", customer.country_id.id)):
            curve.dimension = dimension
            self.assertTrue(curve.action_open_customer(key).get("views"), dimension)

    def test_use_of_direct_cost_counts_each_month_once(self):
        for name in ("crm_cost_direct_result_action", "crm_cost_pool_result_action", "crm_cost_line_action"):
            action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_cost.{name}")
            self.assertIn("period_id.shown", action["domain"], "a version in work or replaced is not added to it")

    def test_whale_curve_without_a_month_offers_the_set_up(self):
        offers = "//button[@string='Set Up']"
        self.assertTrue(self.screen(self.manager, "crm.cost.whale", "form").xpath(offers))
        self.assertFalse(self.screen(self.reader, "crm.cost.whale", "form").xpath(offers), "readers cannot set up")
