from random import Random

from ..tools import whale
from .common import CostCommon
from .test_tools import HORNGREN, horngren


class TestCrmCostWhale(CostCommon):
    @classmethod
    def profits(cls, profits, day=None):
        """Compute a month in which customers earn exactly these profits."""
        income, receivable = cls.revenue_account(), cls.company_data["default_account_receivable"]
        items = []
        for number, profit in enumerate(profits):
            partner = cls.customer(f"C{number:03d}")
            # A customer without profit is on the list all the same.
            items += [(income, -profit - 1, partner), (cls.goods_account, 1, partner), (receivable, profit, partner)]
        cls.entry(*items, day=day)
        return cls.compute(day=day)

    def page(self, period=None, tiles="10"):
        return self.env["crm.cost.whale"].create(
            {"company_id": self.company.id, "period_id": period and period.id, "tiles": tiles}
        )

    def test_deciles_of_the_published_example(self):
        page = self.page(self.profits([150, 75, 0, 0, 0, 0, 0, 0, 0, -125]))
        self.assertEqual(
            [round(share, 4) for share in page.tile_ids.mapped("profit_share")], [1.5, 0.75, *[0] * 7, -1.25]
        )
        self.assertEqual(page.tile_ids[1].cumulative_share, 2.25)
        self.assertEqual(
            page.headline,
            "The best fifth of the customers earns 225 % of the profit, and the worst fifth eats up 125 % of it again. "
            "The curve peaks at 225 %.",
        )

    def test_horngren_customers(self):
        income, receivable = self.revenue_account(), self.company_data["default_account_receivable"]
        for name, row in HORNGREN.items():
            partner = self.customer(name)
            revenue, margin, service = (float(figure) for figure in horngren(*row))
            self.entry((income, -revenue, partner), (receivable, revenue, partner))
            self.entry((self.goods_account, revenue - margin, partner), (receivable, margin - revenue, partner))
            self.entry((self.pool_account, service))
            self.requests(partner, int(service / 5))
        self.make_pool(capacity=int(sum(float(horngren(*row)[2]) for row in HORNGREN.values())), minutes=5)
        page = self.page(self.compute(), tiles="5")
        self.assertEqual(
            [round(share * 100, 2) for share in page.tile_ids.mapped("cumulative_share")],
            [46.10, 88.75, 101.47, 103.69, 100.00],
        )
        self.assertEqual(
            [round(ratio, 3) for ratio in page.tile_ids.mapped("revenue_to_cost")], [1.104, 1.051, 1.103, 1.072, 0.938]
        )
        self.assertEqual(
            [round(ratio, 2) for ratio in page.tile_ids.mapped("margin_to_service")], [3.18, 2.13, 2.57, 1.68, 0.53]
        )
        self.assertEqual([point["name"] for point in page.curve["points"]], list("SRQPT"))
        self.assertEqual([point["y"] for point in page.curve["points"]], [46.10, 88.75, 101.47, 103.69, 100.00])

    def test_same_as_the_formula_on_random_customers(self):
        random = Random(3)
        for size, back in ((7, 0), (23, 1)):
            profits = [random.randrange(-300, 900) for _number in range(size)]
            period = self.profits(profits, self.month_before(back))
            for number in ("5", "10", "20"):
                page = self.page(period, number)
                expected = whale.tiles(profits, int(number))
                self.assertEqual(
                    [
                        (tile.number, tile.customers, round(tile.profit), round(tile.cumulative))
                        for tile in page.tile_ids
                    ],
                    [(tile.number, tile.customers, tile.profit, tile.cumulative) for tile in expected],
                )
            self.assertEqual(len(page.curve["points"]), size)

    def test_no_percentages_without_profit(self):
        page = self.page(self.profits([10, 5, -5, -20, -40]))
        self.assertTrue(page.is_loss)
        self.assertNotIn("%", page.headline)
        self.assertFalse(any(page.tile_ids.mapped("profit_share")))
        self.assertFalse(page.curve["percent"])
        self.assertEqual([point["y"] for point in page.curve["points"]], [10, 15, 10, -10, -50])

    def test_one_customer(self):
        page = self.page(self.profits([10]))
        self.assertEqual((page.customer_count, len(page.tile_ids)), (1, 1))
        self.assertIn("Fewer than five", page.headline)

    def test_nothing_computed_yet(self):
        page = self.page()
        self.assertFalse(page.tile_ids)
        self.assertFalse(page.curve["points"])
        self.assertIn("Nothing to show yet", page.headline)

    def test_twelve_months_together(self):
        a = self.customer("A")
        for back in range(3):
            self.sell(a, 100, day=self.month_before(back))
            self.compute(day=self.month_before(back))
        page = self.page()
        self.assertEqual((page.customer_count, page.total), (1, 300))
        self.assertIn("–", page.span)

    def test_own_companies_are_left_out(self):
        own = self.env["res.company"].create({"name": "Sister"}).partner_id
        own.property_account_receivable_id = self.company_data["default_account_receivable"]
        self.sell(own, 9000), self.sell(self.customer("A"), 10)
        page = self.page(self.compute())
        self.assertEqual((page.customer_count, page.total), (1, 10))

    def test_group_and_click_open_the_customers(self):
        period = self.profits([150, 75, 0, 0, -125])
        page = self.page(period, "5")
        action = page.tile_ids[-1].action_open_customers()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.mapped("profit"), [-125])
        best = page.curve["points"][0]
        action = page.action_open_customer(best["id"])
        self.assertEqual(self.env[action["res_model"]].browse(action["res_id"]).partner_id.id, best["id"])
