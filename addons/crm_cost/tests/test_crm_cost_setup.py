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
        record = self.wizard().save()
        self.assertRecordValues(record.pool_ids, [{"department": "sales", "account_ids": self.salaries.ids}])
        self.assertGreaterEqual(record.pool_ids.people, 1)
        self.assertEqual(
            record.line_ids.measure_id,
            self.env.ref("crm_cost.measure_orders") | self.env.ref("crm_segmentation.measure_invoices"),
        )

    def test_proposes_a_pool_for_each_department_and_work_that_is_counted(self):
        for code, name in (("CCWH", "Warehouse wages"), ("CCFR", "物流费用"), ("CCBK", "Bookkeeping")):
            account = self.account(code, "expense")
            account.name = name
            self.entry((account, 100))
        lead = self.requests(self.customer("C"), 1)
        meeting = {"name": "Visit", "start": f"{self.month} 10:00:00", "stop": f"{self.month} 11:00:00"}
        self.env["calendar.event"].create({**meeting, "opportunity_id": lead.id})
        self.env.flush_all()
        record = self.wizard().save()
        self.assertEqual(record.pool_ids.mapped("department"), ["sales", "warehouse", "finance"])
        self.assertEqual(len(record.pool_ids[1].account_ids), 2)
        self.assertEqual(set(record.line_ids.mapped("channel")), {"order", "invoice", "visit"})
        record.action_preview()
        for text in ("Warehouse and shipping", "200.00", "Invoicing and finance"):
            self.assertIn(text, record.result)
        record.action_save()
        pools = self.env["crm.cost.pool"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {pool.name: len(pool.activity_ids) for pool in pools},
            {"Sales": 2, "Warehouse and shipping": 0, "Invoicing and finance": 1},
        )

    def test_work_of_a_missing_department_is_the_first_ones(self):
        self.manager.group_ids += self.env.ref("sales_team.group_sale_manager")  # a term asks what its owner may read
        record = self.wizard().save()
        record.line_ids[0].minutes_per_line = 3
        pools = record._create_pools()
        self.assertEqual(len(pools.activity_ids), 2)
        self.assertEqual(pools.activity_ids.term_ids.field_path, "order_line")
        self.assertEqual(pools.capacity_source, "calendar" if self.company.resource_calendar_id else "fixed")

    def test_company_without_anything_is_told_kindly(self):
        other = self.env["res.company"].create({"name": "Empty"})
        self.manager.company_ids |= other
        empty = self.env["crm.cost.setup"].with_user(self.manager).with_company(other)
        record = empty.with_context(allowed_company_ids=other.ids).create({})
        self.assertIn("no chart of accounts", record.notice)
        self.assertEqual((len(record.pool_ids), record.goods_missing), (1, False))
        self.account("EMPTY", "expense", other)
        record.invalidate_recordset()
        self.assertIn("no posted expenses", record.notice)
        with self.assertRaises(UserError):
            record.action_preview()

    def test_says_that_the_ledger_holds_no_cost_of_goods(self):
        record = self.wizard().save()
        self.assertFalse(record.goods_missing, "there is one invoice with its cost of goods")
        self.env["account.move.line"].search([("display_type", "=", "cogs")]).move_id.button_draft()
        self.env.flush_all()
        record.invalidate_recordset()
        self.assertTrue(record.goods_missing)
        self.assertIn("periodic", record.notice)
        self.assertEqual(record.goods_source, "ledger", "what was chosen stays")
        proposed = self.wizard().save()
        self.assertEqual(proposed.goods_source, "standard")
        settings = self.env["crm.cost.setting"]
        proposed.action_preview()
        self.assertEqual(settings._of(self.company).goods_source, "ledger", "nothing is saved by looking")
        proposed.action_save()
        self.assertEqual(settings._of(self.company).goods_source, "standard")
        proposed.invalidate_recordset()
        self.assertFalse(proposed.goods_missing)

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
        record.pool_ids.account_ids = False
        with self.assertRaises(UserError):
            record.action_preview()

    def test_accounts_with_a_place_are_not_proposed_again(self):
        self.make_pool(accounts=self.salaries)
        self.assertFalse(self.env["crm.cost.setup"]._propose_accounts(self.company))

    def test_readers_cannot_set_up(self):
        reader = new_test_user(self.env, "cost_reader", groups="crm_cost.group_profit_reader")
        with self.assertRaises(AccessError):
            self.env["crm.cost.setup"].with_user(reader).create({})
