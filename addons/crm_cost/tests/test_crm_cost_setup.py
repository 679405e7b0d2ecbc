from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import CostCommon


class TestCrmCostSetup(CostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salaries = cls.account("CCSAL", "expense")
        cls.salaries.name = "Salaries of the sales department"
        cls.sell(cls.customer("A"), 1000, goods=400), cls.sell(cls.customer("B"), 50)
        cls.entry((cls.salaries, 500), (cls.rent_account, 80))
        cls.manager = new_test_user(
            cls.env, "cost_manager", groups="crm_cost.group_profit_manager", company_id=cls.company.id
        )
        cls.env.flush_all()

    def wizard(self):
        return Form(self.env["crm.cost.setup"].with_user(self.manager).with_company(self.company))

    def counts(self):
        models = ("pool", "activity", "period", "line", "account.role", "reconciliation", "pool.result")
        return [self.env[f"crm.cost.{model}"].search_count([]) for model in models]

    def test_proposes_from_the_chart_of_accounts(self):
        wizard = self.wizard()
        self.assertEqual(wizard.account_ids[:], self.salaries)
        self.assertGreaterEqual(wizard.people, 1)
        record = wizard.save()
        self.assertEqual(
            record.line_ids.measure_id,
            self.env.ref("crm_cost.measure_orders") | self.env.ref("crm_segmentation.measure_invoices"),
        )

    def test_first_result_is_shown_and_nothing_saved(self):
        record = self.wizard().save()
        before = self.counts()
        action = record.action_preview()
        self.assertEqual(action["res_id"], record.id)
        for text in ("First result", "500.00", "1,050.00", "0.00"):
            self.assertIn(text, record.result)
        self.assertEqual(self.counts(), before)
        record.action_preview()
        self.assertEqual(self.counts(), before)

    def test_saving_sets_up_and_computes(self):
        record = self.wizard().save()
        action = record.action_save()
        page = self.env["crm.cost.whale"].browse(action["res_id"])
        self.assertEqual((page.customer_count, page.period_id.date_from), (2, self.month))
        self.assertEqual(page.period_id.difference, 0)
        pool = self.env["crm.cost.pool"].search([("company_id", "=", self.company.id)])
        self.assertEqual(pool.account_ids, self.salaries)
        self.assertEqual(len(self.periods.search([("company_id", "=", self.company.id)])), 12)
        self.run_job()
        self.assertEqual(set(self.periods.search([("company_id", "=", self.company.id)]).mapped("state")), {"computed"})

    def test_accounts_are_needed(self):
        record = self.wizard().save()
        record.account_ids = False
        with self.assertRaises(UserError):
            record.action_preview()

    def test_accounts_with_a_place_are_not_proposed_again(self):
        self.make_pool(accounts=self.salaries)
        self.assertFalse(self.env["crm.cost.setup"]._propose_accounts(self.company))

    def test_readers_cannot_set_up(self):
        reader = new_test_user(self.env, "cost_reader", groups="crm_cost.group_profit_reader")
        with self.assertRaises(AccessError):
            self.env["crm.cost.setup"].with_user(reader).create({})
