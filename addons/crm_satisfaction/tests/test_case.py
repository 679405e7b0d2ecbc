from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..hooks import uninstall_hook
from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestCase(CaseCommon):
    def test_a_low_score_opens_one_case_with_owner_deadline_and_reminder(self):
        response = self._answer(2, self.contact)
        case = response.case_ids
        self.assertRecordValues(case, [{
            "customer_id": self.customer.id, "partner_id": self.contact.id, "company_id": self.company.id,
            "origin": "low", "response_id": response.id, "program_id": self.program.id, "state": "new",
            "user_id": self.salesman.id, "result": False, "sentence": "2 of 10",
        }])  # fmt: skip
        self.assertGreater(case.deadline, fields.Datetime.now())
        self.assertEqual(case.activity_ids.user_id, self.salesman)
        self.assertNotIn("2", case.activity_ids.summary, "the score is not told outside the case")

    def test_a_comment_that_comes_after_the_score_is_seen_on_the_case(self):
        case = self.open_case(2)
        case.response_id._add_text("The box\nwas empty")
        self.assertRecordValues(case, [{"sentence": "2 of 10: The box was empty", "words": "The box\nwas empty"}])
        self.assertIn(case, case.search([("response_ids.comment", "ilike", "empty")]))

    def test_scores_above_the_threshold_open_none(self):
        for score, cases in ((7, 0), (6, 1), (0, 1)):
            contact = self._contact(f"Score{score}")
            self.assertEqual(len(self._answer(score, contact).case_ids), cases, score)

    def test_a_schedule_that_is_not_switched_on_for_cases_opens_none(self):
        self.program.case_active = False
        self.assertFalse(self._answer(0, self.contact).case_ids)

    def test_a_further_low_score_joins_the_open_case(self):
        case = self.open_case(6)
        twin = self._contact("Twin", self.customer)
        second = self._answer(0, twin)
        self.assertEqual(second.case_ids, case)
        self.assertEqual(len(case.response_ids), 2)
        self.assertEqual(case.severity, "3", "the worse score counts")
        self.assertIn("0", case.message_ids[0].body)
        self.assertEqual(len(case.activity_ids), 1)

    def test_after_closing_a_low_score_opens_a_new_case(self):
        case = self.close(self.open_case(2))
        self.assertNotEqual(self.open_case(1, self._contact("Twin", self.customer)), case)

    def test_a_drop_opens_a_case(self):
        self.program.case_drop = 2
        self._answer(10, self.contact, days_ago=30)
        case = self._answer(8, self.contact).case_ids
        self.assertRecordValues(case, [{"origin": "drop", "sentence": "8 of 10, after 10"}])

    def test_a_drop_is_measured_against_the_same_person_first(self):
        self.program.case_drop = 2
        self._answer(10, self._contact("Boss", self.customer), days_ago=1)
        self._answer(8, self.contact, days_ago=2)
        self.assertTrue(
            self._answer(7, self._contact("New", self.customer)).case_ids, "against the customer's last one"
        )
        self.assertFalse(self._answer(7, self.contact).case_ids, "against the own one")

    def test_hard_competition_makes_the_step_from_the_top_a_case(self):
        self.program.case_hard = True
        contacts = [self._contact("Soft"), self._contact("Hard")]
        hard = self.env["crm.market"].create({"name": "Hard", "competition": "hard"})
        for contact in contacts:
            self._answer(10, contact, days_ago=30)
        soft = self._answer(8, contacts[0])
        self.env.cr.execute("UPDATE crm_satisfaction_response SET market_id = NULL WHERE id = %s", (soft.id,))
        self.env.invalidate_all()
        self.assertIsNone(soft._reason_for_case()[0])
        response = self._answer(8, contacts[1])
        self.env.cr.execute("UPDATE crm_satisfaction_response SET market_id = %s WHERE id = %s", (hard.id, response.id))
        self.env.invalidate_all()
        self.assertEqual(response._reason_for_case()[0], "hard")

    def test_imported_scores_and_nobody_s_scores_open_none(self):
        values = {
            "program_id": self.program.id, "company_id": self.company.id, "metric": "nps", "score": 0, "scale_min": 0,
            "scale_max": 10,
        }  # fmt: skip
        Response = self.env["crm.satisfaction.response"]
        imported = Response.create({**values, "customer_id": self.customer.id, "channel": "import"})
        unknown = Response.create({**values, "channel": "qr"})
        self.assertFalse((imported | unknown).case_ids)

    def test_a_correction_is_noted_on_the_open_case(self):
        response = self._answer(2, self.contact)
        response._correct(9, "Wrong way round")
        case = response.case_ids
        self.assertEqual(self.env["crm.satisfaction.case"].search_count([("customer_id", "=", self.customer.id)]), 1)
        self.assertIn("9 of 10", case.message_ids[0].body)

    def test_contacts_of_our_own_company_are_no_customers(self):
        ours = self._contact("Ours", self.company.partner_id)
        self.assertFalse(self._answer(0, ours).case_ids)
        with self.assertRaises(ValidationError):
            self.env["crm.satisfaction.case"].create({"customer_id": self.company.partner_id.id})

    # Duty

    def test_the_owner_is_found_in_order(self):
        self.customer.user_id = False
        self.agree(self.customer, self.callback, policy_team_id=self.team.id)
        self.assertEqual(self.open_case().user_id, self.leader)
        lonely = self._contact("Lonely")
        self.assertEqual(self.open_case(1, lonely).user_id, self.manager, "the owner of the schedule")

    def test_who_left_owns_nothing(self):
        self.salesman.active = False
        self.assertEqual(self.open_case().user_id, self.manager)

    @freeze_time("2026-11-27 15:00:00")  # a Friday
    def test_the_deadline_is_in_working_hours_of_the_policy(self):
        self.company.resource_calendar_id.tz = "UTC"
        case = self.open_case(2, self._contact("Loner"))
        self.assertEqual(case.deadline, datetime(2026, 11, 30, 10), "four hours: two on Friday, two on Monday")
        agreed = self._contact("Agreed")
        self.agree(agreed, self.callback, policy_response_hours=1.0, date_end="2026-12-31")
        self.assertEqual(self.open_case(2, agreed).deadline, datetime(2026, 11, 27, 16))

    def test_severity_by_score_and_value(self):
        small, big = self._contact("Small"), self._contact("Big")
        for partner, money in ((small, 1), (big, 1000)):
            self._card(partner)
            self.env.cr.execute("UPDATE crm_customer SET monetary = %s WHERE partner_id = %s", (money, partner.id))
        cases = self.env["crm.satisfaction.case"]
        self.assertLess(cases._value_rank(small, self.company), cases._value_rank(big, self.company))
        self.assertIsNone(cases._value_rank(self.customer, self.company))
        self.assertGreater(self.open_case(3, big).severity, self.open_case(3, small).severity)

    # Steps

    def test_each_step_has_its_time(self):
        case = self.open_case().with_user(self.salesman)
        case.action_contacted()
        self.assertEqual(case.state, "contacted")
        self.assertTrue(case.contacted_at)
        self.assertFalse(case.activity_ids, "the reminder is done")
        case.action_work()
        case.write({"cause_id": self.cause.id, "action_taken": "Called the carrier"})
        case.action_recovered()
        self.assertRecordValues(case, [{"state": "closed", "result": "recovered"}])
        self.assertGreaterEqual(case.hours_to_close, case.hours_to_contact)

    @freeze_time("2026-11-27 15:00:00")
    def test_times_are_working_hours(self):
        self.company.resource_calendar_id.tz = "UTC"
        case = self.open_case()
        with freeze_time("2026-11-30 09:00:00"):
            case.with_user(self.salesman).action_contacted()
        self.assertAlmostEqual(case.hours_to_contact, 3.0)

    def test_no_case_is_closed_without_cause_and_action(self):
        case = self.open_case().with_user(self.salesman)
        for values in ({}, {"cause_id": self.cause.id}, {"cause_id": self.cause.id, "action_taken": "  "}):
            case.write(values)
            for name in ("recovered", "not_recovered", "nothing_wrong"):
                with self.assertRaisesRegex(UserError, "cause"):
                    getattr(case, f"action_{name}")()
        self.assertNotEqual(case.state, "closed")

    def test_a_closed_case_keeps_what_was_done_until_it_is_taken_up_again(self):
        case = self.close(self.open_case()).with_user(self.salesman)
        with self.assertRaises(UserError):
            case.action_taken = "Nothing"
        case.action_reopen()
        self.assertRecordValues(case, [{"state": "reopened", "result": False, "reopen_count": 1}])
        self.assertTrue(case.activity_ids)
        case.action_taken = "More"

    def test_a_customer_has_one_open_case(self):
        first = self.close(self.open_case())
        newer = self.open_case(1, self._contact("Twin", self.customer))
        with self.assertRaisesRegex(UserError, "newer"):
            first.with_user(self.salesman).action_reopen()
        self.assertEqual(newer.state, "new")
        with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017 whichever error the database gives
            self.env["crm.satisfaction.case"].create({"customer_id": self.customer.id})

    def test_a_complaint_by_hand(self):
        case = self.env["crm.satisfaction.case"].with_user(self.salesman).create(
            {"partner_id": self.contact.id, "customer_id": self.customer.id, "complaint": "The box was empty"}
        )  # fmt: skip
        self.assertRecordValues(
            case, [{"origin": "hand", "customer_id": self.customer.id, "partner_id": self.contact.id, "state": "new"}]
        )
        self.assertEqual(case.user_id, self.salesman)

    def test_a_complaint_on_the_form_finds_its_owner(self):
        form = Form(self.env["crm.satisfaction.case"].with_user(self.colleague))
        form.customer_id = self.customer
        form.complaint = "The box was empty"
        case = form.save()
        self.assertRecordValues(case, [{"user_id": self.salesman.id, "origin": "hand", "state": "new"}])
        self.assertTrue(case.deadline)

    def test_only_who_works_on_cases_owns_one(self):
        cases = self.env["crm.satisfaction.case"].with_user(self.manager)
        for user in (self.portal, self.reader):
            with self.assertRaises(UserError):
                cases.create({"customer_id": self.customer.id, "user_id": user.id})

    def test_steps_and_times_cannot_be_written(self):
        cases = self.env["crm.satisfaction.case"].with_user(self.manager)
        case = self.open_case().with_user(self.manager)
        for values in ({"state": "closed"}, {"result": "recovered"}, {"deadline": False}, {"remedy_state": "allowed"}):
            with self.assertRaises(AccessError):
                case.write(values)
            with self.assertRaises(AccessError):
                cases.create({"customer_id": self._contact("X").id, **values})
        with self.assertRaises(AccessError):
            case.unlink()
        with self.assertRaises(UserError):
            case.sudo().unlink()

    def test_the_reminder_goes_with_the_case(self):
        case = self.open_case()
        case.with_user(self.manager).user_id = self.colleague
        self.assertEqual(case.activity_ids.user_id, self.colleague)
        with self.assertRaises(UserError):
            case.user_id = self.portal

    def test_overdue_cases_are_escalated_once(self):
        self.salesman.sale_team_id = self.team
        case = self.open_case()
        case.team_id = self.team
        self.run_job()
        self.assertFalse(case.escalated_at)
        case.deadline = fields.Datetime.now() - timedelta(hours=1)
        self.assertTrue(case.is_overdue)
        self.run_job(), self.run_job()
        self.assertTrue(case.escalated_at)
        told = case.activity_ids.filtered(lambda activity: activity.user_id == self.leader)
        self.assertEqual(len(told), 1)

    def test_the_search_for_overdue_cases_agrees_with_the_flag(self):
        late, contacted = self.open_case(), self.open_case(1, self._contact("Other"))
        (late | contacted).deadline = fields.Datetime.now() - timedelta(hours=1)
        contacted.state = "contacted"
        cases = late | contacted
        self.assertEqual(cases.filtered("is_overdue"), late)
        found = self.env["crm.satisfaction.case"].search([("is_overdue", "=", True), ("id", "in", cases.ids)])
        self.assertEqual(found, late)
        self.assertEqual(
            self.env["crm.satisfaction.case"].search([("is_overdue", "=", False), ("id", "in", cases.ids)]), contacted
        )

    def test_an_alert_becomes_a_case(self):
        rule = self.env["crm.alert.rule"].with_context(active_test=False).search([], limit=1)
        alert = self.env["crm.customer.alert"].create(
            {
                "partner_id": self.customer.id, "company_id": self.company.id, "rule_id": rule.id, "kind": rule.kind,
                "key": "x", "day": fields.Date.today(), "severity": "1", "raised_on": fields.Date.today(),
                "user_id": self.salesman.id,
            }
        )  # fmt: skip
        action = alert.with_user(self.salesman).action_open_case()
        case = self.env["crm.satisfaction.case"].browse(action["res_id"])
        self.assertRecordValues(case, [{"origin": "alert", "alert_id": alert.id, "customer_id": self.customer.id}])
        self.assertEqual(alert.with_user(self.salesman).action_open_case()["res_id"], case.id)

    def _raise(self, rule, customer):
        values = {
            "partner_id": customer.id, "company_id": self.company.id, "rule_id": rule.id, "kind": rule.kind, "key": "x",
            "day": fields.Date.today(), "severity": "1", "raised_on": fields.Date.today(),
        }  # fmt: skip
        return self.env["crm.customer.alert"]._raise([values])

    def test_a_rule_can_open_cases(self):
        rules = self.env["crm.alert.rule"].with_context(active_test=False)
        silent, rule = rules.search([], limit=2)
        rule.opens_case = True
        self._raise(silent, self.customer)
        cases = self.env["crm.satisfaction.case"].search([("customer_id", "=", self.customer.id)])
        self.assertFalse(cases)
        alert = self._raise(rule, self.customer)
        case = alert.case_ids
        self.assertRecordValues(case, [{"origin": "alert", "user_id": self.salesman.id, "state": "new"}])
        other = self.open_case(1, self._contact("Other"))
        self._raise(rule, other.customer_id)
        self.assertIn("alert", other.message_ids[0].body)

    def test_a_case_that_fails_leaves_the_alert(self):
        rule = self.env["crm.alert.rule"].with_context(active_test=False).search([], limit=1)
        rule.opens_case = True
        logger = "odoo.addons.crm_satisfaction.models.crm_customer_alert_case"
        with self.assertLogs(logger, "WARNING"):
            alert = self._raise(rule, self.company.partner_id)
        self.assertTrue(alert.exists())
        self.assertFalse(alert.case_ids)

    def test_a_rule_on_what_only_some_may_see_opens_no_cases(self):
        measure = self.env.ref("crm_satisfaction.measure_satisfaction_answers")
        secret = measure.copy({"code": "only_some", "group_ids": [(6, 0, self.env.ref("base.group_system").ids)]})
        secret.reviewed = True
        rules = self.env["crm.alert.rule"].with_context(active_test=False)
        rule = rules.search([("kind", "=", "change")], limit=1).copy({"name": "Secret", "measure_id": secret.id})
        with self.assertRaisesRegex(ValidationError, "only some may see"):
            rule.opens_case = True

    def test_uninstalling_takes_cases_along(self):
        case = self.close(self.open_case())
        self.open_case(1, self._contact("Other"))
        self.env["crm.satisfaction.promise"].create(
            {"case_id": case.id, "name": "Call", "date": fields.Date.today(), "user_id": self.manager.id}
        )
        uninstall_hook(self.env)
        for table in ("crm_satisfaction_case", "crm_satisfaction_promise", "crm_satisfaction_response"):
            self.env.cr.execute(f"SELECT COUNT(*) FROM {table}")  # pylint: disable=sql-injection
            self.assertEqual(self.env.cr.fetchone()[0], 0, table)

    # Remedies and promises

    def test_remedies_of_the_policy_need_no_approval(self):
        case = self.open_case().with_user(self.salesman)
        self.assertEqual(case.allowed_remedy_ids, self.callback | self.visit)
        case.remedy_id = self.visit
        self.assertEqual(case.remedy_state, "allowed")

    def test_other_remedies_need_a_reason_and_a_sales_manager(self):
        case = self.open_case().with_user(self.salesman)
        with self.assertRaisesRegex(UserError, "without asking"), self.cr.savepoint():
            case.remedy_id = self.gift
        case.write({"remedy_id": self.gift.id, "remedy_reason": "Third time this year"})
        self.assertEqual(case.remedy_state, "waiting")
        case.write({"cause_id": self.cause.id, "action_taken": "Sent it"})
        with self.assertRaisesRegex(UserError, "approved"):
            case.action_recovered()
        with self.assertRaises(AccessError):
            case.action_approve_remedy()
        case.with_user(self.manager).action_approve_remedy()
        self.assertRecordValues(case, [{"remedy_state": "approved", "approved_by_id": self.manager.id}])
        case.action_recovered()
        self.assertEqual(case.state, "closed")

    def test_another_remedy_is_judged_anew(self):
        case = self.open_case().with_user(self.salesman)
        case.write({"remedy_id": self.gift.id, "remedy_reason": "Third time this year"})
        case.with_user(self.manager).action_approve_remedy()
        case.remedy_id = self.callback
        self.assertRecordValues(case, [{"remedy_state": "allowed", "approved_by_id": False}])
        case.remedy_id = False
        self.assertFalse(case.remedy_state)

    def test_promises_remind_and_end(self):
        case = self.open_case().with_user(self.salesman)
        promise = self.env["crm.satisfaction.promise"].with_user(self.salesman).create(
            {"case_id": case.id, "name": "New unit", "date": fields.Date.today(), "state": "kept"}
        )  # fmt: skip
        self.assertRecordValues(promise, [{"state": "open", "customer_id": self.customer.id}])
        promise.write({"state": "kept"})
        self.assertEqual(promise.state, "open", "only the buttons settle it")
        activity = promise.sudo().activity_id
        promise.date = fields.Date.add(fields.Date.today(), days=3)
        self.assertEqual(activity.date_deadline, promise.date)
        self.close(case)
        self.assertEqual(case.sudo().activity_ids, activity, "closing the case does not keep the promise")
        promise.action_kept()
        self.assertRecordValues(promise, [{"state": "kept", "settled_on": self.company._crm_today()}])
        self.assertFalse(activity.exists())

    # Customers who go

    def test_a_deleted_customer_leaves_the_case_without_the_person(self):
        loner = self._contact("Loner")
        case = self.open_case(0, loner)
        loner.unlink()
        self.assertRecordValues(case, [{"state": "closed", "result": False, "customer_id": False, "partner_id": False}])
        self.assertFalse(case.activity_ids)
        self.assertIn("Erased", case.display_name)

    def test_a_case_of_an_archived_customer_goes_on(self):
        case = self.open_case()
        (self.contact | self.customer).active = False
        self.close(case)
        self.assertEqual(case.result, "recovered")

    def test_thresholds_lie_on_the_scale(self):
        for threshold in (10, -2):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.program.case_threshold = threshold
        self.program.case_threshold = -1
        self.assertFalse(self._answer(0, self.contact).case_ids)
        self.assertEqual(self.program.new({"metric": "csat"}).case_threshold, 2)
        self.assertEqual(self.program.new({"metric": "ces"}).case_threshold, 3)
