from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .common import CostCommon


class TestCrmCostAccountRole(CostCommon):
    def test_account_belongs_to_one_pool_only(self):
        first = self.make_pool()
        with self.assertRaisesRegex(ValidationError, "already belongs to Service"):
            self.make_pool(name="Second")
        first.account_ids -= self.pool_account
        second = self.make_pool(name="Second")
        self.assertEqual((first.account_ids, second.account_ids), (self.env["account.account"], self.pool_account))

    def test_accounts_of_an_archived_pool_are_nobodys(self):
        self.entry((self.pool_account, 30))
        pool = self.make_pool(capacity=30)
        self.assertEqual(self.amounts(self.compute()), {("unused", ""): -30})
        pool.active = False
        self.assertEqual(self.amounts(self.compute()), {("unmapped", ""): -30})
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.make_pool(name="Second")

    def test_pool_and_activity_go_only_before_a_month_was_computed(self):
        pool = self.make_pool(capacity=30)
        pool.activity_ids.unlink()
        pool.unlink()
        pool = self.make_pool(capacity=30)
        self.requests(self.customer("A"), 1), self.entry((self.pool_account, 30))
        self.compute()
        for record in (pool, pool.activity_ids):
            with self.subTest(record), self.assertRaisesRegex(UserError, "Archive it instead"):
                record.unlink()

    def test_same_account_in_two_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        codes = [{"company_id": company.id, "code": "CCBOTH"} for company in (self.company, other)]
        shared = self.env["account.account"].create(
            {
                "name": "Shared",
                "account_type": "expense",
                "company_ids": [Command.set((self.company | other).ids)],
                "code_mapping_ids": [Command.create(code) for code in codes],
            }
        )
        self.make_pool(accounts=shared)
        self.make_pool(accounts=shared, company=other)

    @mute_logger("odoo.sql_db")
    def test_place_needs_its_pool_and_its_reason(self):
        roles = self.env["crm.cost.account.role"]
        pool = self.env["crm.cost.pool"].create({"name": "P"})
        for values in ({"role": "pool"}, {"role": "revenue", "pool_id": pool.id}, {"role": "kept_out"}):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                roles.create({"account_id": self.rent_account.id, **values})
                self.env.flush_all()

    def test_only_profit_and_loss_accounts(self):
        with self.assertRaises(ValidationError):
            self.env["crm.cost.account.role"].create(
                {"account_id": self.balance_account.id, "role": "kept_out", "reason": "None"}
            )

    def test_account_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        account = self.account("OTHER", "expense", other)
        with self.assertRaises(UserError):
            self.env["crm.cost.account.role"].create({"account_id": account.id, "role": "kept_out", "reason": "None"})

    def test_every_profit_and_loss_account_has_exactly_one_place(self):
        self.make_pool()
        places = self.env["crm.cost.account.role"]._accounts_by_role(self.company)
        accounts = [account for members in places.values() for account in members]
        self.assertEqual(len(accounts), len(set(accounts)))
        everything = (
            self.env["account.account"]
            .with_context(active_test=False)
            .search([("internal_group", "in", ("income", "expense"))])
        )
        self.assertEqual(set(accounts), set(everything.ids))

    def test_place_by_type_can_be_overruled(self):
        self.entry((self.revenue_account(), -10), (self.goods_account, 4))
        self.env["crm.cost.account.role"].create(
            {"account_id": self.revenue_account().id, "role": "kept_out", "reason": "Head office"}
        )
        period = self.compute()
        self.assertEqual(self.amounts(period), {("kept_out", ""): 10, ("cost_of_goods", ""): -4})
        self.assertEqual(period.difference, 0)
