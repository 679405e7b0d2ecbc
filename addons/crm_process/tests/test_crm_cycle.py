from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged, users

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestCrmCycle(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_new.process_phase = "needs"
        cls.stage_followup = cls._activate()

    def _followed(self, **values):
        lead = self._won_lead(**values)
        lead.action_start_followup()
        return lead

    @users("process_salesman")
    def test_three_times_round(self):
        lead = self._followed().with_env(self.env)
        chain = lead
        for number in (2, 3):
            self.assertTrue(lead.can_close_followup)
            action = self._close(lead, self.env.user)
            following = self.env["crm.lead"].browse(action["res_id"])
            self.assertRecordValues(
                following,
                [
                    {
                        "previous_cycle_id": lead.id,
                        "cycle_number": number,
                        "stage_id": self.stage_new.id,
                        "team_id": self.team.id,
                        "user_id": self.salesman.id,
                        "partner_id": self.customer.id,
                        "won_status": "pending",
                        "date_closed": False,
                        "followup_start": False,
                        "followup_end": False,
                    }
                ],
            )
            self.assertRecordValues(
                lead, [{"followup_outcome": "satisfied", "won_status": "won", "stage_id": self.stage_followup.id}]
            )
            self.assertTrue(lead.followup_end)
            self.assertFalse(lead.can_close_followup)
            chain |= following
            following.action_set_won()
            following.action_start_followup()
            lead = following
        self.assertEqual(chain.mapped("cycle_count"), [3, 3, 3])
        self.assertEqual(self.env["crm.lead"].search(chain[1].action_view_cycles()["domain"], order="id"), chain)
        self.assertEqual(self.customer.with_env(self.env).cycle_count, 3)
        action = self.customer.with_env(self.env).action_view_cycles()
        self.assertEqual(self.env["crm.lead"].search(action["domain"], order="id"), chain)

    def test_inputs_are_handed_over_as_text(self):
        lead = self._followed()
        following = self.env["crm.lead"].browse(self._close(lead, start_date="2031-05-06")["res_id"])
        for text in ("Ten desks", "Call &lt;b&gt;before&lt;/b&gt; noon<br>and ask for Ann", "Lamps"):
            self.assertIn(text, following.description)
        self.assertIn("Ten desks", lead.message_ids[0].body)
        self.assertEqual(lead.next_cycle_date, date(2031, 5, 6))
        self.assertRecordValues(
            following.activity_ids, [{"date_deadline": date(2031, 5, 6), "user_id": self.salesman.id}]
        )

    def test_failed_followup_is_an_outcome_and_the_sale_remains(self):
        lead = self._followed()
        self._close(lead, method="action_close", outcome="failed")
        self.assertRecordValues(lead, [{"followup_outcome": "failed", "won_status": "won", "probability": 100}])
        self.assertFalse(lead.next_cycle_ids)
        self.assertTrue(lead.can_close_followup, "the next cycle can still be started later")
        self.assertTrue(self._close(lead)["res_id"])
        self.assertEqual(lead.followup_outcome, "failed", "closing again does not change the outcome")

    def test_two_clicks_open_one_cycle(self):
        lead = self._followed()
        wizard = self.env["crm.cycle.close"].create({"lead_id": lead.id})
        first, second = wizard.action_close_and_start(), wizard.action_close_and_start()
        self.assertEqual(first["res_id"], second["res_id"])
        self.assertEqual(self._close(lead)["res_id"], first["res_id"])
        self.assertEqual(len(lead.next_cycle_ids), 1)
        self.env["crm.lead"].browse(first["res_id"]).action_set_lost()
        self.assertEqual(self._close(lead)["res_id"], first["res_id"], "a lost next cycle is still the next cycle")

    def test_nothing_to_close_outside_followup(self):
        for lead in (self._lead(), self._won_lead()):
            with self.assertRaises(UserError):
                self._close(lead)

    def test_retired_process_lets_its_cases_finish(self):
        lead = self._followed()
        self.process.action_retire()
        self.assertTrue(self._close(lead)["res_id"])

    def test_who_left_gets_no_new_work(self):
        lead = self._followed()
        self.salesman.active = False
        following = self.env["crm.lead"].browse(self._close(lead)["res_id"])
        self.assertFalse(following.user_id)
        self.assertEqual(following.team_id, self.team)
        self.assertEqual(following.activity_ids.user_id, self.env.user)

    def test_archived_team_gets_no_new_work(self):
        lead = self._followed()
        self.team.active = False
        following = self.env["crm.lead"].browse(self._close(lead)["res_id"])
        self.assertNotEqual(following.team_id, self.team)
        self.assertTrue(following.stage_id)
        self.assertFalse(following.stage_id.is_won)

    def test_lead_without_customer_hands_its_contact_over(self):
        lead = self._followed(partner_id=False, contact_name="Ann", email_from="ann@example.com")
        following = self.env["crm.lead"].browse(self._close(lead)["res_id"])
        self.assertRecordValues(following, [{"contact_name": "Ann", "email_from": "ann@example.com"}])

    def test_deleting_a_former_cycle_leaves_the_others(self):
        lead = self._followed()
        second = self.env["crm.lead"].browse(self._close(lead)["res_id"])
        lead.unlink()
        self.assertRecordValues(second, [{"previous_cycle_id": False, "cycle_number": 2, "cycle_count": 1}])

    def test_copy_starts_a_chain_of_its_own(self):
        lead = self._followed()
        second = self.env["crm.lead"].browse(self._close(lead)["res_id"])
        self.assertRecordValues(
            second.copy() | lead.copy(), [{"previous_cycle_id": False, "cycle_number": 1, "followup_end": False}] * 2
        )

    def test_ring_and_number_below_one_are_refused(self):
        first, second = self._lead(), self._lead()
        second.previous_cycle_id = first
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            first.previous_cycle_id = second
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            first.previous_cycle_id = first

    @users("process_salesman")
    def test_cycles_of_colleagues_are_not_counted_for_who_may_not_see_them(self):
        lead = self._followed()
        second = self.env["crm.lead"].browse(self._close(lead)["res_id"])
        lead.sudo().user_id = self.manager
        self.env.invalidate_all()
        self.assertEqual(second.cycle_count, 1)
        self.assertTrue(second.web_read({"previous_cycle_id": {"fields": {"display_name": {}}}}))

    @users("process_salesman")
    def test_next_cycle_of_a_colleague_is_found_not_doubled(self):
        lead = self._followed().with_env(self.env)
        second = self._close(lead, self.env.user)["res_id"]
        self.env["crm.lead"].sudo().browse(second).user_id = self.manager
        self.env.invalidate_all()
        self.assertFalse(lead.can_close_followup)
        with self.assertRaises(UserError):
            self._close(lead, self.env.user)
        self.assertEqual(lead.sudo().next_cycle_ids.ids, [second])
