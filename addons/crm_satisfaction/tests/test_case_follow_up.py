from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_case import CaseCommon

CASE = "odoo.addons.crm_satisfaction.models.crm_satisfaction_case_open.CrmSatisfactionCase"
LOGGER = "odoo.addons.crm_satisfaction.models.crm_satisfaction_response_follow_up"


@tagged("post_install", "-at_install")
class TestFollowUp(CaseCommon):
    def _fail(self, contact=None):
        """Return an answer whose case could not be opened."""
        with patch(f"{CASE}._open_for", side_effect=ZeroDivisionError("broken")), self.assertLogs(LOGGER, "WARNING"):
            return self._answer(1, contact or self.contact)

    def _due(self):
        follow_ups = self.env["crm.satisfaction.follow.up"].search([])
        follow_ups.next_try = fields.Datetime.now()
        return follow_ups

    def test_a_failure_costs_neither_the_answer_nor_the_case(self):
        response = self._fail()
        self.assertEqual(response.score, 1)
        self.assertEqual(response.request_id.state, "answered")
        self.assertFalse(response.case_ids)
        follow_up = self._due()
        self.assertRecordValues(
            follow_up, [{"response_id": response.id, "tries": 1, "state": "waiting", "company_id": self.company.id}]
        )
        self.assertIn("broken", follow_up.last_error)
        self.run_job()
        self.assertFalse(follow_up.exists())
        self.run_job()
        case = self.env["crm.satisfaction.case"].search([("customer_id", "=", self.customer.id)])
        self.assertEqual(len(case), 1)
        self.assertEqual(case.response_id, response)
        self.assertEqual(len(case.activity_ids), 1)

    def test_what_was_half_done_is_undone(self):
        with (
            patch(f"{CASE}._note", side_effect=ZeroDivisionError("broken")),
            self.assertLogs(LOGGER, "WARNING"),
        ):
            case = self.open_case(6)
            self._answer(1, self._contact("Twin", self.customer))
        self.assertEqual(len(case.response_ids), 1)
        self.assertEqual(len(self._due()), 1)

    def test_tries_are_bounded_and_begin_anew_by_hand(self):
        response = self._fail()
        follow_up = self._due()
        for _try in range(8):
            self._due()
            if follow_up.state == "failed":
                break
            with patch(f"{CASE}._open_for", side_effect=ZeroDivisionError), self.assertLogs(LOGGER, "WARNING"):
                self.run_job()
        self.assertRecordValues(follow_up, [{"state": "failed", "tries": 6}])
        self.assertEqual(self.env["crm.satisfaction.follow.up"]._retry_due(10), 0)
        follow_up.with_user(self.manager).action_try_again()
        self.assertRecordValues(follow_up, [{"state": "waiting", "tries": 0}])
        self.run_job()
        self.assertTrue(response.case_ids)

    def test_one_failing_answer_does_not_stop_the_others(self):
        bad = self._fail()
        good = self._fail(self._contact("Other"))
        self._due()
        original = type(self.env["crm.satisfaction.case"])._open_for

        def sometimes(cases, response, *args):
            if response == bad:
                raise ZeroDivisionError
            return original(cases, response, *args)

        with patch(f"{CASE}._open_for", sometimes), self.assertLogs(LOGGER, "WARNING"):
            self.run_job()
        self.assertTrue(good.case_ids)
        self.assertFalse(bad.case_ids)
        self.assertEqual(self.env["crm.satisfaction.follow.up"].search([]).response_id, bad)

    def test_two_answers_at_once_open_one_case(self):
        """The second one does not see the case of the first yet: the database refuses its own, and it joins later."""
        case = self.open_case(1)
        nothing = self.env["crm.satisfaction.case"]
        with (
            patch(f"{CASE}._find_open", return_value=nothing),
            self.assertLogs(LOGGER, "WARNING"),
            mute_logger("odoo.sql_db"),
        ):
            second = self._answer(0, self._contact("Twin", self.customer))
        self.assertFalse(second.case_ids)
        self._due()
        self.run_job()
        self.assertEqual(second.case_ids, case)

    def test_the_scheduled_actions_run(self):
        self._fail()
        self._due()
        for name in ("ir_cron_recovery_hourly", "ir_cron_recovery"):
            with self.enter_registry_test_mode():
                self.assertIs(self.env.ref(f"crm_satisfaction.{name}").method_direct_trigger(), True)
        self.assertFalse(self.env["crm.satisfaction.follow.up"].search([]))
        self.assertEqual(self.env.ref("crm_satisfaction.job_recovery").state, "done")

    def test_the_summary_of_the_jobs_tells_of_cases(self):
        self.close(self.open_case(1))
        self.open_case(1, self._contact("Other"))
        lines = "\n".join(self.env["crm.job"]._summary_lines())
        self.assertIn("Recovery cases: ", lines)

    def test_doing_it_twice_opens_one_case(self):
        response = self._answer(1, self.contact)
        for _time in range(3):
            response._follow_up()
        self.assertEqual(len(response.case_ids), 1)
        self.assertEqual(len(response.case_ids.message_ids.filtered(lambda m: "Another" in (m.body or ""))), 0)

    def test_a_good_answer_costs_no_query_more(self):
        counts = {}
        for active in (False, True, False, True):
            self.program.case_active = active
            contact = self._contact(f"Count{len(counts)}{active}")
            request = self._request(contact)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            request._answer_from_mail(9)
            self.env.flush_all()
            counts[active] = self.env.cr.sql_log_count - before
        self.assertEqual(counts[True], counts[False])
