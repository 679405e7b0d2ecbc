from odoo import fields

from .common_statement import StatementCommon


class TestWhaleDimensions(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b = cls.customer("A"), cls.customer("B")
        cls.tools, cls.toys = cls.env["product.category"].create([{"name": "Tools"}, {"name": "Toys"}])
        cls.china, cls.italy = cls.env.ref("base.cn"), cls.env.ref("base.it")
        cls.team = cls.env["crm.team"].create({"name": "North", "company_id": cls.company.id})
        cls.seller = cls.env.user
        tools = {"categ_id": cls.tools.id, "country_id": cls.china.id, "user_id": cls.seller.id}
        toys = {"categ_id": cls.toys.id, "country_id": cls.italy.id, "team_id": cls.team.id}
        cls.period = cls.known_month(
            [
                (cls.a, "revenue", 100.0, tools),
                (cls.a, "cost_of_goods", -60.0, tools),
                (cls.b, "revenue", 30.0, toys),
                (cls.b, "discount", -5.0, toys),
                (cls.b, "activity", -8.0, {"country_id": cls.italy.id}),
                (cls.b, "bad_debt", -2.0, {"country_id": cls.italy.id}),
                (cls.b, "cost_of_money", -50.0),
            ]
        )

    def page(self, **values):
        return self.env["crm.cost.whale"].create({"company_id": self.company.id, "period_id": self.period.id, **values})

    def points(self, page):
        return [(point["name"], point["profit"]) for point in page.curve["points"]]

    def test_the_curve_of_each_dimension_and_what_is_not_on_it_add_up(self):
        expected = {
            "customer": [("A", 40.0), ("B", 15.0)],
            "category": [("Tools", 40.0), ("Toys", 25.0)],
            "country": [("China", 40.0), ("Italy", 15.0)],
            "user": [(self.seller.display_name, 40.0)],
            "team": [("North", 25.0)],
        }
        for dimension, points in expected.items():
            with self.subTest(dimension):
                page = self.page(dimension=dimension, tiles="5")
                self.assertEqual(self.points(page), points)
                self.assertEqual((page.total + page.rest, page.customer_count), (55.0, len(points)))
                self.assertEqual(sum(page.tile_ids.mapped("profit")), page.total)
                self.assertAlmostEqual(page.tile_ids[-1].cumulative_share, 1.0)

    def test_a_click_opens_what_the_point_is_made_of(self):
        page = self.page(dimension="category")
        for key, total in ((self.tools.id, 40.0), (self.toys.id, 25.0)):
            action = page.action_open_customer(key)
            self.assertEqual(sum(self.env[action["res_model"]].search(action["domain"]).mapped("amount")), total)
        action = page.tile_ids[0].action_open_customers()
        self.assertEqual(sum(self.env[action["res_model"]].search(action["domain"]).mapped("amount")), 40.0)

    def test_words_name_what_is_ranked(self):
        page = self.page(dimension="country")
        self.assertEqual(page.headline, "Fewer than five countries: too few to speak of fifths.")
        self.assertEqual(page.curve["axis"], "Countries, best first (%)")

    def test_eighty_percent_is_earned_by_the_fewest(self):
        customers = [self.customer(f"P{number:02d}") for number in range(11)]
        profits = (500, 300, 100, 50, 20, 10, 10, 5, 3, 2, -900)
        period = self.known_month(
            [(partner, "revenue", float(profit)) for partner, profit in zip(customers, profits, strict=True)], back=1
        )
        self.assertEqual(
            self.page(period_id=period.id).pareto,
            "80/20: 2 of 11 customers (18 %) earn 80 % of what all profitable ones earn together.",
        )

    def test_equals_enter_the_few_together_and_losses_never(self):
        customers = [self.customer(f"E{number}") for number in range(4)]
        for back, profits, words in ((1, (10, 10, 10, -5), "3 of 4"), (2, (-1, -1, -2, -3), "None of the customers")):
            lines = [(partner, "revenue", float(profit)) for partner, profit in zip(customers, profits, strict=True)]
            self.assertIn(words, self.page(period_id=self.known_month(lines, back=back).id).pareto)

    def test_many_customers_are_drawn_by_some_hundred_points(self):
        self.env.cr.execute(
            "INSERT INTO res_partner (name, complete_name, active, autopost_bills)"
            " SELECT 'M' || n, 'M' || n, TRUE, 'ask'"
            " FROM generate_series(1, 1500) n RETURNING id"
        )
        partners = [partner for (partner,) in self.env.cr.fetchall()]
        period = self.known_month([], back=3)
        self.env.cr.execute(
            "INSERT INTO crm_cost_customer (period_id, company_id, currency_id, partner_id, revenue, discount,"
            " credit_note, down_payment, rebate, cost_of_goods, activity, direct, profit)"
            " SELECT %s, %s, %s, p, n, 0, 0, 0, 0, 0, 0, 0, n FROM unnest(%s) WITH ORDINALITY AS t (p, n)",
            [period.id, self.company.id, self.company.currency_id.id, partners],
        )
        page = self.page(period_id=period.id)
        points = page.curve["points"]
        self.assertLessEqual(len(points), 400)
        self.assertEqual((page.customer_count, points[0]["profit"], points[-1]["profit"]), (1500, 1500.0, 1.0))
        self.assertEqual([point["position"] for point in points[:100]], list(range(1, 101)))
        self.assertEqual(points[-1]["y"], 100.0)

    def test_last_twelve_months_end_with_the_last_computed(self):
        self.known_month([(self.a, "revenue", 7.0)], back=12), self.known_month([(self.a, "revenue", 1.0)], back=3)
        page = self.page(period_id=False)
        self.assertEqual(page.total, 55.0 + 1.0 + 7.0, "the last twelve computed, whenever they were")
        self.assertIn(fields.Date.to_string(self.month)[:7], page.span)
