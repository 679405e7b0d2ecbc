from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ValidationError

from .common import CostCommon


class TestCrmCostPeriod(CostCommon):
    def test_change_behind_the_back_is_found_and_put_right(self):
        """The digest sees amounts that moved from one customer to another, and a customer's row that left its lines."""
        a, b = self.customer("A"), self.customer("B")
        self.sell(a, 700), self.sell(b, 200)
        period = self.compute()
        self.assertEqual(period._compute_period(), 0)
        before = self.snapshot(period)
        for table in ("crm_cost_line", "crm_cost_customer"):
            column = "amount" if table == "crm_cost_line" else "revenue"
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = {column} + CASE partner_id WHEN %s THEN 1 ELSE -1 END"
                " WHERE period_id = %s AND partner_id IN %s",
                [a.id, period.id, (a.id, b.id)],
            )
            if table == "crm_cost_customer":
                self.env.cr.execute("UPDATE crm_cost_customer SET revenue = 0 WHERE partner_id = %s", [b.id])
            self.env.invalidate_all()
            self.assertEqual(period._compute_period(), 2 if table == "crm_cost_line" else 0)
            self.assertEqual(self.snapshot(period), before)
            customers = self.env["crm.cost.customer"].search([("period_id", "=", period.id)])
            self.assertEqual({row.partner_id: row.revenue for row in customers}, {a: 700, b: 200})

    def test_nothing_happens_before_somebody_sets_up_a_pool(self):
        self.sell(self.customer("A"), 100)
        self.assertEqual(self.run_job().state, "done")
        self.assertFalse(self.periods.search([("company_id", "=", self.company.id)]))

    def test_job_computes_the_last_month_and_open_ones(self):
        a = self.customer("A")
        self.sell(a, 100)
        self.sell(a, 50, day=self.month_before(2))
        self.make_pool()
        earlier = self.periods.create({"company_id": self.company.id, "date_from": self.month_before(2)})
        self.run_job()
        last = self.periods.search([("company_id", "=", self.company.id), ("date_from", "=", self.month)])
        self.assertEqual((last | earlier).mapped("state"), ["computed", "computed"])
        self.assertEqual((last.revenue, earlier.revenue), (100, 50))

    def test_second_run_writes_nothing(self):
        a, b = self.customer("A"), self.customer("B")
        self.sell(a, 100, goods=30), self.sell(b, 10.01)
        self.entry((self.pool_account, 77.77)), self.requests(a, 3), self.requests(b, 1)
        self.make_pool(capacity=111)
        self.run_job()
        period = self.periods.search([("company_id", "=", self.company.id)])
        before, changed = self.snapshot(period), period.computed_at
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), hours=1)):
            job = self.run_job()
        self.assertEqual(self.snapshot(period), before)
        self.assertEqual(job.rows_done, 0)
        self.assertEqual(period.computed_at, changed)

    def test_killed_halfway_leaves_the_month_as_it_was(self):
        a = self.customer("A")
        self.sell(a, 100)
        self.make_pool()
        period = self.compute()
        before = self.snapshot(period)
        self.sell(a, 900)
        with (
            patch.object(
                self.env.registry[period._name], "_write_agreement", side_effect=RuntimeError("power failure")
            ),
            self.assertRaises(RuntimeError),
            self.env.cr.savepoint(),
        ):
            period._compute_period()
        self.env.invalidate_all()
        self.assertEqual(self.snapshot(period), before)
        period._compute_period()
        self.assertEqual((period.revenue, period.difference), (1000, 0))

    def test_failed_month_is_told_to_finance_only(self):
        self.make_pool()
        self.entry((self.pool_account, 4711.11))
        with (
            patch.object(
                self.env.registry["crm.cost.period"],
                "_write_agreement",
                side_effect=RuntimeError("4711.11 is too much"),
            ),
            self.assertLogs("odoo.addons.crm_cost.models.crm_cost_period", "WARNING") as log,
        ):
            job = self.run_job()
        period = self.periods.search([("company_id", "=", self.company.id)])
        self.assertEqual((job.state, job.last_error, period.state), ("done", False, "open"))
        self.assertEqual(period.last_error, "RuntimeError: 4711.11 is too much")
        self.assertNotIn("4711", "".join(log.output))
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), hours=1)):
            self.run_job()
        self.assertFalse(period.last_error, "the next night tries again")
        self.assertEqual((period.state, period.difference), ("computed", 0))

    def test_refunds_count_negative_and_in_their_own_month(self):
        a = self.customer("A")
        self.sell(a, 500, goods=200, day=self.month_before())
        self.sell(a, 120, goods=50, move_type="out_refund")
        self.assertEqual(self.amounts(self.compute()), {("credit_note", "A"): -120, ("cost_of_goods", "A"): 50})
        earlier = self.compute(day=self.month_before())
        self.assertEqual(self.amounts(earlier), {("revenue", "A"): 500, ("cost_of_goods", "A"): -200})

    def test_accounting_date_decides(self):
        a = self.customer("A")
        self.sell(a, 70, day=self.month_before(2))
        moved = self.invoice(a, 30, post=False, invoice_date=self.month_before(2), date=self.month)
        moved.date = self.month
        moved.action_post()
        self.assertEqual(moved.date, self.month)
        self.assertEqual(self.amounts(self.compute()), {("revenue", "A"): 30})

    def test_drafts_and_cancelled_documents_do_not_count(self):
        a = self.customer("A")
        self.invoice(a, 70, post=False, invoice_date=self.month, date=self.month)
        cancelled = self.sell(a, 50)
        period = self.compute()
        self.assertEqual(period.revenue, 50)
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertEqual(period._compute_period(), 1)
        self.assertEqual((period.revenue, period.ledger_profit, period.difference), (0, 0, 0))
        cancelled.button_draft()
        cancelled.action_post()
        period._compute_period()
        self.assertEqual(period.revenue, 50)

    def test_vendor_bill_is_never_the_vendors_although_he_buys_too(self):
        both = self.customer("Both")
        self.sell(both, 100)
        line = {"name": "Goods", "quantity": 1, "price_unit": 40, "tax_ids": [Command.clear()]}
        self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": both.id,
                "invoice_date": self.month,
                "date": self.month,
                "invoice_line_ids": [Command.create({**line, "account_id": self.goods_account.id})],
            }
        ).action_post()
        self.assertEqual(self.amounts(self.compute()), {("revenue", "Both"): 100, ("cost_of_goods", ""): -40})

    def test_entry_with_the_customers_receivable_is_the_customers(self):
        a = self.customer("A")
        receivable = self.company_data["default_account_receivable"]
        self.entry((self.revenue_account(), -80, a), (receivable, 80, a))
        self.entry((self.revenue_account(), -7, a))
        self.assertEqual(self.amounts(self.compute()), {("revenue", "A"): 80, ("revenue", ""): 7})

    def test_contact_buys_as_its_company(self):
        a = self.customer("A")
        person = self.env["res.partner"].create({"name": "Buyer", "parent_id": a.id})
        self.sell(person, 60)
        self.requests(person, 2)
        self.entry((self.pool_account, 100))
        self.make_pool(capacity=100)
        self.assertEqual(
            self.amounts(self.compute(), attribution="customer"),
            {
                ("revenue", "A"): 60,
                ("activity", "A"): -40,
            },
        )

    def test_own_companies_are_no_customers(self):
        own = self.env["res.company"].create({"name": "Sister"}).partner_id
        own.property_account_receivable_id = self.company_data["default_account_receivable"]
        self.sell(own, 500), self.requests(own, 1), self.entry((self.pool_account, 100))
        self.make_pool(capacity=100)
        period = self.compute()
        self.assertEqual(
            self.amounts(period, attribution="intercompany"),
            {
                ("revenue", "Sister"): 500,
                ("activity", "Sister"): -20,
            },
        )
        self.assertEqual((period.intercompany, period.customer_count, period.difference), (480, 0, 0))
        self.assertFalse(self.env["crm.cost.customer.report"].search([("period_id", "=", period.id)]))

    def test_entries_that_carry_profit_forward_are_left_out(self):
        self.sell(self.customer("A"), 100)
        closing = self.general.copy({"code": "CLOSE", "name": "Closing", "crm_carry_forward": True})
        self.entry((self.revenue_account(), 100), journal=closing, day=self.month_end)
        period = self.compute()
        self.assertEqual((period.revenue, period.ledger_profit, period.difference), (100, 100, 0))
        single = self.entry((self.revenue_account(), 100), day=self.month_end)
        self.assertEqual(self.compute().ledger_profit, 0)
        single.crm_carry_forward = True
        period._compute_period()
        self.assertEqual((period.revenue, period.ledger_profit, period.difference), (100, 100, 0))

    def test_exchange_gains_are_not_revenue(self):
        gain = self.company.income_currency_exchange_account_id
        self.assertTrue(gain)
        self.entry((gain, -15))
        period = self.compute()
        self.assertEqual(self.amounts(period), {("exchange", ""): 15})
        self.assertFalse(period.unmapped_line_ids)

    def test_new_account_is_announced_as_not_attributed(self):
        self.entry((self.rent_account, 25), (self.tax_account, 5))
        period = self.compute()
        self.assertEqual(period.unmapped_line_ids.account_id, self.rent_account | self.tax_account)
        self.assertEqual((period.not_attributed, period.difference), (-30, 0))

    def test_archived_account_still_counts(self):
        self.entry((self.rent_account, 25))
        self.rent_account.active = False
        self.assertEqual(self.compute().ledger_profit, -25)

    def test_activities_without_a_document_charge_nobody(self):
        self.entry((self.pool_account, 100))
        self.make_pool(capacity=50)
        period = self.compute()
        self.assertEqual(self.amounts(period), {("unused", ""): -100})

    def test_all_customers_losing_money(self):
        a, b = self.customer("A"), self.customer("B")
        self.entry((self.pool_account, 100)), self.requests(a, 2), self.requests(b, 3)
        self.make_pool(capacity=100)
        period = self.compute()
        self.assertEqual((period.customer_profit, period.unused, period.difference), (-100, 0, 0))

    def test_fiscal_months_that_end_in_the_middle_of_a_month(self):
        self.company.write({"fiscalyear_last_month": "4", "fiscalyear_last_day": 5})
        period = self.periods.create({"company_id": self.company.id, "date_from": "2026-03-31"})
        self.assertEqual(
            (period.date_from, period.date_to, period.name),
            (fields.Date.to_date("2026-03-06"), fields.Date.to_date("2026-04-05"), "2026-04"),
        )
        self.company.write({"fiscalyear_last_month": "12", "fiscalyear_last_day": 31})
        with self.assertRaises(ValidationError):
            self.periods.create({"company_id": self.company.id, "date_from": "2026-03-31"})

    def test_number_that_is_none_does_not_spoil_the_month(self):
        a, b = self.customer("A"), self.customer("B")
        fine, broken = self.requests(a, 1), self.requests(b, 1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET day_close = 50 WHERE id = %s", [fine.id])
        self.env.cr.execute("UPDATE crm_lead SET day_close = 'NaN' WHERE id = %s", [broken.id])
        measure = self.measure.copy({"aggregate": "sum", "value_field": "day_close", "reviewed": True})
        self.entry((self.pool_account, 100))
        self.make_pool(capacity=100, minutes=1, measure=measure)
        period = self.compute()
        self.assertEqual(self.amounts(period), {("activity", "A"): -50, ("unused", ""): -50})

    def test_deleted_contacts_do_not_stand_in_the_way(self):
        a, b = self.customer("A"), self.customer("B")
        leads = self.requests(a, 1) | self.requests(b, 1)
        self.entry((self.pool_account, 100))
        self.make_pool(capacity=100)
        period = self.compute()
        leads.unlink()
        (a | b).unlink()
        self.assertEqual(sorted(period.line_ids.filtered("customer_name").mapped("customer_name")), ["A", "B"])
        period._compute_period()
        self.assertEqual((self.amounts(period), period.difference), ({("unused", ""): -100}, 0))

    def test_documents_of_another_company_stay_there(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        a = self.customer("A")
        self.requests(a, 5, company=other), self.sell(a, 10), self.entry((self.pool_account, 60))
        self.make_pool(capacity=60)
        self.assertEqual(self.amounts(self.compute(), attribution="customer"), {("revenue", "A"): 10})
        self.assertFalse(self.compute(other).line_ids)

    def test_branch_has_months_of_its_own(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        a = self.customer("A")
        self.sell(a, 10)
        self.assertEqual(self.compute().revenue, 10)
        self.assertEqual(self.compute(branch).ledger_profit, 0)
        self.make_pool(capacity=10, company=branch)
        self.assertEqual(self.compute(branch).difference, 0)

    def test_figures_open_what_they_are_made_of(self):
        a = self.customer("A")
        invoice = self.sell(a, 100, goods=40)
        leads = self.requests(a, 2)
        self.entry((self.pool_account, 100)), self.entry((self.rent_account, 9))
        self.make_pool(capacity=100)
        period = self.compute()
        found = {}
        for line in period.line_ids:
            action = line.action_open_source()
            found[line.level] = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found["revenue"].move_id, invoice)
        self.assertEqual(-sum(found["revenue"].mapped("balance")), 100)
        self.assertEqual(-sum(found["cost_of_goods"].mapped("balance")), -40)
        self.assertEqual(found["activity"], leads)
        self.assertEqual(sum(found["unused"].mapped("balance")), 100)
        self.assertEqual(sum(found["unmapped"].mapped("balance")), 9)
        for row in period.reconciliation_ids:
            action = row.action_open_items()
            items = self.env[action["res_model"]].search(action["domain"])
            self.assertAlmostEqual(-sum(items.mapped("balance")), row.ledger)
            lines = self.env["crm.cost.line"]
            for opener in (row.action_open_customers, row.action_open_rest):
                lines |= lines.search(opener()["domain"])
            self.assertAlmostEqual(sum(lines.mapped("amount")), row.total)
