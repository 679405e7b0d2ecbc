from dateutil.relativedelta import relativedelta

from odoo import Command

from .common import CostCommon


class TestImputed(CostCommon):
    """Expected loss is a movement and cost of money an interest: both below the result that agrees with the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.losses = cls.account("CCLOSS", "expense")
        cls.place(cls.losses, "bad_debt")
        cls.receivable = cls.company_data["default_account_receivable"]

    def bands(self):
        self.setting(
            band_ids=[
                Command.create({"days": days, "share": share}) for days, share in ((1, 0.25), (40, 0.5), (365, 1))
            ]
        )

    def months(self, count):
        """Return first days of ``count`` months that end with the last one."""
        return [self.month - relativedelta(months=back) for back in range(count - 1, -1, -1)]

    def test_expected_loss_moves_and_is_released_by_the_write_off(self):
        self.bands()
        january, february, march = self.months(3)
        invoice = self.sell(self.a, 10000, day=january, invoice_date_due=january)
        due = invoice.line_ids.filtered(lambda line: line.account_id == self.receivable)
        entry = self.entry((self.losses, 10000, self.a), (self.receivable, -10000, self.a), day=march)
        (due | entry.line_ids.filtered(lambda line: line.account_id == self.receivable)).reconcile()
        imputed, booked = [], []
        for day in (january, february, march):
            period = self.compute(day=day)
            amounts = self.amounts(period)
            imputed.append(-amounts.get(("expected_loss", "A"), 0))
            booked.append(-amounts.get(("bad_debt", "A"), 0))
            self.assertEqual((period.difference, period.imputed), (0, -imputed[-1]))
        self.assertEqual((imputed, booked), ([2500, 2500, -5000], [0, 0, 10000]))
        self.assertEqual(sum(imputed) + sum(booked), 10000)

    def test_unmatched_payments_pay_the_oldest_first(self):
        self.bands()
        old, new = self.months(2)
        self.sell(self.a, 100, day=old - relativedelta(months=1), invoice_date_due=old - relativedelta(months=1))
        self.sell(self.a, 60, day=new, invoice_date_due=new)
        self.entry((self.receivable, -110, self.a), day=new)
        period = self.compute(day=new)
        closing, opening = 0.25 * 50, 0.5 * 100
        self.assertEqual(self.amounts(period)["expected_loss", "A"], -(closing - opening))

    def test_booked_allowance_replaces_ours(self):
        self.bands()
        january, february = self.months(2)
        allowance = self.account("CCALLOW", "expense")
        self.place(allowance, "bad_debt", is_allowance=True)
        self.sell(self.a, 10000, day=january, invoice_date_due=january)
        self.assertEqual(self.amounts(self.compute(day=january))["expected_loss", "A"], -2500)
        self.entry((allowance, 4000, self.a), day=february)
        amounts = self.amounts(self.compute(day=february))
        self.assertEqual((amounts["expected_loss", "A"], amounts["bad_debt", "A"]), (2500, -4000))

    def test_cost_of_money_follows_the_balance_of_every_day(self):
        self.setting(money_rate=6)
        march = self.month.replace(month=3)
        self.invoice(
            self.a,
            0,
            invoice_date=march,
            date=march,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Goods",
                        "quantity": 1,
                        "price_unit": 12100,
                        "tax_ids": [Command.clear()],
                        "account_id": self.revenue_account().id,
                    }
                )
            ],
        )
        self.entry((self.receivable, -5000, self.a), day=march.replace(day=20))
        self.entry((self.receivable, -7100, self.a), day=march.replace(month=4))
        period = self.compute(day=march)
        self.assertEqual(self.amounts(period)["cost_of_money", "A"], -51.80)
        self.assertEqual((period.customer_profit, period.imputed, period.difference), (12100, -51.80, 0))
        self.assertFalse(self.amounts(self.compute(day=march.replace(month=4))).get(("cost_of_money", "A")))

    def test_prepayment_earns_what_a_debt_costs(self):
        self.setting(money_rate=3.65)
        self.entry((self.receivable, -1000, self.a), day=self.month_end)
        self.assertEqual(self.amounts(self.compute()), {("cost_of_money", "A"): 0.10})

    def test_nothing_is_imputed_until_somebody_says_so(self):
        self.sell(self.a, 100)
        self.assertEqual(self.amounts(self.compute()), {("revenue", "A"): 100})

    def test_imputed_cost_of_our_own_companies_is_none(self):
        self.setting(money_rate=6)
        sister = self.env["res.company"].create({"name": "Sister"}).partner_id
        self.entry((self.receivable, 1000, sister))
        self.assertFalse(self.compute().line_ids)

    def test_figure_opens_the_receivables(self):
        self.setting(money_rate=6)
        invoice = self.sell(self.a, 12000)
        line = self.compute().line_ids.filtered(lambda line: line.level == "cost_of_money")
        action = line.action_open_source()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, invoice.line_ids.filtered(lambda item: item.account_id == self.receivable))
