from odoo import Command

from .common import CostCommon


class TestLevels(CostCommon):
    """List price, discounts, credit notes and down payments are together what was booked."""

    def test_discount_splits_revenue_and_is_no_cost(self):
        a = self.customer("A")
        line = {"name": "Goods", "quantity": 3, "price_unit": 33.33, "discount": 15, "tax_ids": [Command.clear()]}
        self.sell(a, 0, invoice_line_ids=[Command.create({**line, "account_id": self.revenue_account().id})])
        period = self.compute()
        self.assertEqual(self.amounts(period), {("revenue", "A"): 99.99, ("discount", "A"): -15.0})
        self.assertEqual((period.revenue, period.difference), (84.99, 0))

    def test_discount_in_a_foreign_currency_of_no_decimals(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": yen.id, "rate": 151.3, "name": "2000-01-01", "company_id": self.company.id}
        )
        line = {"name": "Goods", "quantity": 1, "price_unit": 10000, "discount": 10, "tax_ids": [Command.clear()]}
        self.sell(
            self.customer("A"),
            0,
            currency_id=yen.id,
            invoice_line_ids=[Command.create({**line, "account_id": self.revenue_account().id})],
        )
        amounts = self.amounts(self.compute())
        self.assertEqual(amounts, {("revenue", "A"): 66.09, ("discount", "A"): -6.61})

    def test_free_goods_show_what_they_would_have_cost(self):
        tax = self.env["account.tax"].create(
            {"name": "Included", "amount": 25, "price_include_override": "tax_included", "type_tax_use": "sale"}
        )
        line = {"name": "Gift", "quantity": 2, "price_unit": 125, "discount": 100, "tax_ids": [Command.set(tax.ids)]}
        self.sell(
            self.customer("A"),
            0,
            invoice_line_ids=[Command.create({**line, "account_id": self.revenue_account().id})],
        )
        period = self.compute()
        self.assertEqual(self.amounts(period), {("revenue", "A"): 200, ("discount", "A"): -200})
        self.assertEqual((period.revenue, period.difference), (0, 0))

    def test_discounts_on_an_account_of_their_own_and_cash_discounts_are_discounts(self):
        given, early = self.account("CCDISC", "expense"), self.account("CCEARLY", "expense")
        self.company.account_discount_expense_allocation_id = given
        self.company.account_journal_early_pay_discount_loss_account_id = early
        a = self.customer("A")
        line = {"name": "Goods", "quantity": 1, "price_unit": 100, "discount": 10, "tax_ids": [Command.clear()]}
        self.sell(a, 0, invoice_line_ids=[Command.create({**line, "account_id": self.revenue_account().id})])
        receivable = self.company_data["default_account_receivable"]
        self.entry((early, 2, a), (receivable, -2, a))
        period = self.compute()
        self.assertEqual(self.amounts(period), {("revenue", "A"): 100, ("discount", "A"): -12})
        self.assertEqual(set(period.reconciliation_ids.mapped("role")), {"revenue"})

    def test_line_that_is_a_discount_as_a_whole_has_no_list_price(self):
        given = self.account("CCDISC", "expense")
        self.company.account_discount_expense_allocation_id = given
        line = {"name": "Rebate", "quantity": 1, "price_unit": -40, "discount": 50, "tax_ids": [Command.clear()]}
        goods = {"name": "Goods", "quantity": 1, "price_unit": 100, "account_id": self.revenue_account().id}
        lines = [Command.create({**goods, "tax_ids": [Command.clear()]})]
        self.sell(self.customer("A"), 0, invoice_line_ids=[*lines, Command.create({**line, "account_id": given.id})])
        period = self.compute()
        self.assertEqual(self.amounts(period), {("revenue", "A"): 100, ("discount", "A"): -20})
        self.assertEqual((period.revenue, period.difference), (80, 0))

    def test_credit_note_and_write_off_are_told_apart(self):
        a = self.customer("A")
        self.sell(a, 500)
        self.sell(a, 120, move_type="out_refund")
        self.sell(a, 80, move_type="out_refund", crm_write_off=True)
        period = self.compute()
        expected = {("revenue", "A"): 500, ("credit_note", "A"): -120, ("bad_debt", "A"): -80}
        self.assertEqual(self.amounts(period), expected)
        self.assertEqual((period.revenue, period.direct_cost, period.customer_profit), (380, -80, 300))
        self.assertEqual(len(period.reconciliation_ids), 1, "one account, one row")
        self.assertEqual(period.reconciliation_ids.ledger, 300)

    def test_down_payment_on_an_income_account_is_cleared_by_the_final_invoice(self):
        a = self.customer("A")
        common = {"account_id": self.revenue_account().id, "tax_ids": [Command.clear()], "quantity": 1}
        advance = {**common, "name": "Down payment", "is_downpayment": True}
        day = self.month_before()
        self.sell(a, 0, day=day, invoice_line_ids=[Command.create({**advance, "price_unit": 300})])
        self.sell(
            a,
            0,
            invoice_line_ids=[
                Command.create({**common, "name": "Goods", "price_unit": 1000}),
                Command.create({**advance, "price_unit": 300, "quantity": -1}),
            ],
        )
        self.assertEqual(self.amounts(self.compute(day=day)), {("down_payment", "A"): 300})
        period = self.compute()
        self.assertEqual(self.amounts(period), {("revenue", "A"): 1000, ("down_payment", "A"): -300})
        self.assertEqual(period.difference, 0)

    def test_down_payment_on_a_liability_account_is_no_revenue(self):
        a = self.customer("A")
        liability = self.account("CCADV", "liability_current")
        line = {"account_id": liability.id, "price_unit": 300, "tax_ids": [Command.clear()], "is_downpayment": True}
        self.sell(a, 0, invoice_line_ids=[Command.create({**line, "name": "Down payment"})])
        period = self.compute()
        self.assertFalse(period.line_ids)
        self.assertEqual((period.revenue, period.difference), (0, 0))

    def test_lines_carry_category_team_salesperson_and_country(self):
        country = self.env.ref("base.de")
        a = self.customer("A", country_id=country.id, user_id=self.env.user.id)
        category = self.env["product.category"].create({"name": "Machines"})
        product = self.env["product.product"].create({"name": "Machine", "categ_id": category.id})
        team = self.env["crm.team"].create({"name": "Exports", "company_id": self.company.id})
        line = {"product_id": product.id, "price_unit": 50, "tax_ids": [Command.clear()], "quantity": 1}
        self.sell(
            a,
            0,
            team_id=team.id,
            invoice_user_id=self.env.user.id,
            invoice_line_ids=[Command.create({**line, "account_id": self.revenue_account().id})],
        )
        self.requests(a, 1), self.entry((self.pool_account, 10))
        self.make_pool(20)
        lines = {line.level: line for line in self.compute().line_ids}
        revenue, activity = lines["revenue"], lines["activity"]
        self.assertEqual(
            (revenue.categ_id, revenue.team_id, revenue.user_id, revenue.country_id, revenue.found_by),
            (category, team, self.env.user, country, "document"),
        )
        self.assertEqual(
            (activity.user_id, activity.country_id, activity.found_by), (self.env.user, country, "activity")
        )
