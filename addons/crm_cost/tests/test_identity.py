from .common import CostCommon


class TestIdentity(CostCommon):
    """Customers and the rest carry together what the ledger says, to the last minor unit."""

    def load_example(self, basis, capacity=300):
        a, b = self.customer("A"), self.customer("B")
        income = self.revenue_account()
        self.sell(a, 700, goods=350)
        self.sell(b, 200, goods=100)
        self.entry((income, -100), (self.goods_account, 50))
        self.entry((self.pool_account, 300))
        self.entry((self.rent_account, 60), (self.rent_account, 40, b), (self.tax_account, 13.89))
        self.env["crm.cost.account.role"].create(
            {
                "account_id": self.tax_account.id,
                "company_id": self.company.id,
                "role": "kept_out",
                "reason": "Financing",
            }
        )
        self.requests(a, 6), self.requests(b, 5), self.requests(None, 1)
        self.make_pool(capacity, basis=basis)
        return self.compute()

    def load_all_roles(self, basis):
        """Load the example of the cost identity: bad debt, exchange kept out, rent nowhere."""
        a, b = self.customer("A"), self.customer("B")
        self.sell(a, 700, goods=350), self.sell(b, 200, goods=100)
        self.entry((self.revenue_account(), -100), (self.goods_account, 50))
        self.entry((self.pool_account, 300)), self.entry((self.rent_account, 60))
        losses = self.account("CCLOSS", "expense")
        self.place(losses, "bad_debt")
        exchange = self.company.expense_currency_exchange_account_id
        self.place(exchange, "kept_out", reason="Exchange is kept out")
        self.entry((losses, 40, b)), self.entry((exchange, 13.89))
        self.requests(a, 6), self.requests(b, 5), self.requests(None, 1)
        self.make_pool(300, basis=basis)
        return self.compute()

    def check_example(self, period, profits, rest):
        found = {"A": 0, "B": 0}
        for line in period.line_ids.filtered(lambda line: line.attribution == "customer"):
            found[line.partner_id.name] += line.amount
        self.assertEqual({name: round(profit, 2) for name, profit in found.items()}, profits)
        self.assertRecordValues(period, [{**rest, "ledger_profit": 86.11, "difference": 0, "kept_out": -13.89}])
        self.assertEqual(set(period.reconciliation_ids.mapped("difference")), {0.0})

    def test_example_of_the_identity_with_the_rate_of_the_month(self):
        period = self.load_all_roles("month")
        self.check_example(
            period, {"A": 230, "B": -40}, {"not_attributed": -30, "unused": -60, "variance": 0, "direct_cost": -40}
        )

    def test_example_of_the_identity_with_the_rate_of_twelve_months(self):
        self.entry((self.pool_account, 240), day=self.month_before())
        period = self.load_all_roles("year")
        self.assertEqual(period.result_ids.rate, 0.9)
        self.check_example(period, {"A": 242, "B": -30}, {"not_attributed": -28, "unused": -54, "variance": -30})

    def test_worked_example_with_the_rate_of_the_month(self):
        period = self.load_example("month")
        self.assertRecordValues(
            period,
            [
                {
                    "revenue": 900,
                    "cost_of_goods": -450,
                    "charged": -220,
                    "not_attributed": 100 - 50 - 20 - 60 - 40,
                    "unused": -60,
                    "variance": 0,
                    "kept_out": -13.89,
                    "ledger_profit": 86.11,
                    "difference": 0,
                    "state": "computed",
                    "customer_count": 2,
                }
            ],
        )
        profits = {
            row.partner_id.name: row.profit
            for row in self.env["crm.cost.customer.report"].search([("period_id", "=", period.id)])
        }
        self.assertEqual(profits, {"A": 230, "B": 0})
        self.assertAlmostEqual(sum(period.line_ids.mapped("amount")), 86.11)

    def test_worked_example_with_the_rate_of_twelve_months(self):
        # 240 in each of the two months before: (300 + 240 + 240) / 3 = 260 a month; the rate is 0.8667 a minute.
        for back in (1, 2):
            self.entry((self.pool_account, 240), day=self.month_before(back))
        period = self.load_example("year")
        result = period.result_ids
        self.assertRecordValues(result, [{"cost": 300, "basis_cost": 780, "basis_minutes": 900, "variance": 40}])
        self.assertEqual(
            self.amounts(period, level="activity"),
            {
                ("activity", "A"): -104.0,
                ("activity", "B"): -86.67,
                ("activity", ""): -17.33,
            },
        )
        self.assertAlmostEqual(result.unused, 260 - 104 - 86.67 - 17.33)
        self.assertEqual((period.ledger_profit, period.difference), (86.11, 0))

    def test_every_account_group_agrees(self):
        period = self.load_example("month")
        rows = {row.role: row for row in period.reconciliation_ids}
        self.assertEqual({row.difference for row in period.reconciliation_ids}, {0.0})
        self.assertEqual(
            {
                role: (row.customers, row.not_attributed, row.unused, row.kept_out, row.ledger)
                for role, row in rows.items()
            },
            {
                "revenue": (900, 100, 0, 0, 1000),
                "cost_of_goods": (-450, -50, 0, 0, -500),
                "pool": (-220, -20, -60, 0, -300),
                "unmapped": (0, -100, 0, 0, -100),
                "kept_out": (0, 0, 0, -13.89, -13.89),
            },
        )
