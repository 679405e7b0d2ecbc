from random import Random

from .common import CostCommon

SEEDS = range(3)


class TestRandomMonths(CostCommon):
    """Whatever a company sets up and books, everything adds up; closing changes nothing, later entries all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = ("salaries", "it", "rent", "freight", "rebates", "losses", "money", "tax", "nowhere", "goods2")
        cls.places = {
            name: cls.account(f"RM{name.upper()}", "expense_direct_cost" if name == "goods2" else "expense")
            for name in cls.names
        }
        cls.partners = [cls.customer(f"C{number}") for number in range(5)]
        cls.partners += [cls.company.partner_id, cls.env["res.partner"].create({"name": "Both", "is_company": True})]

    def set_up(self, random):
        """Choose pools that serve each other, keys, bases and a source of the cost of goods."""
        pools = [
            self.make_pool(
                random.choice([0, 0.01, 333.33, 5000]),
                self.places[name],
                random.choice(["month", "year", "budget"]),
                random.choice([0, 0.07, 12.5]),
                budget=random.choice([0, 150, 1234.56]),
                name=name,
                people=random.choice([1, 5]),
            )
            for name in ("salaries", "it", "rent")
        ]
        for pool in pools:
            for other in random.sample(pools, 2):
                if other != pool:
                    values = random.choice(
                        [
                            {"basis": "share", "share": random.choice([0.05, 0.3333, 0.4])},
                            {"basis": "minutes", "minutes": random.choice([0, 7, 400])},
                        ]
                    )
                    self.env["crm.cost.pool.service"].create({"pool_id": pool.id, "receiver_id": other.id, **values})
        key = random.choice([{"method": "equal"}, {"method": "measure", "measure_id": self.measure.id}, {}])
        self.direct("Freight", self.places["freight"], **key)
        self.direct("Rebates", self.places["rebates"], kind="rebate", method=random.choice(["none", "equal"]))
        for pool, each in ((pools[0], 0.333), (pools[0], 9.99), (pools[2], 500)):
            self.direct("Taken", pool_id=pool.id, method="amount", measure_id=self.measure.id, amount_per_unit=each)
        self.place(self.places["losses"], "bad_debt")
        self.place(self.places["money"], "exchange")
        self.place(self.places["tax"], "kept_out")
        source = random.choice(["ledger", "standard", "valuation", "margin"])
        self.setting(goods_source=source, money_rate=random.choice([0, 6]))

    def amount(self, random):
        return random.randrange(-40000, 90000) / 100

    def book(self, random, day=None):
        """Post random entries, documents and work: refunds larger than sales, bills of customers, nothing at all."""
        for name in random.sample(self.names, 6):
            partner = random.choice([None, *self.partners])
            self.entry((self.places[name], self.amount(random), *([partner] if partner else [])), day=day)
        for partner in random.sample(self.partners, 4):
            kind = random.choice(["out_invoice", "out_invoice", "out_refund"])
            self.sell(partner, abs(self.amount(random)), goods=random.choice([0, 33.33]), day=day, move_type=kind)
        vendor = random.choice(self.partners)
        lines = [
            (
                self.places[name],
                abs(self.amount(random)),
                {"crm_customer_id": random.choice([False, self.partners[0].id])},
            )
            for name in random.sample(self.names, 2)
        ]
        self.bill(vendor, *lines, day=day, move_type=random.choice(["in_invoice", "in_refund"]))
        for partner in (None, *self.partners):
            self.requests(partner, random.randrange(4), day=day)

    def check(self, period, seed):
        """Compare every sum of the month with a sum of the journal items made in Python."""
        self.assertEqual(period.difference, 0, seed)
        self.assertEqual(set(period.reconciliation_ids.mapped("difference")) - {0.0}, set(), seed)
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", period.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", period.date_from),
                ("date", "<=", period.date_to),
                ("account_id.internal_group", "in", ("income", "expense")),
            ]
        )
        lines = period.line_ids.filtered(lambda line: line.role != "imputed")
        self.assertAlmostEqual(sum(lines.mapped("amount")), -sum(items.mapped("balance")), 2, seed)
        for pool in period.result_ids.pool_id:
            booked = items.filtered(lambda item, pool=pool: item.account_id in pool.account_ids)
            found = lines.filtered(lambda line, pool=pool: line.role == "pool" and line.pool_id == pool)
            self.assertAlmostEqual(sum(found.mapped("amount")), -sum(booked.mapped("balance")), 2, (seed, pool.name))
        self.check_customers(period, lines, seed)
        before = self.snapshot(period)
        self.assertEqual(period._compute_period(), 0, seed)
        self.assertEqual(self.snapshot(period), before, seed)

    def check_customers(self, period, lines, seed):
        """Statement, list and totals say of each customer what his lines say."""
        served = lines.filtered(lambda line: line.attribution == "customer")
        self.assertAlmostEqual(sum(served.mapped("amount")), period.customer_profit, 2, seed)
        self.assertNotIn(self.company.partner_id, served.partner_id)
        rows = self.env["crm.cost.customer"].search([("period_id", "=", period.id)])
        self.assertAlmostEqual(sum(rows.mapped("profit")), period.customer_profit, 2, seed)
        for row in rows:
            page = self.env["crm.cost.statement"].create(
                {"partner_id": row.partner_id.id, "company_id": self.company.id, "period_id": period.id}
            )
            profit = next(line for line in page._rows() if line.block == "profit" and not line.level)
            own = served.filtered(lambda line, row=row: line.partner_id == row.partner_id)
            self.assertAlmostEqual(profit.amount, sum(own.mapped("amount")), 2, seed)
            self.assertAlmostEqual(row.profit, profit.amount, 2, seed)

    def test_random_months_add_up_close_and_change(self):
        for seed in SEEDS:
            with self.env.cr.savepoint() as savepoint:
                random = Random(seed)
                self.set_up(random)
                for back in (3, 2, 1):
                    self.book(random, self.month_before(back))
                self.book(random)
                period = self.compute()
                self.check(period, seed)
                period._close()
                self.assertEqual(period._verify(), [], seed)
                self.book(random)
                period._compute_period()
                self.assertEqual(period._verify(), [], seed)
                second = period._reopen("Late")
                self.check(second, seed)
                change = second.ledger_profit - period.ledger_profit
                self.assertAlmostEqual(second.profit_change, change, 2, seed)
                self.assertAlmostEqual(period.late_amount, change, 2, seed)
                self.assertAlmostEqual(
                    sum(period.late_ids.filtered(lambda row: row.kind == "figure").mapped("change")),
                    change + second.imputed - period.imputed,
                    2,
                    seed,
                )
                savepoint.rollback()
            self.env.invalidate_all()
