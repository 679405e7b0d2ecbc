from .common import CostCommon


class TestPartnerMerge(CostCommon):
    def merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target)

    def test_lines_of_the_merged_customer_move_and_sums_stay(self):
        a, b = self.customer("A"), self.customer("B")
        self.sell(a, 100, goods=30), self.sell(b, 10.01, goods=1)
        self.requests(a, 2), self.requests(b, 1), self.entry((self.pool_account, 100))
        self.make_pool(capacity=77)
        period = self.compute()
        total = sum(period.line_ids.mapped("amount"))
        self.merge(b, a)
        lines = period.line_ids.filtered("partner_id")
        self.assertEqual(lines.partner_id, a)
        self.assertEqual(len(lines), 3, "one line for each level, and the wizard did not give up")
        self.assertEqual(set(lines.mapped("customer_name")), {"A + B"}, "the names of then stay readable")
        self.assertAlmostEqual(sum(period.line_ids.mapped("amount")), total)
        revenue = lines.filtered(lambda line: line.level == "revenue")
        self.assertAlmostEqual(revenue.amount, 110.01)
        row = self.env["crm.cost.customer"].search([("period_id", "=", period.id)])
        self.assertEqual((row.partner_id, round(row.revenue, 2)), (a, 110.01), "made anew from the lines")
        self.assertEqual(self.env["crm.cost.customer"]._sync(period), 0)
        period._compute_period()
        self.assertEqual((period.difference, period.customer_count), (0, 1))

    def test_merge_with_a_customer_who_has_no_lines(self):
        a, b = self.customer("A"), self.customer("B")
        self.sell(a, 100)
        period = self.compute()
        self.merge(a, b)
        line = period.line_ids
        self.assertEqual((line.partner_id, line.customer_name, line.customer_ref), (b, "A", line.customer_ref))
        self.assertEqual(period._compute_period(), 0, "the entries moved too: nothing to correct")
