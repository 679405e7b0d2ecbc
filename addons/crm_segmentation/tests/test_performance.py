from odoo.tests import Form

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

    def queries(self, action):
        self.env.invalidate_all()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        action()
        return self.env.cr.sql_log_count - before

    def test_a_list_of_contacts_costs_two_queries_more_however_long(self):
        names = ["customer_segment_id", "customer_rfm_code", "customer_last_purchase_date"]
        for size in (5, 20):
            some = self.partners[:size]
            plain = self.queries(lambda some=some: some.read(["name", "commercial_partner_id"]))
            ours = self.queries(lambda some=some: some.read(["name", "commercial_partner_id", *names]))
            self.assertLessEqual(ours - plain, 4, "profiles, their classes and the names of the classes")

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
