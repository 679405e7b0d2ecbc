from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestMerge(SatisfactionCommon):
    def _merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target, extra_checks=False)
        self.env.invalidate_all()

    def test_history_follows_and_double_invitations_are_closed(self):
        twin = self._contact("Twin", self.customer)
        answered = self._answer(4, twin)
        older, newer = self._request(twin), self._request(self.contact)
        self._merge(twin, self.contact)
        self.assertRecordValues(
            answered, [{"partner_id": self.contact.id, "customer_id": self.customer.id, "score": 4}]
        )
        self.assertRecordValues(older | newer, [
            {"state": "expired", "partner_id": self.contact.id},
            {"state": "sent", "partner_id": self.contact.id},
        ])  # fmt: skip
        self.assertTrue(older.reason)

    def test_invitations_of_different_schedules_stay_open(self):
        twin = self._contact("Twin", self.customer)
        requests = self._request(twin) | self._request(self.contact, self.program.copy({"active": True}))
        self._merge(twin, self.contact)
        self.assertEqual(requests.mapped("state"), ["sent", "sent"])

    def test_person_merged_into_a_contact_becomes_that_company(self):
        loner = self._contact("Loner")
        response = self._answer(9, loner)
        self._merge(loner, self.contact)
        self.assertRecordValues(response, [{"partner_id": self.contact.id, "customer_id": self.customer.id}])

    def test_customers_merged(self):
        double = self.env["res.partner"].create({"name": "Double", "is_company": True})
        response = self._answer(1, self._contact("Dora", double))
        self._answer(10, self.contact, days_ago=5)
        self._card(), self._card(double)
        self._merge(double, self.customer)
        card = self._card()
        self.env["crm.customer"]._refresh_satisfaction()
        self.assertEqual(response.customer_id, self.customer)
        self.assertRecordValues(card, [{"last_score_nps": 1, "nps_answer_count": 2}])
