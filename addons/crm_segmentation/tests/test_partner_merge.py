from datetime import timedelta
from unittest.mock import patch

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

    def test_contacts_of_merged_companies_take_their_documents_along(self):
        """Three companies with contacts, orders, leads, meetings and values: nothing is lost, nobody counts twice."""
        one, two, target = (self.customer(name) for name in ("One", "Two", "Target"))
        contacts = self.env["res.partner"].create(
            [{"name": f"Contact of {company.name}", "parent_id": company.id} for company in (one, two, target)]
        )
        for partner, amount in zip(one + two + target + contacts, (1, 2, 4, 8, 16, 32), strict=True):
            self.invoice(partner, amount)
            self.env["sale.order"].create({"partner_id": partner.id})
            self.env["crm.lead"].create({"name": "Lead", "partner_id": partner.id})
            self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "start": "2026-03-02 10:00:00",
                    "stop": "2026-03-02 11:00:00",
                    "partner_ids": partner.ids,
                }
            )
        self.run_jobs()
        others = self.env["crm.measure.value"].search([("partner_id", "not in", (one + two + target + contacts).ids)])
        self.merge(one + two, target)
        self.assertFalse(self.value(self.revenue, target))
        self.assertTrue(others.exists() == others, "nobody else's values are touched")
        with patch.object(self.registry["crm.measure"], "_is_full_pass_due", lambda measure: False):
            self.run_jobs()
        value = self.value(self.revenue, target)
        self.assertEqual((value.quantity, value.documents), (63, 6))
        self.assertEqual(self.card(target).monetary, 63)
        self.assertEqual(len(self.env["crm.customer"].search([("partner_id", "in", (target + contacts).ids)])), 1)

    def test_everybody_concerned_is_queued_before_core_moves_the_documents(self):
        one, two, target = (self.customer(name) for name in ("One", "Two", "Target"))
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": two.id})
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_queue")
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._update_foreign_keys(one + contact, target)
        self.env.cr.execute("SELECT partner_id FROM crm_queue WHERE topic = 'documents'")
        self.assertLessEqual({one.id, two.id, target.id}, {partner_id for (partner_id,) in self.env.cr.fetchall()})

    def test_merging_a_contact_into_one_of_another_company(self):
        acme, bolt = self.customer("Acme"), self.customer("Bolt")
        ann, bob = self.env["res.partner"].create(
            [{"name": "Ann", "parent_id": acme.id}, {"name": "Bob", "parent_id": bolt.id}]
        )
        leads = self.env["crm.measure"].create(
            {
                "name": "Leads",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "partner_path": "partner_id",
                "reviewed": True,
            }
        )
        self.env["crm.lead"].create([{"name": "Lead", "partner_id": ann.id, "company_id": self.company.id}] * 2)
        self.run_jobs()
        self.assertEqual(self.value(leads, acme).quantity, 2)
        self.env.cr._now = self.env.cr.now() + timedelta(minutes=1)  # another transaction, as it were
        (ann + bob).parent_id = False
        self.merge(ann, bob)
        self.run_jobs()
        self.assertFalse(self.value(leads, acme))
        self.assertEqual(self.value(leads, bob).quantity, 2)

    def test_merge_asks_for_new_figures(self):
        cron = self.env.ref("crm_segmentation.ir_cron_measures")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.merge(self.customer("One"), self.customer("Target"))
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
