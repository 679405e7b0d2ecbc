from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestPerformance(SatisfactionCommon):
    def test_list_of_profiles_costs_no_query_per_row(self):
        cards = self._card()
        for i in range(20):
            cards |= self._card(self.env["res.partner"].create({"name": f"P{i}"}))
        names = ["last_score_nps", "nps_group", "last_score_date"]
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            cards.read(names)

    def test_figures_of_many_schedules_cost_two_queries(self):
        programs = self.program
        for _i in range(5):
            programs |= self.program.copy()
        self.env.flush_all()
        programs.mapped("metric")
        programs.invalidate_recordset(["figure", "figure_text", "answer_count", "sent_count"])
        with self.assertQueryCount(2):
            programs.mapped("figure_text")

    def test_planning_costs_the_same_for_many(self):
        def plan(size):
            partners = self.env["res.partner"]
            for i in range(size):
                partners |= self._contact(f"plan{size}x{i}")
            wizard = self.env["crm.satisfaction.invite"].new({"program_id": self.program.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard._plan(partners)
            return self.env.cr.sql_log_count - before

        plan(2)  # fills the caches of the registry
        self.assertEqual(plan(40), plan(5))

    def test_refresh_is_one_statement_for_any_number_of_profiles(self):
        for _turn in range(2):
            for i in range(10):
                self._card(self.env["res.partner"].create({"name": f"R{i}"}))
            self.env.flush_all()
            self.env["res.company"].search([]).mapped("crm_score_half_life")
            with self.assertQueryCount(2):  # the companies, and the update
                self.env["crm.customer"]._refresh_satisfaction()

    def test_survey_answers_without_a_schedule_cost_one_query_more(self):
        survey = self.survey.copy()
        answer = survey._create_answer(partner=self.contact)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        answer._get_satisfaction_request(survey.question_ids[0])
        self.assertLessEqual(self.env.cr.sql_log_count - before, 1)

    def _queries(self, records, names):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records.with_user(self.salesman).read(names)
        return self.env.cr.sql_log_count - before

    def test_contacts_show_scores_at_no_query_more_than_their_profile(self):
        partners = self.env["res.partner"].create([{"name": f"Contact {number}"} for number in range(40)])
        for partner in partners:
            self._card(partner)
        ours = [name for name in partners._customer_card_columns() if "score" in name or "satisfaction" in name]
        self.assertGreater(len(ours), 6)
        names = ["name", "customer_lifecycle"]
        self._queries(partners, names + ours)
        bare = self._queries(partners, names)
        self.assertEqual(self._queries(partners, names + ours), bare)
        self.assertEqual(self._queries(partners[:1], names + ours), self._queries(partners[:1], names))
        self.assertLessEqual(self._queries(partners, [*names, "satisfaction_withdrawn"]) - bare, 1)

    def test_lists_cost_no_query_per_row(self):
        for number in range(12):
            contact = self._contact(f"Row{number}", self.env["res.partner"].create({"name": f"Customer {number}"}))
            self._card(contact.commercial_partner_id)
            self._answer(9, contact)
        self.env["crm.customer"]._refresh_satisfaction()
        for model in ("crm.customer", "crm.satisfaction.response", "crm.satisfaction.request"):
            records = self.env[model].search([], limit=12, order="id desc")
            self.assertEqual(len(records), 12, model)
            view = records.with_user(self.salesman).get_view(view_type="list")
            names = list(view["models"][model])
            self._queries(records, names)
            self.assertEqual(self._queries(records[:3], names), self._queries(records, names), model)
