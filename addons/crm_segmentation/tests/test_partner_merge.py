from .common import InsightCommon


class TestPartnerMerge(InsightCommon):
    def merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources + target).ids, target)
        self.env.invalidate_all()

    def test_three_partners_with_rows_everywhere(self):
        one, two, target = self.customer("One"), self.customer("Two"), self.customer("Target")
        for partner, amount in ((one, 900), (two, 30), (target, 10)):
            self.invoice(partner, amount)
        self.run_jobs()
        first = self.env["crm.segment.member"].search([("partner_id", "=", target.id)])
        self.merge(one + two, target)
        self.assertFalse((one + two).exists())
        self.assertFalse(self.card(target), "derived rows go, the job computes them again")
        members = self.env["crm.segment.member"].search([("partner_id", "=", target.id)])
        self.assertEqual(len(members), 3, "history stays")
        self.assertEqual(members.filtered(lambda member: not member.date_to), first)
        self.run_jobs()
        card = self.card(target)
        self.assertEqual((card.monetary, card.invoice_count), (940, 3))
        self.assertEqual(card.segment_id, self.class_a)
        self.assertEqual(len(card.member_ids.filtered(lambda member: not member.date_to)), 1)

    def test_merge_asks_for_new_figures(self):
        cron = self.env.ref("crm_segmentation.ir_cron_measures")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.merge(self.customer("One"), self.customer("Target"))
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
