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

    def queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_month_takes_the_same_statements_however_many_customers(self):
        few = self.queries(self.period._compute_period)
        self.add_customers(15)
        self.period._compute_period()
        many = self.queries(self.period._compute_period)
        self.assertLessEqual(many, few + 2, "nothing that grows with the customers")
        self.assertLessEqual(many, 50)

    def test_lists_do_not_grow_with_their_rows(self):
        spec = {"partner_id": {"fields": {"display_name": {}}}, "profit": {}, "margin_ratio": {}}
        report, domain = self.env["crm.cost.customer.report"], [("period_id", "=", self.period.id)]
        few = self.queries(lambda: report.web_search_read(domain, spec, limit=2))
        many = self.queries(lambda: report.web_search_read(domain, spec, limit=5))
        self.assertEqual(few, many)
        self.assertLessEqual(many, 5)

    def test_statement_reads_one_customer_by_index(self):
        row = self.env["crm.cost.customer.report"].search([("period_id", "=", self.period.id)], limit=1)
        self.assertLessEqual(self.queries(lambda: row.read(["revenue", "profit", "rank", "activity_line_ids"])), 6)
        query = row.with_context(active_test=False)._search([("id", "=", row.id)]).select()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("EXPLAIN " + query.code, query.params)
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertRegex(plan, r"(crm_cost_line_customer_idx|crm_cost_line line[^>]*2147483648)")

    def test_whale_curve_takes_few_statements(self):
        page = self.env["crm.cost.whale"].create({"company_id": self.company.id, "period_id": self.period.id})
        self.env.flush_all()
        self.assertLessEqual(self.queries(lambda: page.read(["headline", "curve", "span"])), 8)
