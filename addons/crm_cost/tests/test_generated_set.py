from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .common import CostCommon

MONTHS = 24
DOCUMENTS = 5
KINDS = ["out_invoice"] * 5 + ["out_refund", "in_invoice", "in_invoice", "in_refund", "entry"]


class TestGeneratedSet(CostCommon):
    """Two years of three companies in four currencies: whatever happens, the difference to the ledger is zero."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(2026)
        cls.euro, yen = cls.env.ref("base.EUR"), cls.env.ref("base.JPY")
        dinar = cls.env["res.currency"].with_context(active_test=False).search([("name", "=", "KWD")], limit=1)
        (cls.euro | yen | dinar).active = True
        rates = ((cls.euro, 0.91), (yen, 151.3), (dinar, 0.307))
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "rate": rate, "name": "2000-01-01", "company_id": cls.company.id}
                for currency, rate in rates
            ]
        )
        cls.worlds = [(cls.company, cls.company_data)]
        for name, currency in (("Tokyo", yen), ("Kuwait", dinar)):
            data = cls.setup_other_company(name=name, currency_id=currency.id)
            cls.worlds.append((data["company"], data))
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Customer {number}", "is_company": True} for number in range(6)]
        )
        cls.own = cls.worlds[1][0].partner_id
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Deals"})
        cls.deal = cls.env["account.analytic.account"].create(
            {"name": "Deal", "plan_id": cls.plan.id, "partner_id": cls.partners[0].id, "company_id": False}
        )
        for number, (company, data) in enumerate(cls.worlds):
            cls.fill(company, data, ("ledger", "margin", "ledger")[number])

    @classmethod
    def fill(cls, company, data, goods_source):
        """Set up a company and write its two years."""
        names = ("pool", "freight", "courts", "losses", "other")
        accounts = {name: cls.account(f"R{name.upper()}", "expense", company) for name in names}
        accounts |= {
            "income": data["default_account_revenue"],
            "goods": cls.account("RGOODS", "expense_direct_cost", company),
            "receivable": data["default_account_receivable"],
        }
        cls.setting(company, goods_source=goods_source, money_rate=7)
        cls.setting(company).band_ids = [Command.create({"days": 30, "share": 0.3})]
        cls.direct(accounts=accounts["freight"], company=company, method="measure", measure_id=cls.measure.id)
        cls.place(accounts["courts"], "litigation", company, date_from=cls.month - relativedelta(months=12))
        cls.place(accounts["losses"], "bad_debt", company)
        cls.place(accounts["other"], "kept_out", company, analytic_account_id=cls.deal.id)
        pool = cls.make_pool(400, accounts["pool"], "year", 13.37, company=company)
        cls.place(accounts["other"], "pool", company, pool_id=pool.id, partner_kind="own")
        cls.cancelled = cls.env["account.move"]
        moves = cls.env["account.move"].with_company(company)
        days = [cls.month - relativedelta(months=back) for back in range(MONTHS)]
        wanted = [cls.prepare(company, accounts, day) for day in days for _number in range(DOCUMENTS)]
        moves = moves.create(wanted)
        moves[:-5].action_post()  # five stay drafts
        again = moves[:6]
        again.button_draft(), again[:3].action_post(), again[3:].button_cancel()
        for partner in (*cls.partners, None):
            cls.requests(partner, cls.random.randrange(4), company=company)
            cls.requests(partner, cls.random.randrange(4), day=days[5], company=company)

    @classmethod
    def prepare(cls, company, accounts, first):
        """Return the values of one random document of the month."""
        random = cls.random
        kind = random.choice(KINDS)
        partner = random.choice([*cls.partners, cls.own])
        day = first + relativedelta(days=random.randrange(28))
        if kind == "entry":
            amount = company.currency_id.round(random.randrange(1, 90000) / 97)
            items = (
                (accounts[random.choice(["losses", "courts", "goods"])], amount),
                (accounts["receivable"], -amount),
            )
            return {
                "move_type": kind,
                "date": day,
                "company_id": company.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance, "partner_id": partner.id})
                    for account, balance in items
                ],
            }
        selling = kind.startswith("out")
        line = {
            "name": "Item",
            "account_id": accounts["income" if selling else random.choice(["pool", "freight", "other", "goods"])].id,
            "price_unit": random.randrange(1, 90000) / 100,
            "quantity": random.choice([1, 3, 0.333]),
            "discount": random.choice([0, 0, 12.5]) if selling else 0,
            "tax_ids": [Command.clear()],
            "is_downpayment": selling and random.random() < 0.1,
        }
        if not selling:
            line["analytic_distribution"] = random.choice([False, {str(cls.deal.id): 33.33}])
            line["crm_customer_id"] = random.choice([False, cls.partners[1].id])
        return {
            "move_type": kind,
            "partner_id": partner.id,
            "company_id": company.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "date": day,
            "currency_id": random.choice([company.currency_id, cls.euro]).id,
            "crm_write_off": kind == "out_refund" and random.random() < 0.3,
            "invoice_line_ids": [Command.create(line)],
        }

    def test_every_difference_is_zero(self):
        periods = self.env["crm.cost.period"]
        for company, _data in self.worlds:
            for back in range(MONTHS):
                periods |= self.compute(company, day=self.month - relativedelta(months=back))
        self.check(periods)
        self.check_customers(periods)
        self.merge_and_check(periods)

    def check(self, periods):
        self.assertEqual(set(periods.mapped("difference")), {0.0})
        self.assertEqual(set(periods.reconciliation_ids.mapped("difference")), {0.0})
        groups = self.env["crm.cost.line"]._read_group(
            [("period_id", "in", periods.ids), ("role", "!=", "imputed")], ["period_id"], ["amount:sum"]
        )
        for period, amount in groups:
            self.assertAlmostEqual(amount, period.ledger_profit, delta=period.currency_id.rounding / 10)
        levels = set(periods.line_ids.mapped("level"))
        expected = {
            "revenue",
            "discount",
            "credit_note",
            "down_payment",
            "direct",
            "bad_debt",
            "litigation",
            "activity",
        }
        expected |= {"unused", "variance", "unmapped", "kept_out", "expected_loss", "cost_of_money", "cost_of_goods"}
        self.assertFalse(expected - levels)

    def check_customers(self, periods):
        """Compare what customer documents earned each customer with a sum over the entries, one by one."""
        for company, _data in self.worlds:
            expected, found = {}, {}
            for move in self.env["account.move"].search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_refund")),
                ]
            ):
                partner = move.commercial_partner_id
                if partner != self.own:
                    expected[partner] = expected.get(partner, 0) + move.amount_untaxed_signed
            for line in periods.line_ids:
                if line.company_id == company and line.role == "revenue" and line.attribution == "customer":
                    found[line.partner_id] = found.get(line.partner_id, 0) + line.amount
            self.assertEqual(expected.keys(), found.keys())
            for partner, amount in expected.items():
                self.assertAlmostEqual(found[partner], amount, places=3)

    def merge_and_check(self, periods):
        """Two customers become one: figures and sums stay, and a second computation has nothing to correct."""
        profits = {period: period.ledger_profit for period in periods}
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(self.partners[4:6].ids, self.partners[4])
        latest = periods.filtered(lambda period: period.date_from >= fields.Date.subtract(self.month, months=1))
        for period in latest:
            period._compute_period()
            before = self.snapshot(period)
            self.assertEqual(period._compute_period(), 0)
            self.assertEqual(self.snapshot(period), before)
        self.check(periods)
        self.assertEqual({period: period.ledger_profit for period in periods}, profits)
