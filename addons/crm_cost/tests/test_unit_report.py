from .common_statement import StatementCommon


class TestUnitReport(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.pool = cls.make_pool(capacity=300)
        cls.activity = cls.pool.activity_ids
        cls.report = cls.env["crm.cost.unit.report"]

    def test_unit_cost_by_month_and_of_several_months(self):
        for back, cost, done in ((0, 300, 2), (1, 600, 5)):
            self.entry((self.pool_account, cost), day=self.month_before(back))
            (
                self.requests(self.a, done, day=self.month_before(back)),
                self.requests(None, 1, day=self.month_before(back)),
            )
            self.compute(day=self.month_before(back))
        rows = self.report.search([("activity_id", "=", self.activity.id)])
        self.assertEqual(rows.mapped("quantity"), [3, 6], "work for nobody was work too")
        self.assertEqual(rows.mapped("unit_cost"), [20, 40])
        self.assertEqual(rows.mapped("unit_minutes"), [20, 20])
        self.assertEqual(rows.mapped("customer_count"), [1, 1])
        [(cost,)] = self.report._read_group([("activity_id", "=", self.activity.id)], [], ["unit_cost:avg"])
        self.assertAlmostEqual(cost, 300 / 9, places=4)
        action = rows[0].action_open_lines()
        self.assertAlmostEqual(-sum(self.env["crm.cost.line"].search(action["domain"]).mapped("amount")), 60)

    def test_activity_that_was_not_done_has_no_unit_cost(self):
        self.entry((self.pool_account, 300))
        self.compute()
        self.assertFalse(self.report.search([("activity_id", "=", self.activity.id)]))

    def test_latest_month_and_last_year_are_found(self):
        values = {"activity_id": self.activity.id, "pool_id": self.pool.id, "quantity": 1}
        periods = [self.known_month([(self.a, "activity", -1.0, values)], back=back) for back in (0, 5, 13)]
        company = [("company_id", "=", self.company.id)]
        latest = self.report.search([("period_id.is_latest", "=", True), *company])
        self.assertEqual(latest.period_id, periods[0])
        self.assertEqual(periods[0].is_latest, True)
        for back in range(1, 12):
            if back != 5:
                self.known_month([], back=back)
        year = self.report.search([("period_id.is_last_year", "=", True), *company])
        self.assertEqual(year.period_id, periods[0] | periods[1])
        self.assertEqual([period.is_last_year for period in periods], [True, True, False])
        self.assertEqual(self.report.search([("period_id.is_last_year", "=", False), *company]).period_id, periods[2])
