from random import Random

from odoo import Command

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

    def test_random_months_of_three_companies_and_four_currencies(self):
        random = Random(2026)
        euro, yen = self.env.ref("base.EUR"), self.env.ref("base.JPY")
        dinar = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "KWD")], limit=1)
        (euro | yen | dinar).active = True
        for currency, rate in ((euro, 0.91), (yen, 151.3), (dinar, 0.307)):
            self.env["res.currency.rate"].create(
                {"currency_id": currency.id, "rate": rate, "name": "2000-01-01", "company_id": self.company.id}
            )
        worlds = [(self.company, self.company_data)]
        for name, currency in (("Tokyo", yen), ("Kuwait", dinar)):
            data = self.setup_other_company(name=name, currency_id=currency.id)
            worlds.append((data["company"], data))
        partners = [self.customer(f"Customer {number}") for number in range(6)]
        own = worlds[1][0].partner_id
        for company, data in worlds:
            self.fill_company(random, company, data, [*partners, own], euro)
        for company, _data in worlds:
            for back in (1, 0):
                period = self.compute(company, day=self.month_before(back))
                self.assertEqual(period.difference, 0, (company.name, back))
                self.assertEqual(set(period.reconciliation_ids.mapped("difference")), {0.0})
                self.check_customers(period)
                before = self.snapshot(period)
                self.assertEqual(period._compute_period(), 0)
                self.assertEqual(self.snapshot(period), before)

    def fill_company(self, random, company, data, partners, foreign):
        """Write two months of random documents: invoices, refunds, bills and entries, some in a foreign currency."""
        accounts = {
            "income": data["default_account_revenue"],
            "goods": self.account("RGOODS", "expense_direct_cost", company),
            "pool": self.account("RPOOL", "expense", company),
            "other": data["default_account_expense"],
        }
        moves = self.env["account.move"].with_company(company)
        for _document in range(40):
            kind = random.choice(["out_invoice"] * 4 + ["out_refund", "in_invoice", "in_refund"])
            day = random.choice([self.month, self.month_end, self.month_before()])
            account = (
                accounts["income"] if kind.startswith("out") else accounts[random.choice(["pool", "other", "goods"])]
            )
            line = {
                "name": "Item",
                "account_id": account.id,
                "price_unit": random.randrange(1, 90000) / 100,
                "quantity": random.choice([1, 3]),
                "tax_ids": [Command.clear()],
            }
            move = moves.create(
                {
                    "move_type": kind,
                    "partner_id": random.choice(partners).id,
                    "invoice_date": day,
                    "date": day,
                    "currency_id": random.choice([company.currency_id, foreign]).id,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
            if random.random() < 0.9:
                move.action_post()
        for partner in (*partners, None):
            self.requests(partner, random.randrange(4), company=company)
        self.make_pool(
            random.randrange(50, 500),
            accounts["pool"],
            random.choice(["month", "year"]),
            random.choice([7, 13.37, 0.3333]),
            company=company,
        )

    def check_customers(self, period):
        """Compare revenue and cost of goods per customer with a sum over the items, one by one."""
        expected = {}
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", period.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", period.date_from),
                ("date", "<=", period.date_to),
                ("account_id.account_type", "in", ("income", "income_other", "expense_direct_cost")),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
            ]
        )
        for item in items:
            partner = item.move_id.commercial_partner_id
            if partner.id in self.env["crm.measure"]._own_partner_ids():
                continue
            expected[partner] = expected.get(partner, 0) - item.balance
        found = {}
        for line in period.line_ids:
            if line.attribution == "customer" and line.role in ("revenue", "cost_of_goods"):
                found[line.partner_id] = found.get(line.partner_id, 0) + line.amount
        unit = period.currency_id.rounding
        for partner in expected.keys() | found.keys():
            self.assertAlmostEqual(found.get(partner, 0), expected.get(partner, 0), delta=unit / 10)
        booked = period.line_ids.filtered(lambda line: line.role != "imputed")
        self.assertAlmostEqual(sum(booked.mapped("amount")), period.ledger_profit, delta=unit / 10)
