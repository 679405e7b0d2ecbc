from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerMonths(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.job = cls.env.ref("crm_satisfaction.job_satisfaction")
        cls.months = cls.env["crm.satisfaction.month"]

    def _board(self, user=None, **values):
        boards = self.env["crm.satisfaction.board"].with_user(user or self.salesman)
        return boards.create({"metric": "nps", "program_id": self.program.id, **values})

    def _said(self, *given, **values):
        for score in given:
            self._store(score, **values)
        self._count()

    def test_published_examples(self):
        self._said(9, 10, 9, 7, 0)
        self.assertTrue(self._board().headline.startswith("NPS 40 "))
        second = self.program.copy({"active": True})
        self._said(7, 8, 7, program=second)
        self.assertTrue(self._board(program_id=second.id).headline.startswith("NPS 0 "))
        third = self.program.copy({"active": True, "min_answers": 2})
        self._said(0, 10, program=third)
        self.assertTrue(self._board(program_id=third.id).headline.startswith("NPS 0 "))

    def test_share_with_interval_and_mean(self):
        self._said(*([4, 5] * 3 + [1, 2, 3, 3]), program=self.csat)
        board = self._board(metric="csat", program_id=self.csat.id)
        self.assertEqual(board.headline, "CSAT 60 % (95 % between 31 and 83), 10 answers")
        self.assertEqual(board.mean_text, "Mean score 3.60")

    def test_too_few_answers_show_no_figure(self):
        self._said(9, 10)
        board = self._board(dimension="program")
        self.assertEqual(board.headline, "Too few answers: 2 of 3")
        self.assertFalse(board.mean_text)
        self.assertRecordValues(
            board.line_ids,
            [{"is_enough": False, "answers": 2, "value": 0, "change_text": "Too few answers: 2 of 3"}],
        )
        self.assertFalse(board.chart)

    def test_rows_by_person_open_their_answers(self):
        other = self.env["res.partner"].create({"name": "Other", "user_id": self.manager.id})
        self._said(9, 9, 0)
        self._said(0, 0, 0, 0, partner=other)
        self._said(10, partner=self.env["res.partner"])
        board = self._board(dimension="user")
        self.assertRecordValues(board.line_ids.sorted("answers"), [
            {"name": "None", "answers": 1, "is_enough": False, "value": 0},
            {"name": self.salesman.name, "answers": 3, "is_enough": True, "value": 33.3},
            {"name": self.manager.name, "answers": 4, "is_enough": True, "value": -100},
        ])  # fmt: skip
        for line in board.line_ids:
            action = line.action_open_answers()
            self.assertEqual(self.env["crm.satisfaction.response"].search_count(action["domain"]), line.answers)
        self.assertEqual(self.env["crm.satisfaction.response"].search_count(board.action_open_answers()["domain"]), 8)

    def test_segments_count_an_answer_in_each_and_say_so(self):
        scheme = self.env.ref("crm_segmentation.scheme_abc")
        one, two = scheme.segment_ids[:2]
        values = {"scheme_id": scheme.id, "company_id": self.company.id, "partner_id": self.customer.id}
        self.env["crm.segment.member"].create(
            [{**values, "segment_id": segment.id, "date_from": "2020-01-01"} for segment in (one, two)]
        )
        self._said(9, 9, 9)
        board = self._board(dimension="segment")
        self.assertEqual(sorted(board.line_ids.mapped("member_id")), sorted((one | two).ids))
        self.assertIn("several segments", board.note)
        action = board.line_ids[0].action_open_answers()
        self.assertEqual(self.env["crm.satisfaction.response"].search_count(action["domain"]), 3)

    def test_restricted_segments_are_not_shown(self):
        scheme = self.env.ref("crm_segmentation.scheme_abc")
        segment = scheme.segment_ids[0]
        self.env["crm.segment.member"].create({
            "scheme_id": scheme.id, "company_id": self.company.id, "partner_id": self.customer.id,
            "segment_id": segment.id, "date_from": "2020-01-01",
        })  # fmt: skip
        self._said(9, 9, 9)
        self.assertEqual(self._board(dimension="segment").line_ids.mapped("member_id"), segment.ids)
        self.env["ir.rule"].create(
            {
                "name": "Hidden", "model_id": self.env["ir.model"]._get("crm.segment").id,
                "domain_force": f"[('id', '!=', {segment.id})]",
            }
        )  # fmt: skip
        self.assertFalse(self._board(dimension="segment").line_ids)

    def test_response_rate(self):
        for score in (9, 9, 9):
            self._answer(score)
        self._request(self._contact("Silent"))
        self._request(self._contact("Skipped"), state="not_asked")
        self._request(self._contact("Waiting"), state="to_send")
        self._count()
        self.months._refresh_nightly(self.job)
        board = self._board(dimension="program")
        self.assertEqual(board.rate_text, "75 % of 4 invitations answered")
        self.assertRecordValues(board.line_ids, [{"invited": 4, "rate": 0.75}])
        self.assertEqual(self._board(program_id=self.csat.id, metric="csat").rate_text, "No invitations in this period")

    def test_change_against_the_period_before(self):
        before = self.now - timedelta(days=400)
        self._said(*[0] * 30, answered_at=before)
        self._said(*[10] * 30)
        self.assertIn("against the period before", self._board(months="12").change_text)
        self.assertEqual(self._board(months="3").change_text, "Too few answers to compare")
        second = self.program.copy({"active": True})
        self._said(9, 0, 7, program=second, answered_at=before)
        self._said(9, 9, 0, program=second)
        self.assertIn("No clear change", self._board(program_id=second.id).change_text)

    def test_trend_with_intervals(self):
        self._said(9, 9, 0, 7)
        self._said(9, 9, 9, answered_at=self.now - timedelta(days=70))
        chart = self._board(months="6").chart
        self.assertEqual(chart.count("<circle"), 2)
        self.assertEqual(chart.count('class="interval"'), 2)

    def test_few_answers_are_drawn_by_quarter_or_half(self):
        for days in (1, 40, 80, 200, 240, 270):
            self._said(9, answered_at=self.now - timedelta(days=days))
        chart = self._board(months="12").chart
        self.assertGreaterEqual(chart.count("<circle"), 2)
        self.assertIn(" – ", chart)

    def test_names_are_text_and_never_markup(self):
        self.salesman.name = "<img src=x onerror=alert(1)>"
        self._said(9, 9, 9)
        board = self._board()
        self.assertEqual(board.line_ids.name, self.salesman.name)
        self._said(9, 9, 9, answered_at=self.now - timedelta(days=70))
        self.assertNotIn("<img", self._board().chart)

    def test_months_follow_answers_batch_by_batch_and_the_weekly_count_finds_nothing(self):
        for score, days in ((9, 0), (3, 40), (7, 90), (10, 400)):
            self._store(score, answered_at=self.now - timedelta(days=days))
            self._answer(score, days_ago=0)
            self._count()
        corrected = self._store(0)
        corrected._correct(10, "mistyped")
        self._count()
        self.months._refresh_nightly(self.job)
        self.job.write({"full_on": False, "rows_corrected": 0})
        self.assertEqual(self.months._refresh_nightly(self.job), 0)
        self.assertEqual((self.job.full_on, self.job.rows_corrected), (fields.Date.today(), 0))
        self.assertTrue(self.months._is_complete())

    def test_what_changed_behind_our_back_is_found_the_same_night(self):
        self._said(9, 9, 9)
        self.job.write({"full_on": fields.Date.today(), "rows_corrected": 0})
        self.env.cr.execute("DELETE FROM crm_satisfaction_month WHERE dimension = 'all'")
        self.env.cr.execute("UPDATE crm_satisfaction_month SET good = good + 1 WHERE month > '2000-01-01'")
        self.months._refresh_nightly(self.job)
        self.assertEqual(self._months(program_id=self.program.id), {0: (3, 0, 0)})
        self.assertEqual(self._months("user", program_id=self.program.id), {self.salesman.id: (3, 0, 0)})

    def test_emptied_links_leave_the_row_of_the_person(self):
        self._said(9, 9)
        response = self.env["crm.satisfaction.response"].search([("program_id", "=", self.program.id)], limit=1)
        response.sudo().write({"user_id": False})
        self._count()
        self.assertEqual(self._months("user", program_id=self.program.id), {0: (1, 0, 0), self.salesman.id: (1, 0, 0)})

    def test_steps_of_the_chain_count_everything(self):
        self._store(9)
        with self.enter_registry_test_mode():
            self.assertIs(self.job.cron_id.method_direct_trigger(), True)
        self.assertEqual(self.job.state, "done")
        self.assertEqual(self._months(program_id=self.program.id), {0: (1, 0, 0)})

    def test_other_companies_stay_closed(self):
        second = self.env["res.company"].create({"name": "Second"})
        program = self.program.copy({"active": True, "company_id": second.id, "user_id": False})
        self._said(0, 0, 0, program=program)
        board = self.env["crm.satisfaction.board"].with_user(self.salesman)
        board = board.create({"metric": "nps", "company_id": second.id, "dimension": "program"})
        self.assertFalse(board.line_ids)
        self.assertIn("Too few answers: 0", board.headline)
        self.assertFalse(board.chart)

    def test_who_may_look(self):
        self._said(9, 9, 9)
        board = self._board()
        lines = board.line_ids
        self.env.flush_all()
        self.env.invalidate_all()
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self._board(user)
        with self.assertRaises(AccessError):
            board.with_user(self.manager).read(["headline"])
        with self.assertRaises(AccessError):
            lines.with_user(self.manager).read(["name"])
        for user in (self.salesman, self.configurer, self.env.ref("base.user_admin")):
            for model in ("crm.satisfaction.month", "crm.satisfaction.pending"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_an_overview_reads_little_however_many_rows(self):
        for number in range(12):
            partner = self.env["res.partner"].create({"name": f"P{number}", "user_id": self.salesman.id})
            self._store(number % 11, partner)
        self._count()
        board = self._board()
        self.env.flush_all()
        self.env.invalidate_all()
        board.headline, board.company_id._crm_today(), board.program_id.min_answers
        with self.assertQueryCount(2):
            board._totals("all")
            board._totals("user")

    def test_one_answer_costs_one_query_for_segments_and_figures(self):
        self._store(9)
        vals = {"program_id": self.program.id, "partner_id": self.contact.id, "score": 9}
        self.env.flush_all()
        with self.assertQueryCount(2):  # the answer, and one statement for segments and the list to count
            self.env["crm.satisfaction.response"]._record([vals])

    def test_recording_many_costs_the_same_as_recording_few(self):
        def queries(number):
            partners = self.env["res.partner"].create([{"name": f"Q{number}{i}"} for i in range(number)])
            vals = [{"program_id": self.program.id, "partner_id": partner.id, "score": 9} for partner in partners]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["crm.satisfaction.response"]._record(vals)
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertEqual(queries(40), queries(5))
