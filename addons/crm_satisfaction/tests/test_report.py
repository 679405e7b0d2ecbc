from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestReport(SatisfactionCommon):
    def _groups(self, groupby, *measures, program=None):
        domain = [("program_id", "in", (program or self.program).ids)]
        return self.env["crm.satisfaction.report"]._read_group(domain, groupby, measures)

    def test_nps_is_a_ratio_of_sums(self):
        for score in (9, 10, 9, 7, 0):
            self._answer(score)
        self._request(self._contact("Silent"))
        self._request(self._contact("Skipped"), state="not_asked")
        [(nps, answers, invited, rate)] = self._groups([], "nps:avg", "answers:sum", "invited:sum", "response_rate:avg")
        self.assertEqual((nps, answers, invited), (40, 5, 6))
        self.assertAlmostEqual(rate, 500 / 6, places=4)

    def test_groups_of_unequal_size_do_not_weigh_the_same(self):
        second = self.program.copy({"active": True})
        for score in (9, 9, 9, 9):
            self._answer(score)
        self._answer(0, program=second)
        both = self.program | second
        parts = dict(self._groups(["program_id"], "nps:avg", program=both))
        self.assertEqual(parts, {self.program: 100, second: -100})
        [(total,)] = self._groups([], "nps:avg", program=both)
        self.assertEqual(total, 60)

    def test_good_answers_of_other_metrics(self):
        question = self.question.copy({"survey_id": self.survey.id, "scale_min": 1, "scale_max": 7})
        program = self.program.copy({"active": True, "metric": "ces", "question_id": question.id})
        for score in (7, 6, 5, 4, 1):
            self._answer(score, program=program)
        [(good, nps, mean)] = self._groups([], "good_share:avg", "nps:avg", "score:avg", program=program)
        self.assertEqual((good, mean), (60, 4.6))
        self.assertFalse(nps)

    def test_views_of_the_client(self):
        self._answer(9)
        report = self.env["crm.satisfaction.report"].with_user(self.salesman)
        groups = report.formatted_read_group([], ["date:month", "score_group"], ["nps:avg", "answers:sum"])
        self.assertTrue(groups)
        self.assertTrue(report.search([], limit=5).read(["nps", "response_rate", "customer_id"]))
