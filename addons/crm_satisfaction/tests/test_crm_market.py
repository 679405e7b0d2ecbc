from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestCrmMarket(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.markets = cls.env["crm.market"]
        cls.industry = cls.env["res.partner.industry"].create({"name": "Pumps"})
        cls.anybody = cls.markets.create({"name": "Anybody", "sequence": 90})

    def _market(self, customer=None, **values):
        customer = customer or self.customer
        return self.markets.browse(self.markets._market_for(customer, self.company, **values).get(customer.id))

    def test_the_first_profile_that_fits(self):
        pumps = self.markets.create({"name": "Pumps", "sequence": 10, "industry_ids": self.industry.ids})
        self.assertEqual(self._market(), self.anybody)
        self.customer.industry_id = self.industry
        self.assertEqual(self._market(), pumps)
        pumps.sequence = 99
        self.assertEqual(self._market(), self.anybody)
        self.anybody.active = False
        self.assertEqual(self._market(), pumps)
        pumps.unlink()
        self.assertFalse(self._market())

    def test_by_category_of_the_product_and_those_below(self):
        parent = self.env["product.category"].create({"name": "Machines"})
        child = self.env["product.category"].create({"name": "Pumps", "parent_id": parent.id})
        product = self.env["product.product"].create({"name": "Pump", "categ_id": child.id})
        market = self.markets.create({"name": "Machines", "category_ids": parent.ids})
        self.assertEqual(self._market(product=product), market)
        self.assertEqual(self._market(), self.anybody)
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [(0, 0, {"product_id": product.id})]}
        )
        self.assertEqual(self._store(9, res_model="sale.order", res_id=order.id).market_id, market)
        self.assertEqual(self._store(9).market_id, self.anybody)

    def test_by_segment(self):
        scheme = self.env.ref("crm_segmentation.scheme_abc")
        segment = scheme.segment_ids[0]
        market = self.markets.create({"name": "Key", "segment_ids": segment.ids})
        stay = self.env["crm.segment.member"].create(
            {
                "scheme_id": scheme.id, "segment_id": segment.id, "company_id": self.company.id,
                "partner_id": self.customer.id, "date_from": "2021-01-01",
            }
        )  # fmt: skip
        self.assertEqual(self._market(), market)
        stay.date_to = "2022-01-01"
        self.assertEqual(self._market(), self.anybody)

    def test_companies(self):
        second = self.env["res.company"].create({"name": "Second"})
        self.anybody.company_id = second
        self.assertFalse(self._market())
        self.assertEqual(self.markets._market_for(self.customer, second), {self.customer.id: self.anybody.id})

    def test_many_customers_cost_no_query_each(self):
        self.markets.create({"name": "Pumps", "sequence": 10, "industry_ids": self.industry.ids})
        customers = self.env["res.partner"].create([{"name": f"M{i}"} for i in range(20)])
        self._market()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            found = self.markets._market_for(customers, self.company)
        self.assertEqual(set(found.values()), {self.anybody.id})

    def test_free_to_leave_is_hard_competition_with_nothing_that_holds(self):
        market = self.markets.create({"name": "Hard", "competition": "very_hard"})
        self.assertTrue(market.is_hard)
        for values in (
            {"switching_cost": "high"}, {"own_technology": True}, {"reward_program": True}, {"legal_protection": True},
            {"competition": "medium"},
        ):  # fmt: skip
            self.assertFalse(self.markets.create({"name": "Held", "competition": "hard", **values}).is_hard)

    def test_the_answer_keeps_the_profile_of_its_day(self):
        response = self._store(5, program=self.csat)
        self.markets.create({"name": "New", "sequence": 1, "competition": "hard"})
        self.assertEqual(response.market_id, self.anybody)
        self.assertTrue(self._store(5, program=self.csat).market_id.is_hard)

    def test_who_may_change_profiles(self):
        for user in (self.reader, self.salesman):
            self.assertEqual(self.anybody.with_user(user).name, "Anybody")
            for attempt in (
                lambda market: market.write({"name": "x"}),
                lambda market: market.unlink(),
                lambda market: market.create({"name": "x"}),
            ):
                with self.assertRaises(AccessError):
                    attempt(self.anybody.with_user(user))
        self.anybody.with_user(self.configurer).name = "Everybody"
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.markets.with_user(user).search([])
