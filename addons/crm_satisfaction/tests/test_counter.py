from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestCounter(CaseCommon):
    def counter(self, partner=None, user=None):
        partner = (partner or self.contact).with_user(user or self.salesman)
        return self.env["crm.counter"].with_user(user or self.salesman).browse(partner.action_open_counter()["res_id"])

    def test_who_stands_there_what_went_wrong_and_what_was_promised(self):
        response = self._answer(2, self.contact)
        response.write({"comment": "The box was empty"})
        case = response.case_ids
        promise = self.env["crm.satisfaction.promise"].create(
            {"case_id": case.id, "name": "New box", "date": fields.Date.today(), "user_id": self.salesman.id}
        )
        counter = self.counter()
        self.assertRecordValues(counter, [{
            "customer_id": self.customer.id, "last_score": "2 of 10", "score_group": "detractor",
            "comment": "The box was empty", "seller_id": self.salesman.id,
        }])  # fmt: skip
        self.assertEqual(counter.case_ids, case)
        self.assertEqual(counter.promise_ids, promise)
        promise.action_kept()
        counter.invalidate_recordset()
        self.assertFalse(counter.promise_ids)

    def test_the_last_word_is_that_of_the_person_not_of_a_colleague(self):
        self._answer(3, self.contact, days_ago=3)
        self._answer(9, self._contact("Twin", self.customer))
        self.assertEqual(self.counter().last_score, "3 of 10")
        self.assertEqual(self.counter(self._contact("Third", self.customer)).last_score, "9 of 10")

    def test_the_last_comment_stays_when_the_last_answer_has_none(self):
        self._answer(3, self.contact, days_ago=3).write({"comment": "The box was empty"})
        self._answer(9, self.contact)
        counter = self.counter()
        self.assertRecordValues(counter, [{"last_score": "9 of 10", "comment": "The box was empty"}])
        self.assertIn("3 of 10", counter.comment_with, "nobody takes it for what was said with the last score")

    def test_a_comment_of_the_last_answer_needs_no_date_of_its_own(self):
        self._answer(3, self.contact).write({"comment": "The box was empty"})
        self.assertFalse(self.counter().comment_with)

    def test_open_cases_come_first(self):
        closed = self.close(self.open_case())
        older = self.open_case(1, self._contact("Twin", self.customer))
        older.opened_at = fields.Datetime.subtract(closed.opened_at, days=300)
        self.assertEqual(self.counter().case_ids.ids, (older | closed).ids)

    def test_old_closed_cases_are_not_told(self):
        case = self.close(self.open_case())
        self.assertEqual(self.counter().case_ids, case)
        case.opened_at = fields.Datetime.subtract(case.opened_at, years=1)
        self.assertFalse(self.counter().case_ids)

    def test_preferences_are_noted_in_one_step(self):
        counter = self.counter()
        with self.assertRaises(UserError):
            counter.action_note_preference()
        counter.write({"preference_kind": "contact", "preference": "never by phone"})
        counter.action_note_preference()
        twin = self._contact("Twin", self.customer)
        company = self.counter(self.customer)
        self.env["crm.customer.preference"].create({"partner_id": self.customer.id, "name": "Pays in May"})
        self.assertEqual(self.counter().preference_ids.mapped("name"), ["never by phone", "Pays in May"])
        self.assertEqual(self.counter(twin).preference_ids.mapped("name"), ["Pays in May"], "not of colleagues")
        self.assertFalse(company.preference)
        self.assertEqual(counter.preference_ids.user_id, self.salesman | self.env.user)

    # Suggestions

    def _history(self, remedy, recovered, lost, cause=None):
        """Store closed cases in which a remedy was offered."""
        for number in range(recovered + lost):
            self.env["crm.satisfaction.case"].create(
                {
                    "customer_id": self._contact(f"H{remedy.id}x{number}x{cause and cause.id}").id,
                    "state": "closed",
                    "result": "recovered" if number < recovered else "not_recovered",
                    "remedy_id": remedy.id,
                    "remedy_reason": "Then",
                    "cause_id": (cause or self.cause).id,
                    "user_id": self.manager.id,
                }
            )

    def test_without_enough_cases_the_order_of_the_policy_counts(self):
        self._history(self.visit, 4, 0)
        counter = self.counter()
        self.assertEqual(counter.remedy_ids.remedy_id, self.callback | self.visit)
        self.assertIn("Not enough cases", counter.remedy_method)

    def test_what_worked_comes_first_among_what_is_allowed(self):
        self._history(self.callback, 2, 4)
        self._history(self.visit, 6, 1)
        self._history(self.gift, 9, 0)
        counter = self.counter()
        self.assertEqual(counter.remedy_ids.remedy_id.ids, (self.visit | self.callback).ids)
        self.assertIn("6 of 7", counter.remedy_ids[0].worked)
        self.assertIn("22 cases", counter.remedy_method)

    def test_cases_with_the_same_cause_come_first(self):
        other = self.env.ref("crm_satisfaction.cause_price")
        self._history(self.visit, 9, 1, other)
        self._history(self.callback, 5, 1)
        self.open_case().cause_id = self.cause
        counter = self.counter()
        self.assertEqual(counter.remedy_ids[0].remedy_id, self.callback)
        self.assertIn("same cause", counter.remedy_method)

    def test_without_a_policy_nothing_is_suggested(self):
        counter = self.counter(self._contact("Nobody"))
        self.assertFalse(counter.remedy_ids)
        self.assertIn("Ask before", counter.remedy_method)

    def test_opened_from_order_opportunity_profile_and_case(self):
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.contact.id, "user_id": self.salesman.id})
        order = self.env["sale.order"].create({"partner_id": self.contact.id, "user_id": self.salesman.id})
        for record in (lead, order, self._card(), self.open_case()):
            action = record.with_user(self.salesman).action_open_counter()
            counter = self.env["crm.counter"].browse(action["res_id"])
            self.assertEqual(counter.customer_id, self.customer, record._name)
        with self.assertRaises(UserError):
            self.env["crm.lead"].create({"name": "Nobody"}).action_open_counter()

    def test_no_amounts(self):
        names = self.env["crm.counter"]._fields
        self.assertFalse([name for name, field in names.items() if field.type == "monetary"])
        self.assertFalse({"cost", "profit", "monetary", "panel_revenue"} & names.keys())

    def test_who_may_look(self):
        self.open_case()
        self.assertTrue(self.counter(user=self.reader).case_ids)
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.counter(user=user)
        counter = self.counter()
        with self.assertRaises(AccessError):
            counter.with_user(self.colleague).read(["comment"])

    def test_other_companies_see_nothing(self):
        self.open_case()
        response = self._answer(1, self._contact("Twin", self.customer))
        second = self.env["res.company"].create({"name": "Second"})
        self.colleague.write({"company_ids": [(6, 0, second.ids)], "company_id": second.id})
        counter = self.counter(user=self.colleague)
        self.assertFalse(counter.case_ids)
        self.assertFalse(counter.answer_id)
        self.assertFalse(counter.last_score)
        forged = self.env["crm.counter"].with_user(self.colleague).create(
            {"partner_id": self.contact.id, "company_id": self.company.id}
        )  # fmt: skip
        self.assertFalse(forged.case_ids)
        self.assertFalse(forged.answer_id)
        self.assertTrue(response.exists())

    def test_the_page_costs_few_queries(self):
        self.open_case()
        self._answer(3, self._contact("Twin", self.customer))
        names = list(self.env["crm.counter"].get_view()["models"]["crm.counter"])
        self.counter().read(names)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(45):
            self.counter().read(names)
