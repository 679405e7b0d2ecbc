from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestCrmCustomer(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._card()

    def _refresh(self):
        return self.env["crm.customer"]._refresh_satisfaction()

    def test_columns_start_empty(self):
        self._refresh()
        self.assertRecordValues(self.card, [{"last_score_date": False, "nps_group": False, "nps_answer_count": 0}])
        self.env.cr.execute("SELECT last_score_nps FROM crm_customer WHERE id = %s", self.card.ids)
        self.assertIsNone(self.env.cr.fetchone()[0])

    def test_last_score_and_number_of_answers(self):
        self._answer(10, self.contact, days_ago=400)
        self._answer(9, self.contact, days_ago=30)
        self._answer(0, self._contact("Bob", self.customer), days_ago=1)
        self._refresh()
        self.assertRecordValues(self.card, [{"last_score_nps": 0, "nps_group": "detractor", "nps_answer_count": 2}])

    def test_job_twice_writes_nothing(self):
        self._answer(9, self.contact)
        self.assertGreaterEqual(self._refresh(), 1)
        self.assertEqual(self._refresh(), 0)

    def test_no_profile_is_created(self):
        self._answer(9, self._contact("Stranger"))
        before = self.env["crm.customer"].search_count([])
        self._refresh()
        self.assertEqual(self.env["crm.customer"].search_count([]), before)

    def test_companies_are_kept_apart(self):
        second = self.env["res.company"].create({"name": "Second"})
        card = self._card(company=second)
        self._answer(9, self.contact)
        self._refresh()
        self.assertFalse(card.nps_group)
        self.assertEqual(self.card.nps_group, "promoter")

    def test_only_recommendation_scores_enter(self):
        question = self.question.copy({"survey_id": self.survey.id, "scale_min": 1, "scale_max": 5})
        csat = self.program.copy({"active": True, "metric": "csat", "question_id": question.id})
        self._answer(5, self.contact, program=csat)
        self._refresh()
        self.assertFalse(self.card.last_score_date)

    def test_step_of_the_chain(self):
        request = self._request(deadline=fields.Date.today() - timedelta(days=1))
        self._answer(9, self._contact("Bob", self.customer))
        job = self.env.ref("crm_satisfaction.job_satisfaction")
        self.assertEqual(job.sequence, 40)
        with self.enter_registry_test_mode():
            self.assertIs(job.cron_id.method_direct_trigger(), True)
        self.assertEqual(job.state, "done")
        self.assertEqual(request.state, "expired")
        self.assertEqual(self.card.nps_group, "promoter")

    def test_answer_triggers_the_refresh(self):
        cron = self.env.ref("crm_satisfaction.ir_cron_satisfaction_answers")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self._answer(9, self.contact)
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
        self.assertEqual(self.card.nps_group, "promoter")

    def test_filters_groups_and_partner_fields(self):
        self._answer(3, self.contact)
        self._refresh()
        cards = self.env["crm.customer"].with_user(self.salesman)
        self.assertIn(self.card, cards.search([("nps_group", "=", "detractor")]))
        self.assertTrue(cards.formatted_read_group([], ["nps_group"], ["last_score_nps:avg"]))
        partner = self.contact.with_user(self.salesman)
        self.assertEqual((partner.customer_last_score, partner.customer_nps_group), (3, "detractor"))
        found = self.env["res.partner"].with_user(self.salesman).search([("customer_nps_group", "=", "detractor")])
        self.assertLessEqual(self.customer | self.contact, found)

    def test_scores_are_measures(self):
        self._answer(4, self.contact)
        self._answer(8, self._contact("Bob", self.customer))
        today = fields.Date.context_today(self.env.user)
        window = (today - timedelta(days=2), today + timedelta(days=2), self.company)
        measure = self.env.ref("crm_satisfaction.measure_satisfaction_score")
        self.assertEqual(measure._values(*window)[self.customer.id], 6)
        measure = self.env.ref("crm_satisfaction.measure_satisfaction_answers")
        self.assertEqual(measure._values(*window)[self.customer.id], 2)

    def test_where_to_begin_and_summary(self):
        checks = {check["sequence"]: check for check in self.env["crm.start"].with_user(self.manager)._get_checks()}
        self.assertIn("e-mail", checks[30]["fact"])
        self.env.ref(checks[30]["action"])
        self._answer(9, self.contact)
        lines = "\n".join(self.env["crm.job"]._summary_lines())
        self.assertRegex(lines, r"NPS -?\d+ \(95 % between -?\d+ and -?\d+\), \d+ answers")

    def test_buttons_open_what_they_say(self):
        response = self._answer(9, self.contact)
        for action in (
            self.card.action_open_responses(),
            self.customer.action_open_responses(),
            self.program.action_open_responses(),
        ):
            self.assertIn(response, self.env[action["res_model"]].search(action["domain"]))
        self.assertEqual(self.card.action_invite()["context"]["default_partner_ids"], self.customer.ids)
