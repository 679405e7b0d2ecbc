from .common import CostCommon


class TestReport(CostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b = cls.customer("A"), cls.customer("B")
        cls.sell(cls.a, 100, goods=60), cls.sell(cls.b, 300, goods=90)
        cls.requests(cls.a, 1), cls.requests(cls.b, 3)
        cls.entry((cls.pool_account, 100))
        cls.make_pool(capacity=100)
        cls.period = cls.compute()
        cls.report = cls.env["crm.cost.customer.report"]
        cls.domain = [("period_id", "=", cls.period.id)]

    def test_levels_and_ratios_of_each_customer(self):
        self.assertRecordValues(
            self.report.search(self.domain),
            [
                {
                    "partner_id": self.b.id,
                    "revenue": 300,
                    "cost_of_goods": -90,
                    "gross_margin": 210,
                    "activity_cost": -60,
                    "service_cost": -60,
                    "profit": 150,
                    "net_profit": 150,
                    "minutes": 60,
                    "margin_ratio": 0.7,
                    "return_on_service": 2.5,
                },
                {
                    "partner_id": self.a.id,
                    "revenue": 100,
                    "cost_of_goods": -60,
                    "gross_margin": 40,
                    "activity_cost": -20,
                    "service_cost": -20,
                    "profit": 20,
                    "net_profit": 20,
                    "minutes": 20,
                    "margin_ratio": 0.4,
                    "return_on_service": 1,
                },
            ],
        )
        row = self.report.search(self.domain, limit=1)
        self.assertEqual(self.report.browse(row.id).partner_id, self.b)
        self.assertEqual(row.display_name, f"B, {self.period.name}")

    def test_groups_show_a_ratio_of_sums(self):
        [(margin, on_service, profit)] = self.report._read_group(
            self.domain, [], ["margin_ratio:avg", "return_on_service:avg", "profit:sum"]
        )
        self.assertAlmostEqual(margin, 250 / 400)
        self.assertAlmostEqual(on_service, 170 / 80)
        self.assertAlmostEqual(profit, 170)

    def test_no_return_where_nothing_was_spent(self):
        c = self.customer("C")
        self.sell(c, 10)
        self.period._compute_period()
        row = self.report.search([*self.domain, ("partner_id", "=", c.id)])
        self.assertEqual((row.profit, row.service_cost, row.return_on_service), (10, 0, 0))

    def test_latest_month_and_last_year(self):
        self.sell(self.a, 5, day=self.month_before(13))
        self.compute(day=self.month_before(13))
        self.sell(self.a, 7, day=self.month_before())
        self.compute(day=self.month_before())
        latest = self.report.search([("is_latest", "=", True), ("company_id", "=", self.company.id)])
        self.assertEqual(latest.period_id, self.period)
        year = self.report.search([("is_last_year", "=", True), ("company_id", "=", self.company.id)])
        self.assertEqual(len(year.period_id), 3)

    def test_rate_of_several_months_is_a_ratio_of_sums(self):
        self.entry((self.pool_account, 50), day=self.month_before())
        self.compute(day=self.month_before())
        results = self.env["crm.cost.pool.result"]
        [(rate,)] = results._read_group([("company_id", "=", self.company.id)], [], ["rate:avg"])
        self.assertAlmostEqual(rate, 150 / 200)

    def test_names_hold_no_amount(self):
        for record in (
            *self.period.line_ids,
            *self.report.search(self.domain),
            *self.period.reconciliation_ids,
            *self.period.result_ids,
            self.period,
        ):
            name = record.display_name.replace(self.period.name, "")
            if "account_id" in record and record.account_id:
                name = name.replace(record.account_id.code, "")
            self.assertNotRegex(name, r"\d")
