from lxml import etree

from odoo.tests import Form, new_test_user

from .common import InsightCommon


class TestPerformance(InsightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        for number in range(20):
            partner = cls.customer(f"C{number:02d}")
            cls.invoice(partner, 10 * number + 10)
            cls.partners += partner
        cls.run_jobs()

    @classmethod
    def fill(cls, number):
        """Add profiles without documents behind them; return those of the company."""
        names = [{"name": f"N{index:03d}", "is_company": True} for index in range(number)]
        partners = cls.env["res.partner"].create(names)
        cls.env.flush_all()
        cls.env.cr.execute(
            "INSERT INTO crm_customer (partner_id, company_id, currency_id, lifecycle, monetary)"
            " SELECT id, %s, %s, 'active', id FROM res_partner WHERE id IN %s",
            [cls.company.id, cls.company.currency_id.id, partners._ids],
        )
        return cls.env["crm.customer"].search([("company_id", "=", cls.company.id)])

    @staticmethod
    def specification(records, view_type, without=None):
        """Return what the web client asks for to show a view of these records."""
        views = records.get_views([(False, view_type)])
        fields_of = {model: answer["fields"] for model, answer in views["models"].items()}

        def read(node, model):
            spec = {}
            for child in node:
                if without and child.get("name") == without:
                    continue
                if child.tag != "field":
                    spec.update(read(child, model))
                    continue
                field = fields_of[model][child.get("name")]
                spec[child.get("name")] = {"fields": {"display_name": {}}} if field["type"] == "many2one" else {}
                if field["type"] in ("one2many", "many2many"):
                    lines = child.find("list")
                    inner = {"display_name": {}} if lines is None else read(lines, field["relation"])
                    spec[child.get("name")] = {"fields": inner}
            return spec

        return read(etree.fromstring(views["views"][view_type]["arch"]), records._name)

    def queries(self, action):
        self.env.invalidate_all()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        action()
        return self.env.cr.sql_log_count - before

    def warm_queries(self, action):
        """Count with the record rules and rights already in the caches of the server, as after the first page."""
        self.queries(action)
        return self.queries(action)

    def test_a_list_of_contacts_costs_one_query_more_however_long(self):
        names = ["customer_segment_id", "customer_rfm_cell_id", "customer_rfm_code", "customer_last_purchase_date"]
        for size in (5, 20):
            some = self.partners[:size]
            plain = self.warm_queries(lambda some=some: some.read(["name", "commercial_partner_id"]))
            ours = self.warm_queries(lambda some=some: some.read(["name", "commercial_partner_id", *names]))
            self.assertLessEqual(ours - plain, 1, "the profiles with class and RFM name, and the names of both")

    def test_names_that_come_with_the_profiles_are_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        partner = self.partners[0]
        self.assertTrue(partner.customer_segment_id)
        partner.customer_segment_id.with_context(lang="fr_FR").name = "Classe"
        self.env.flush_all()
        for lang, name in (("fr_FR", "Classe"), ("en_US", partner.customer_segment_id.with_context(lang="en_US").name)):
            self.env.invalidate_all()
            (read,) = partner.with_context(lang=lang).read(["customer_segment_id"])
            self.assertEqual(read["customer_segment_id"][1], name)
            segment = partner.customer_segment_id.with_context(lang=lang)
            self.assertEqual(segment.name, name)

    def test_a_list_of_profiles_does_not_grow_with_its_rows(self):
        spec = {
            "partner_id": {"fields": {"display_name": {}}},
            "segment_id": {"fields": {"display_name": {}}},
            "rfm_code": {},
        }
        cards = self.env["crm.customer"]
        domain = [("company_id", "=", self.company.id)]
        few = self.queries(lambda: cards.web_search_read(domain, spec, limit=5))
        many = self.queries(lambda: cards.web_search_read(domain, spec, limit=20))
        self.assertEqual(few, many)

    def test_one_indicator_takes_a_fixed_number_of_statements(self):
        companies = self.env["res.company"].search_count([])
        statements = self.queries(self.revenue._refresh)
        self.assertLessEqual(statements, 12 + 8 * (companies + 1))

    def test_contact_form_opens(self):
        with Form(self.partners[0]) as form:
            self.assertEqual(form.customer_card_id.partner_id, self.partners[0])

    def test_a_list_of_eighty_profiles_costs_what_a_list_of_ten_does(self):
        profiles = self.fill(80)
        domain = [("id", "in", profiles.ids)]
        seller = new_test_user(self.env, "speed_seller", groups="sales_team.group_sale_salesman")
        profiles = profiles.with_user(seller)
        for view_type in ("list", "kanban"):
            spec = self.specification(profiles, view_type)
            self.assertIn("lifecycle", spec)
            counts = []
            for limit in (10, 80):
                found = []
                counts.append(
                    self.warm_queries(
                        lambda limit=limit, spec=spec, found=found: found.extend(
                            profiles.web_search_read(domain, spec, limit=limit, order="id")["records"]
                        )
                    )
                )
                self.assertEqual(len(found), 2 * limit)
            with self.subTest(view_type=view_type):
                self.assertEqual(counts[0], counts[1])
                self.assertLessEqual(counts[1], 14, "profiles, classes, and one for each kind of record that is named")

    def test_a_profile_costs_the_same_with_few_and_with_many_indicators(self):
        seller = new_test_user(self.env, "speed_reader", groups="sales_team.group_sale_salesman")
        profile = self.card(self.partners[0]).with_user(seller)
        spec = self.specification(profile, "form")
        self.assertIn("window_text", spec["indicator_ids"]["fields"])
        few = self.warm_queries(lambda: profile.web_read(spec))
        for number in range(30):
            measure = self.invoices.copy({"name": f"Extra {number}"})
            self.env.cr.execute(
                "INSERT INTO crm_measure_value (measure_id, company_id, partner_id, quantity, documents)"
                " VALUES (%s, %s, %s, 1, 1)",
                [measure.id, self.company.id, self.partners[0].id],
            )
        many = self.warm_queries(lambda: profile.web_read(spec))
        self.assertEqual(
            len(profile.indicator_ids), len(self.env["crm.measure.value"].search(profile._values_domain()))
        )
        self.assertGreater(len(profile.indicator_ids), 30)
        self.assertLessEqual(many, few + 1, "groups of many records are read in two statements instead of one")
        self.assertLessEqual(few, 60)

    def test_panels_cost_a_form_at_most_two_queries(self):
        seller = new_test_user(self.env, "speed_panel", groups="sales_team.group_sale_salesman_all_leads")
        partner = self.partners[0]
        documents = (
            self.env["sale.order"].create({"partner_id": partner.id, "company_id": self.company.id}),
            self.env["crm.lead"].create({"name": "Chance", "partner_id": partner.id, "company_id": self.company.id}),
        )
        for document in documents:
            with self.subTest(model=document._name):
                more = self.queries_of_panel(document.with_user(seller).with_company(self.company))
                self.assertGreater(more, 0)
                self.assertLessEqual(more, 2)

    def queries_of_panel(self, document):
        plain = self.specification(document, "form", without="customer_panel")
        ours = self.specification(document, "form")
        self.assertIn("panel_class", ours.keys() - plain.keys())
        return self.warm_queries(lambda: document.web_read(ours)) - self.warm_queries(lambda: document.web_read(plain))

    def test_a_chart_of_months_is_a_handful_of_queries(self):
        profile = self.card(self.partners[0]).with_user(
            new_test_user(self.env, "speed_chart", groups="sales_team.group_sale_salesman")
        )
        self.assertLessEqual(self.warm_queries(profile.get_months), 16)
