from odoo import Command

from .common import CostCommon


class TestGoods(CostCommon):
    """Cost of goods by setting; whatever differs from the ledger is variance."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.product = cls.env["product.product"].create(
            {"name": "Good", "type": "consu", "uom_id": cls.env.ref("uom.product_uom_unit").id}
        )
        cls.product.with_company(cls.company).standard_price = 6

    def sell_goods(self, quantity, move_type="out_invoice", **line):
        values = {
            "product_id": self.product.id,
            "quantity": quantity,
            "price_unit": 10,
            "tax_ids": [Command.clear()],
            "account_id": self.revenue_account().id,
            **line,
        }
        return self.sell(self.a, 0, move_type=move_type, invoice_line_ids=[Command.create(values)])

    def test_quantity_times_cost_and_the_gap_is_variance(self):
        self.setting(goods_source="margin")
        self.sell_goods(3), self.sell_goods(1, product_uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.sell_goods(1, move_type="out_refund")
        self.entry((self.goods_account, 100))
        period = self.compute()
        amounts = self.amounts(period)
        self.assertEqual((amounts["cost_of_goods", "A"], amounts["variance", ""]), (-84, -16))
        self.assertEqual((period.goods_source, period.difference, period.variance), ("margin", 0, -16))
        row = period.reconciliation_ids.filtered(lambda row: row.role == "cost_of_goods")
        self.assertEqual((row.customers, row.variance, row.ledger, row.difference), (-84, -16, -100, 0))
        action = period.line_ids.filtered(lambda line: line.level == "cost_of_goods").action_open_source()
        self.assertEqual(len(self.env[action["res_model"]].search(action["domain"])), 3)

    def test_nothing_in_the_ledger_is_all_variance(self):
        self.setting(goods_source="margin")
        self.sell_goods(2)
        period = self.compute()
        self.assertEqual((period.cost_of_goods, period.variance, period.difference), (-12, 12, 0))
        self.setting(goods_source="ledger")
        period._compute_period()
        self.assertEqual((period.cost_of_goods, period.variance, period.goods_source), (0, 0, "ledger"))

    def test_closing_of_the_stock_is_variance_of_goods(self):
        closing = self.entry((self.goods_account, 70))
        self.env["ir.config_parameter"].sudo().set_param(
            f"{self.company.id}.stock_valuation_closing_ids", str(closing.id)
        )
        self.sell(self.a, 100, goods=30)
        period = self.compute()
        self.assertEqual(
            self.amounts(period), {("revenue", "A"): 100, ("cost_of_goods", "A"): -30, ("variance", ""): -70}
        )
        self.assertEqual((period.difference, period.variance), (0, -70))
