from odoo.tests import tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestLeadMerge(ProcessCommon):
    def _chain(self, length):
        leads = self.env["crm.lead"]
        for number in range(1, length + 1):
            leads += self._lead(name=f"Cycle {number}", cycle_number=number, previous_cycle_id=leads[-1:].id)
        return leads

    def test_merging_unlinked_leads_is_core(self):
        head = (self._lead() | self._lead()).merge_opportunity()
        self.assertRecordValues(head, [{"previous_cycle_id": False, "cycle_number": 1}])

    def test_next_cycle_follows_the_merged_lead(self):
        first, second = self._chain(2)
        better = self._lead(stage_id=self.stage_offer.id)
        head = (first | better).merge_opportunity()
        self.assertEqual(head, better)
        self.assertRecordValues(second, [{"previous_cycle_id": head.id, "cycle_number": 2}])

    def test_former_cycle_is_taken_over(self):
        first, second = self._chain(2)
        better = self._lead(stage_id=self.stage_offer.id)
        head = (second | better).merge_opportunity()
        self.assertEqual(head, better)
        self.assertRecordValues(head, [{"previous_cycle_id": first.id, "cycle_number": 2}])
        self.assertEqual(first.next_cycle_ids, head)

    def test_cycle_merged_with_its_former_one(self):
        first, second, third = self._chain(3)
        head = (first | second).merge_opportunity()
        self.assertRecordValues(head, [{"previous_cycle_id": False, "cycle_number": 2}])
        self.assertEqual(third.previous_cycle_id, head)

    def test_two_ends_of_a_chain_make_no_ring(self):
        for head_index in (1, 3):
            zero, first, second, third = chain = self._chain(4)
            chain[head_index].stage_id = self.stage_offer
            head = (first | third).merge_opportunity()
            self.assertEqual(head, chain[head_index])
            self.assertFalse(chain.exists()._has_cycle("previous_cycle_id"))
            left = zero | second | head
            self.assertEqual(left.mapped("cycle_count"), [3, 3, 3])

    def test_won_lead_stays_won_when_merged_into_another_team(self):
        stage = self._activate()
        lead = self._won_lead()
        lead.action_start_followup()
        self.assertEqual(lead.stage_id, stage)
        head = (lead | self._lead()).merge_opportunity(team_id=self.other_team.id)
        self.assertRecordValues(head, [{"won_status": "won", "stage_id": self.stage_won.id}])

    def test_partner_merge_moves_the_cycles(self):
        source = self.env["res.partner"].create({"name": "Twin", "email": "process@example.com"})
        first = self._lead(partner_id=source.id)
        self._lead(partner_id=source.id, previous_cycle_id=first.id, cycle_number=2)
        self.env["base.partner.merge.automatic.wizard"]._merge((source | self.customer).ids, self.customer)
        self.assertEqual(self.customer.cycle_count, 2)
