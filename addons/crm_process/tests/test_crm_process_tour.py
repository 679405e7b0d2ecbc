from odoo.tests import HttpCase, tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestCrmProcessTour(HttpCase, ProcessCommon):
    def test_salesperson_goes_round_in_the_browser(self):
        self._activate()
        lead = self._won_lead()
        self.salesman.password = "process_salesman"
        self.start_tour(f"/odoo/crm.lead/{lead.id}", "crm_process_loop", login="process_salesman")
        self.assertEqual(lead.followup_outcome, "satisfied")
        self.assertRecordValues(lead.next_cycle_ids, [{"cycle_number": 2, "user_id": self.salesman.id}])
