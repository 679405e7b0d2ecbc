from lxml import etree

from odoo.tests import Form, new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import InsightCommon


class TestScreens(InsightCommon):
    """Whoever sees a screen can use all of it."""

    def test_sales_manager_chooses_the_documents_of_an_indicator(self):
        manager = new_test_user(self.env, "screen_manager", groups="sales_team.group_sale_manager")
        models = self.env["ir.model"].with_user(manager)
        leads = self.env["ir.model"]._get("crm.lead")
        self.assertIn(leads.id, [model for model, _name in models.name_search(leads.name)])
        self.assertFalse(models.has_access("write"))
        found = self.env["crm.measure"].with_user(manager).search([("model_id", "ilike", leads.name)])
        self.assertEqual(found, found.filtered(lambda measure: measure.model_id == leads))

    def test_salesperson_reads_no_technical_models(self):
        seller = new_test_user(self.env, "screen_seller", groups="sales_team.group_sale_salesman")
        self.assertFalse(self.env["ir.model"].with_user(seller).has_access("read"))

    def test_every_filter_and_group_of_our_searches_answers(self):
        seller = new_test_user(self.env, "screen_searcher", groups="sales_team.group_sale_salesman")
        self.invoice(self.customer(), 100)
        self.run_jobs()
        for model, view in (
            ("crm.customer", "crm_segmentation.crm_customer_view_search"),
            ("crm.measure.value", "crm_segmentation.crm_measure_value_view_search"),
            ("res.partner", "base.view_res_partner_filter"),
        ):
            records = self.env[model].with_user(seller)
            arch = etree.fromstring(records.get_view(self.env.ref(view).id, "search")["arch"])
            filters = arch.xpath("//filter")
            self.assertGreater(len(filters), 5)
            for node in filters:
                domain = safe_eval(node.get("domain") or "[]", {"uid": seller.id})
                group_by = safe_eval(node.get("context") or "{}").get("group_by")
                with self.subTest(model=model, filter=node.get("name")):
                    records.search_count(domain)
                    if group_by and group_by != "properties":
                        records.formatted_read_group(domain, [group_by], ["__count"])

    def test_profile_opens_with_all_its_tabs(self):
        seller = new_test_user(self.env, "screen_opener", groups="sales_team.group_sale_salesman")
        partner = self.customer()
        self.invoice(partner, 100)
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "company_id": self.company.id, "user_id": seller.id}
        )
        order.action_confirm()
        self.env["crm.lead"].create({"name": "Chance", "partner_id": partner.id, "active": False, "user_id": seller.id})
        self.run_jobs()
        profile = self.card(partner).with_user(seller)
        form = Form(profile)
        self.assertEqual(form.order_count, 1)
        self.assertEqual(form.lead_count, 1)
        self.assertEqual(form.meeting_count, 0)
        self.assertTrue(len(form.indicator_ids))
        self.assertEqual(self.env["sale.order"].search(profile.action_open_orders()["domain"]), order)

    def test_profile_opens_for_every_role(self):
        partner = self.customer()
        self.invoice(partner, 100)
        self.run_jobs()
        for group in (
            "crm_segmentation.group_insight_read",
            "crm_segmentation.group_insight_work",
            "crm_segmentation.group_insight_configure",
            "sales_team.group_sale_salesman",
            "sales_team.group_sale_manager",
        ):
            user = new_test_user(self.env, group.split(".")[1], groups=group)
            profile = self.card(partner).with_user(user)
            self.env.invalidate_all()
            with self.subTest(group=group):
                self.assertEqual(Form(profile).monetary, 100)
                self.assertTrue(Form(profile.partner_id).customer_card_id)
                for view_type in ("list", "kanban", "pivot", "graph", "search"):
                    self.assertTrue(profile.get_view(False, view_type)["arch"])

    def test_months_are_written_as_the_language_writes_them(self):
        partner = self.customer()
        self.invoice(partner, 100)
        self.run_jobs()
        self.env["res.lang"]._activate_lang("zh_CN")
        label = self.card(partner).with_context(lang="zh_CN").get_months()["months"][-1]["label"]
        self.assertEqual(label, f"{self.today.year}年{self.today.month}月")

    def test_rhythm_names_its_basis_and_number_of_cases(self):
        partner = self.customer()
        for days in (60, 48, 36, 24, 12):
            self.invoice(partner, 100, days=days)
        young = self.customer("Young")
        self.invoice(young, 100)
        self.run_jobs()
        self.assertEqual(self.card(partner).rhythm_text, "12 days: own rhythm, 4 gaps")
        self.assertIn("company's rhythm", self.card(young).rhythm_text)

    def test_amounts_are_shown_with_unit_currency_and_arrow(self):
        partner = self.customer()
        self.invoice(partner, 150)
        self.invoice(partner, 100, days=400)
        self.run_jobs()
        revenue = self.value(self.revenue, partner)
        self.assertEqual(revenue.window_text.replace("\N{NO-BREAK SPACE}", " "), "$ 150.00")
        self.assertEqual(revenue.trend_text, "▲ +50 %")
        self.assertIn(self.company.currency_id.name, revenue.basis)
        invoices = self.value(self.invoices, partner)
        self.assertEqual((invoices.window_text, invoices.lifetime_text), ("1 invoices", "2 invoices"))
        self.assertEqual(invoices.trend_text, "=")

    def test_a_share_is_a_percentage(self):
        partner = self.customer()
        self.invoice(partner, 200)
        self.invoice(partner, 50, move_type="out_refund")
        share = self.env["crm.measure"].create(
            {
                "name": "Returned",
                "kind": "ratio",
                "model_id": self.revenue.model_id.id,
                "numerator_id": self.credit_notes.id,
                "denominator_id": self.revenue.id,
                "company_path": "company_id",
            }
        )
        self.run_jobs()
        value = self.value(share, partner)
        self.assertEqual(value.window_text, "33.33 %")
