from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .common import CostCommon


class TestCrmCostDirect(CostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.freight_account = cls.account("CCFREIGHT", "expense")
        cls.a, cls.b, cls.c = (cls.customer(name) for name in "ABC")
        cls.vendor = cls.customer("Carrier")

    def found(self, period):
        """Return ``{(customer, found by): amount}`` of direct costs."""
        lines = period.line_ids.filtered(lambda line: line.role not in ("revenue", "pool"))
        return {(line.partner_id.name or "", line.found_by): line.amount for line in lines}

    def test_bill_is_for_whom_it_says_and_never_the_vendors(self):
        self.direct(accounts=self.freight_account)
        self.sell(self.vendor, 1000)
        contact = self.env["res.partner"].create({"name": "Desk", "parent_id": self.a.id})
        plan = self.env["account.analytic.plan"].create({"name": "Customers"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Deal", "plan_id": plan.id, "partner_id": self.b.id}
        )
        half = {"analytic_distribution": {str(analytic.id): 50}}
        bill = self.bill(
            self.vendor,
            (self.freight_account, 10, {"crm_customer_id": contact.id}),
            (self.freight_account, 20.01, half),
            (self.freight_account, 40, {"crm_customer_id": self.c.id, **half}),
            (self.freight_account, 80),
        )
        period = self.compute()
        expected = {
            ("A", "for_customer"): -10,
            ("B", "analytic"): -10.01,
            ("C", "for_customer"): -40,
            ("", "none"): -90,
        }
        self.assertEqual(self.found(period), expected)
        self.assertEqual((period.difference, period.direct_cost), (0, -60.01))
        # The analytic lines born of these items are the items, not a second cost.
        self.assertTrue(bill.line_ids.analytic_line_ids)
        self.assertEqual(self.amounts(period, partner_id=self.vendor), {("revenue", "Carrier"): 1000})

    def test_refund_of_a_bill_lowers_the_cost_of_its_customer(self):
        self.direct(accounts=self.freight_account)
        self.bill(self.vendor, (self.freight_account, 30, {"crm_customer_id": self.a.id}))
        line = (self.freight_account, 12, {"crm_customer_id": self.a.id})
        self.bill(self.vendor, line, move_type="in_refund")
        self.assertEqual(self.found(self.compute()), {("A", "for_customer"): -18})

    def test_reinvoiced_cost_is_the_orders_customers(self):
        self.direct(accounts=self.freight_account)
        product = self.env["product.product"].create({"name": "Freight", "type": "service"})
        order = self.env["sale.order"].create(
            {"partner_id": self.b.id, "order_line": [Command.create({"product_id": product.id})]}
        )
        plan = self.env["account.analytic.plan"].create({"name": "Orders"})
        analytic = self.env["account.analytic.account"].create({"name": "Order", "plan_id": plan.id})
        line = {"analytic_distribution": {str(analytic.id): 100}}
        bill = self.bill(self.vendor, (self.freight_account, 25, line))
        spent = bill.line_ids.analytic_line_ids
        spent.so_line = order.order_line
        self.assertEqual(self.found(self.compute()), {("B", "order"): -25})

    def test_for_customer_belongs_on_bills_and_to_customers(self):
        invoice = self.sell(self.a, 10)
        with self.assertRaisesRegex(ValidationError, "vendor bills"):
            invoice.invoice_line_ids.crm_customer_id = self.b
        bill = self.bill(self.vendor, (self.freight_account, 10))
        with self.assertRaisesRegex(ValidationError, "own company"):
            bill.invoice_line_ids.crm_customer_id = self.company.partner_id

    def test_key_by_indicator_divides_the_rest_to_the_cent(self):
        freight = self.direct(accounts=self.freight_account, method="measure", measure_id=self.measure.id)
        for customer in (self.a, self.b, self.c):
            self.requests(customer, 1)
        self.entry((self.freight_account, 100))
        self.bill(self.vendor, (self.freight_account, 7, {"crm_customer_id": self.b.id}))
        period = self.compute()
        expected = {("A", "key"): -33.34, ("B", "key"): -33.33, ("C", "key"): -33.33, ("B", "for_customer"): -7}
        self.assertEqual(self.found(period), expected)
        self.assertRecordValues(
            freight.result_ids,
            [{"booked": 107, "for_customers": 7, "by_key": 100, "rest": 0, "issue": False, "period_id": period.id}],
        )
        before = self.snapshot(period)
        self.assertEqual(period._compute_period(), 0)
        self.assertEqual(self.snapshot(period), before)

    def test_equal_shares_go_to_whoever_bought(self):
        self.direct(accounts=self.freight_account, method="equal")
        self.sell(self.a, 10), self.sell(self.b, 1000)
        self.entry((self.freight_account, -0.01))
        self.assertEqual(self.found(self.compute()), {("A", "key"): 0.01})
        self.entry((self.freight_account, 5.02))
        self.assertEqual(self.found(self.compute()), {("A", "key"): -2.51, ("B", "key"): -2.50})

    def test_amount_for_each_unit_leaves_the_rest_unattributed(self):
        second = self.account("CCFREIGHT2", "expense")
        freight = self.direct(
            accounts=self.freight_account | second, method="amount", measure_id=self.measure.id, amount_per_unit=12.5
        )
        self.requests(self.a, 2), self.requests(self.b, 1)
        self.entry((self.freight_account, 30), (second, 20))
        period = self.compute()
        self.assertEqual(self.amounts(period), {("direct", "A"): -25, ("direct", "B"): -12.5, ("direct", ""): -12.5})
        rows = {row.account_id: (row.customers, row.not_attributed, row.ledger) for row in period.reconciliation_ids}
        self.assertEqual(rows[self.freight_account], (-30, 0, -30))
        self.assertEqual(rows[second], (-7.5, -12.5, -20))
        self.assertEqual(freight.result_ids.rest, 12.5)
        self.assertEqual(sum(period.line_ids.filtered("partner_id").mapped("quantity")), 3)

    def test_more_than_was_booked_is_not_charged_and_said(self):
        freight = self.direct(
            accounts=self.freight_account, method="amount", measure_id=self.measure.id, amount_per_unit=12.5
        )
        self.requests(self.a, 5)
        self.entry((self.freight_account, 62.49))
        period = self.compute()
        self.assertEqual(self.found(period), {("", "none"): -62.49})
        self.assertEqual((freight.result_ids.issue, freight.result_ids.by_key), ("exceeds", 0))
        self.entry((self.freight_account, 0.01))
        self.assertEqual(self.found(self.compute()), {("A", "key"): -62.5})
        self.assertFalse(freight.result_ids.issue)

    def test_amount_is_taken_out_of_its_pool_before_the_rate(self):
        pool = self.make_pool(100)
        self.direct(
            "Commission",
            kind="commission",
            pool_id=pool.id,
            method="amount",
            measure_id=self.measure.id,
            amount_per_unit=20,
        )
        self.requests(self.a, 2), self.requests(self.b, 1)
        self.entry((self.pool_account, 160))
        period = self.compute()
        # 160 - 3 x 20 = 100 over 100 minutes; 20 minutes each.
        self.assertEqual(self.amounts(period, level="direct"), {("direct", "A"): -40, ("direct", "B"): -20})
        self.assertEqual(self.amounts(period, level="activity"), {("activity", "A"): -40, ("activity", "B"): -20})
        self.assertEqual(period.result_ids.cost, 100)
        self.assertEqual(period.reconciliation_ids.mapped("ledger"), [-160])
        self.assertEqual((period.difference, period.reconciliation_ids.difference), (0, 0))

    def test_pool_is_not_asked_for_more_than_it_has(self):
        pool = self.make_pool(100)
        fee = self.direct("Fee", pool_id=pool.id, method="amount", measure_id=self.measure.id, amount_per_unit=200)
        self.requests(self.a, 1), self.entry((self.pool_account, 100))
        period = self.compute()
        self.assertEqual(self.amounts(period), {("activity", "A"): -20, ("unused", ""): -80})
        self.assertEqual(fee.result_ids.issue, "exceeds")

    def test_average_of_twelve_months_knows_what_was_taken_out(self):
        pool = self.make_pool(100, basis="year")
        values = {"pool_id": pool.id, "method": "amount", "measure_id": self.measure.id, "amount_per_unit": 10}
        self.direct("Fee", **values)
        self.requests(self.a, 1), self.requests(self.a, 3, day=self.month_before())
        self.entry((self.pool_account, 110)), self.entry((self.pool_account, 130), day=self.month_before())
        result = self.compute().result_ids
        self.assertEqual((result.cost, result.basis_cost, result.rate), (100, 200, 1))

    def test_rebates_lower_net_revenue(self):
        self.direct("Bonus", accounts=self.freight_account, kind="rebate")
        self.sell(self.a, 100)
        receivable = self.company_data["default_account_receivable"]
        self.entry((self.freight_account, 3, self.a), (receivable, -3, self.a))
        period = self.compute()
        self.assertEqual(self.amounts(period), {("revenue", "A"): 100, ("rebate", "A"): -3})
        self.assertEqual((period.revenue, period.direct_cost), (97, 0))

    def test_write_off_by_payment_difference_entry_and_recovery(self):
        losses = self.account("CCLOSS", "expense")
        self.place(losses, "bad_debt")
        invoice = self.sell(self.a, 100)
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard.create(
            {
                "amount": 70,
                "payment_date": self.month,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": losses.id,
            }
        )._create_payments()
        receivable = self.company_data["default_account_receivable"]
        self.entry((losses, 8, self.b), (receivable, -8, self.b))
        self.entry((losses, -5, self.a)), self.entry((losses, 2))
        period = self.compute()
        expected = {("revenue", "A"): 100, ("bad_debt", "A"): -25, ("bad_debt", "B"): -8, ("bad_debt", ""): -2}
        self.assertEqual(self.amounts(period), expected)
        self.assertEqual(period.difference, 0)

    def test_litigation_is_the_opponents_unless_we_owe_it_him(self):
        courts = self.account("CCCOURT", "expense")
        self.place(courts, "litigation")
        payable = self.company_data["default_account_payable"]
        self.entry((courts, 9, self.a)), self.entry((courts, 4, self.b), (payable, -4, self.b))
        self.bill(self.vendor, (courts, 100)), self.bill(self.vendor, (courts, 50, {"crm_customer_id": self.b.id}))
        period = self.compute()
        self.assertEqual(
            self.amounts(period), {("litigation", "A"): -9, ("litigation", "B"): -50, ("litigation", ""): -104}
        )

    def test_exchange_difference_is_the_customers_whose_receivable_it_is(self):
        loss = self.company.expense_currency_exchange_account_id
        receivable = self.company_data["default_account_receivable"]
        payable = self.company_data["default_account_payable"]
        self.entry((loss, 3, self.a), (receivable, -3, self.a)), self.entry((loss, 5, self.b), (payable, -5, self.b))
        self.assertEqual(self.amounts(self.compute()), {("exchange", "A"): -3, ("exchange", ""): -5})

    def test_rule_says_the_contact_or_nobody(self):
        freight = self.direct(accounts=self.freight_account)
        self.entry((self.freight_account, 3, self.a)), self.bill(self.vendor, (self.freight_account, 7))
        self.assertEqual(self.found(self.compute()), {("", "none"): -10})
        freight.account_role_ids.customer_rule = "partner"
        self.assertEqual(self.found(self.compute()), {("A", "partner"): -3, ("", "none"): -7})
        freight.account_role_ids.customer_rule = "none"
        self.bill(self.vendor, (self.freight_account, 1, {"crm_customer_id": self.a.id}))
        self.assertEqual(self.found(self.compute()), {("", "none"): -11})

    def test_our_own_people_are_no_customers(self):
        self.direct(accounts=self.freight_account).account_role_ids.customer_rule = "partner"
        self.entry((self.freight_account, 3, self.env.user.partner_id))
        self.assertEqual(self.found(self.compute()), {("", "none"): -3})

    def test_indicator_without_figures_or_review_charges_nobody(self):
        freight = self.direct(accounts=self.freight_account, method="measure", measure_id=self.measure.id)
        self.entry((self.freight_account, 3))
        self.compute()
        self.assertEqual(freight.result_ids.issue, "no_weights")
        self.requests(self.a, 1)
        self.measure.reviewed = False
        period = self.compute()
        self.assertEqual((freight.result_ids.issue, self.found(period)), ("not_reviewed", {("", "none"): -3}))

    def test_what_cannot_be_is_refused(self):
        pool = self.make_pool()
        with self.assertRaises(ValidationError):
            self.direct(
                accounts=self.freight_account,
                pool_id=pool.id,
                method="amount",
                measure_id=self.measure.id,
                amount_per_unit=1,
            )
        with self.assertRaises(ValidationError):
            self.direct(method="measure", measure_id=self.measure.copy({"reviewed": False, "code": False}).id)
        freight = self.direct(accounts=self.freight_account)
        with self.assertRaises(ValidationError):
            freight.company_id = self.env["res.company"].create({"name": "Other"})
        self.entry((self.freight_account, 3))
        self.compute()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            freight.unlink()

    def test_figures_open_the_very_items(self):
        self.direct(accounts=self.freight_account)
        one = self.bill(self.vendor, (self.freight_account, 10, {"crm_customer_id": self.a.id}))
        two = self.bill(self.vendor, (self.freight_account, 20))
        period = self.compute()
        for line, bill in zip(period.line_ids.sorted("amount", reverse=True), (one, two), strict=True):
            action = line.action_open_source()
            self.assertEqual(self.env[action["res_model"]].search(action["domain"]), bill.invoice_line_ids)
        with patch("odoo.addons.crm_cost.models.crm_cost_period_open.LISTED", 1):
            action = period.reconciliation_ids.action_open_items()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, (one | two).invoice_line_ids)
            more = self.bill(self.vendor, (self.freight_account, 5, {"crm_customer_id": self.a.id}))
            period._compute_period()
            action = period.line_ids.filtered("partner_id").action_open_source()
            found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, (one | more).invoice_line_ids, "however many, they stay the customer's own")

    def test_two_costs_do_not_take_more_than_the_pool_has(self):
        pool = self.make_pool(100)
        values = {"pool_id": pool.id, "method": "amount", "measure_id": self.measure.id, "amount_per_unit": 60}
        first, second = self.direct("First", **values), self.direct("Second", **values)
        self.requests(self.a, 1), self.entry((self.pool_account, 100))
        period = self.compute()
        self.assertEqual(self.amounts(period, level="direct"), {("direct", "A"): -60})
        self.assertEqual((first.result_ids.issue, second.result_ids.issue), (False, "exceeds"))
        self.assertEqual((period.result_ids.cost, period.difference), (40, 0))

    def test_share_of_revenue_as_an_amount_of_less_than_a_cent(self):
        revenue = self.env.ref("crm_segmentation.measure_revenue")
        self.direct(
            "Bonus",
            accounts=self.freight_account,
            kind="rebate",
            method="amount",
            measure_id=revenue.id,
            amount_per_unit=0.015,
        )
        self.sell(self.a, 1000), self.entry((self.freight_account, 20))
        self.assertEqual(self.amounts(self.compute(), level="rebate"), {("rebate", "A"): -15, ("rebate", ""): -5})
