from .common import CostCommon


class TestPerformance(CostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_pool(capacity=1000)
        cls.entry((cls.pool_account, 1000))
        cls.add_customers(5)
        cls.period = cls.compute()

    @classmethod
    def add_customers(cls, count):
        for number in range(count):
            partner = cls.customer(f"C{number}")
            cls.sell(partner, 100 + number), cls.requests(partner, 1)

    def test_month_takes_the_same_statements_however_many_customers(self):
        few = self.queries(self.period._compute_period)
        self.add_customers(15)
        self.period._compute_period()
        many = self.queries(self.period._compute_period)
        self.assertLessEqual(many, few + 2, "nothing that grows with the customers")
        self.assertLessEqual(many, 60)

    def test_lists_do_not_grow_with_their_rows(self):
        spec = {"partner_id": {"fields": {"display_name": {}}}, "profit": {}, "margin_ratio": {}}
        report, domain = self.env["crm.cost.customer.report"], [("period_id", "=", self.period.id)]
        few = self.queries(lambda: report.web_search_read(domain, spec, limit=2))
        many = self.queries(lambda: report.web_search_read(domain, spec, limit=5))
        self.assertEqual(few, many)
        self.assertLessEqual(many, 5)

    def test_customer_report_reads_no_lines(self):
        query = self.env["crm.cost.customer.report"]._search([("period_id", "=", self.period.id)]).select()
        self.env.cr.execute("EXPLAIN " + query.code, query.params)
        self.assertNotIn("crm_cost_line", "".join(line for (line,) in self.env.cr.fetchall()))

    def test_whale_curve_takes_few_statements(self):
        page = self.env["crm.cost.whale"].create({"company_id": self.company.id, "period_id": self.period.id})
        self.env.flush_all()
        self.assertLessEqual(self.queries(lambda: page.read(["headline", "curve", "span"])), 4)
        values = {"company_id": self.company.id, "period_id": self.period.id}
        self.assertLessEqual(self.queries(lambda: self.env["crm.cost.whale"].create(values)), 12)
