from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user

from .common import CostCommon


class TestCrmCostCheck(CostCommon):
    """What is asked before a month is closed: counted, opened, and blocking where the company says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.sell(cls.a, 100)
        cls.make_pool(capacity=100)
        cls.period = cls.compute()

    def result(self, code, period=None):
        period = period or self.period
        period._compute_period()
        period._run_checks()
        return period.check_ids.filtered(lambda result: result.check_id.code == code)

    def found(self, code):
        """Return the documents a check opens, which must be as many as it counts."""
        result = self.result(code)
        action = result.action_open()
        records = self.env[action["res_model"]].with_context(**action["context"]).search(action["domain"])
        self.assertEqual(len(records), result.count, code)
        return records

    def test_every_check_answers_and_opens(self):
        self.period._run_checks()
        for result in self.period.check_ids:
            with self.subTest(result.check_id.code):
                action = result.action_open()
                self.env[action["res_model"]].search(action["domain"])
        self.assertTrue(all(self.env["crm.cost.check"].search([]).mapped("description")))

    def test_second_run_writes_nothing(self):
        self.result("draft")
        before = self.period.check_ids.ids
        with self.assertQueryCount(60):
            self.period._run_checks()
        self.assertEqual(self.period.check_ids.ids, before)

    def test_draft_entries_of_the_month_only(self):
        draft = self.invoice(self.a, 5, post=False, invoice_date=self.month, date=self.month)
        self.invoice(self.a, 5, post=False, invoice_date=self.month_before(), date=self.month_before())
        self.assertEqual(self.found("draft"), draft)

    def test_accounts_without_a_place_and_new_ones(self):
        self.entry((self.rent_account, 5), day=self.month_before())
        self.entry((self.rent_account, 5), (self.tax_account, 2))
        self.assertEqual(self.found("unmapped"), self.rent_account | self.tax_account)
        new = self.found("new_account")
        self.assertIn(self.tax_account, new)
        self.assertNotIn(self.rent_account, new, "used before")
        self.env["crm.cost.account.role"].create(
            {"account_id": self.tax_account.id, "company_id": self.company.id, "reason": "Tax"}
        )
        self.assertNotIn(self.tax_account, self.found("new_account"), "somebody decided")

    def test_archived_account_is_counted_and_opened(self):
        self.entry((self.rent_account, 5))
        self.rent_account.active = False
        self.assertIn(self.rent_account, self.found("unmapped"))

    def test_pool_without_capacity(self):
        self.assertFalse(self.found("capacity"))
        idle = self.make_pool(capacity=0, accounts=self.rent_account, name="Idle")
        self.entry((self.rent_account, 5))
        self.assertEqual(self.found("capacity").pool_id, idle)

    def test_revenue_without_a_customer(self):
        self.entry((self.revenue_account(), -9))
        lines = self.found("no_customer")
        self.assertEqual(lines.mapped("amount"), [9])

    def test_entries_without_a_rate(self):
        currency = self.env["res.currency"].create({"name": "XCL", "symbol": "X", "rounding": 0.01})
        invoice = self.invoice(
            self.a, 50, post=False, invoice_date=self.month, date=self.month, currency_id=currency.id
        )
        invoice.action_post()
        self.assertEqual(self.found("rate"), invoice)
        rate = self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "company_id": self.company.id, "name": self.month, "rate": 2}
        )
        self.assertFalse(self.found("rate"))
        rate.name = self.month_end
        self.assertEqual(self.found("rate"), invoice if self.month != self.month_end else invoice.browse())

    def order(self, quantity, delivered, invoiced=0, day=None):
        product = self.env["product.product"].create(
            {"name": "Hour", "type": "service", "invoice_policy": "delivery", "list_price": 10}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.a.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": quantity})],
            }
        )
        order.action_confirm()
        order.date_order = day or self.month
        line = order.order_line
        if invoiced:
            line.qty_delivered = invoiced
            invoice = order._create_invoices()
            invoice.invoice_date = self.month
            invoice.action_post()
        line.qty_delivered = delivered
        return line

    def test_delivered_and_invoiced_out_of_step(self):
        owed = self.order(5, 3)
        ahead = self.order(5, 1, invoiced=2)
        self.order(5, 2, invoiced=2)
        self.order(5, 3, day=self.company._crm_today())
        self.assertEqual(self.found("not_invoiced"), owed)
        self.assertEqual(self.found("not_delivered"), ahead)

    def test_lock_dates(self):
        self.assertEqual((self.result("sale_lock").count, self.result("fiscal_lock").count), (1, 1))
        self.company.sudo().sale_lock_date = self.month_end
        self.assertEqual((self.result("sale_lock").count, self.result("fiscal_lock").count), (0, 1))
        self.period.invalidate_recordset()
        self.assertEqual(self.period.sale_lock_state, str(self.month_end))
        self.company.sudo().fiscalyear_lock_date = self.month_end
        self.assertEqual(self.result("fiscal_lock").count, 0)

    def test_locked_periods_are_computed_and_closed_like_others(self):
        self.company.sudo().fiscalyear_lock_date = self.month_end
        self.period._close()
        self.assertEqual(self.period.state, "closed")

    def test_warning_by_default_and_blocking_by_company(self):
        draft = self.env.ref("crm_cost.check_draft")
        entry = self.invoice(self.a, 5, post=False, invoice_date=self.month, date=self.month)
        self.assertEqual(self.result("draft").severity, "warning")
        draft.with_company(self.company).blocking = True
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertFalse(draft.with_company(other).blocking)
        self.assertEqual(self.result("draft").severity, "blocking")
        with self.assertRaisesRegex(UserError, "Draft entries"):
            self.period._close()
        entry.unlink()
        self.period._close()
        self.assertEqual(self.period.state, "closed")
        self.assertEqual(self.period.check_ids.filtered(lambda result: result.check_id == draft).severity, "fine")

    def test_archived_check_is_not_asked(self):
        self.assertTrue(self.result("sale_lock"))
        self.env.ref("crm_cost.check_sale_lock").active = False
        self.assertFalse(self.result("sale_lock"))

    def test_check_needs_somebody_to_answer_it(self):
        with self.assertRaises(ValidationError):
            self.env["crm.cost.check"].create({"name": "Anything", "code": "anything"})

    def test_stock_and_timesheets_are_asked_only_where_installed(self):
        self.period._run_checks()
        codes = set(self.period.check_ids.check_id.mapped("code"))
        self.assertEqual("stock" in codes, "inventory_valuation" in self.company._fields)
        self.assertEqual("timesheet" in codes, "project_id" in self.env["account.analytic.line"]._fields)

    def test_reader_sees_the_answer_and_is_told_why_documents_stay_closed(self):
        self.invoice(self.a, 5, post=False, invoice_date=self.month, date=self.month)
        reader = new_test_user(
            self.env, "check_reader", groups="crm_cost.group_profit_reader", company_id=self.company.id
        )
        result = self.result("draft").with_user(reader)
        self.assertEqual(result.count, 1)
        with self.assertRaisesRegex(UserError, "access"):
            result.action_open()
