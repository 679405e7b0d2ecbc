from datetime import timedelta

from odoo.tests import tagged

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseAgain(CaseCommon):
    def _closed(self, **values):
        case = self.close(self.open_case(2, **values))
        return case

    def _ask(self, case):
        case.again_on = self.company._crm_today()
        self.run_job()
        return case.again_request_id

    def test_ready_schedules_ask_again_by_themselves(self):
        for name in ("relationship_nps", "after_purchase", "service_effort"):
            program = self.env.ref(f"crm_satisfaction.program_{name}")
            if program != self.program:
                self.assertEqual(program.case_program_id, program, name)

    def test_closing_plans_the_second_question(self):
        case = self._closed()
        self.assertEqual(case.again_on, self.company._crm_today() + timedelta(days=7))
        self.assertEqual(case.again_program_id, self.second_program)
        self.run_job()
        self.assertFalse(case.again_request_id, "not before its day")
        request = self._ask(case)
        self.assertRecordValues(
            request, [{"program_id": self.second_program.id, "partner_id": self.contact.id, "case_id": case.id}]
        )
        self.assertFalse(case.again_on)
        self.run_job()
        self.assertEqual(self.env["crm.satisfaction.request"].search_count([("case_id", "=", case.id)]), 1)

    def test_from_two_to_nine_is_recovered(self):
        case = self._closed()
        request = self._ask(case)
        request._answer_from_mail(9)
        self.assertRecordValues(case, [{"result": "recovered", "state": "closed", "first_score": 2, "second_score": 9}])

    def test_a_customer_who_is_still_not_content_takes_the_case_up_again(self):
        case = self._closed()
        self._ask(case)._answer_from_mail(3)
        self.assertRecordValues(case, [{"result": "not_recovered", "state": "reopened", "reopen_count": 1}])
        self.assertTrue(case.activity_ids)
        cases = self.env["crm.satisfaction.case"].search([("customer_id", "=", self.customer.id)])
        self.assertEqual(cases, case, "no second case is opened")

    def test_a_newer_case_takes_the_second_answer(self):
        case = self._closed()
        request = self._ask(case)
        newer = self.open_case(1, self._contact("Twin", self.customer))
        request._answer_from_mail(2)
        self.assertEqual(case.state, "closed")
        self.assertIn(request.response_ids, newer.response_ids)

    def test_the_answer_corrects_the_judgement_of_who_closed_it(self):
        case = self.close(self.open_case(2), "not_recovered")
        self._ask(case)._answer_from_mail(9)
        self.assertEqual(case.result, "recovered")

    def test_nothing_wrong_is_not_asked_again(self):
        case = self.close(self.open_case(2), "nothing_wrong")
        self.assertFalse(case.again_on)

    def test_reasons_not_to_ask_are_noted(self):
        case = self._closed()
        self.env["mail.blacklist"]._add(self.contact.email)
        self._ask(case)
        self.assertFalse(case.again_request_id)
        self.assertIn("blacklist", case.again_note)

    def test_a_schedule_that_is_off_asks_nobody(self):
        case = self._closed()
        self.second_program.active = False
        self._ask(case)
        self.assertTrue(case.again_note)
        self.assertFalse(case.again_request_id)

    def test_closed_again_is_asked_again(self):
        case = self._closed()
        self._ask(case)._answer_from_mail(3)
        self.close(case)
        self.assertTrue(case.again_on)
        self.assertFalse(case.again_request_id)
