from odoo import fields
from odoo.tests import tagged

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseMerge(CaseCommon):
    def _merge(self, sources, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | target).ids, target, extra_checks=False)
        self.env.invalidate_all()

    def test_one_of_two_open_cases_goes_on_with_everything(self):
        double = self.env["res.partner"].create({"name": "Double", "is_company": True})
        other = self.open_case(0, self._contact("Dora", double))
        promise = self.env["crm.satisfaction.promise"].create(
            {"case_id": other.id, "name": "Call", "date": fields.Date.today(), "user_id": self.manager.id}
        )
        kept = self.open_case(5)
        self._merge(double, self.customer)
        self.assertRecordValues(kept | other, [
            {"state": "new", "customer_id": self.customer.id, "severity": "3"},
            {"state": "closed", "customer_id": self.customer.id, "severity": "3"},
        ])  # fmt: skip
        self.assertEqual(len(kept.response_ids), 2)
        self.assertRecordValues(promise, [{"case_id": kept.id, "customer_id": self.customer.id}])
        self.assertEqual(promise.activity_id.res_id, kept.id)
        self.assertIn("merged", other.message_ids[0].body)

    def test_a_person_merged_into_a_contact_brings_the_case_to_the_company(self):
        loner = self._contact("Loner")
        case = self.open_case(1, loner)
        self.env["crm.customer.preference"].create({"partner_id": loner.id, "name": "Tea"})
        self._merge(loner, self.contact)
        self.assertRecordValues(case, [{"customer_id": self.customer.id, "partner_id": self.contact.id}])
        preference = self.env["crm.customer.preference"].search([("partner_id", "=", self.contact.id)])
        self.assertEqual(preference.customer_id, self.customer)

    def test_a_person_s_open_case_joins_that_of_the_company(self):
        loner = self._contact("Loner")
        older, kept = self.open_case(1, loner), self.open_case(3)
        self._merge(loner, self.contact)
        self.assertEqual((older.state, kept.state), ("closed", "new"))

    def test_closed_cases_stay(self):
        double = self._contact("Double")
        case = self.close(self.open_case(2, double))
        self.open_case(2)
        self._merge(double, self.contact)
        self.assertRecordValues(case, [{"state": "closed", "result": "recovered", "customer_id": self.customer.id}])
