from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerMeasures(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._card()
        cls.now = fields.Datetime.now()
        cls.points = cls.env.ref("crm_satisfaction.measure_satisfaction_points")
        cls.share = cls.env.ref("crm_satisfaction.measure_satisfaction_bad_share")

    def _values(self, measure, days=30):
        today = self.company._crm_today()
        return measure._values(today - timedelta(days=days), today + timedelta(days=1), self.company)

    def test_scores_are_indicators(self):
        self._store(4)
        self._store(8)
        self._store(5, program=self.csat)
        self.assertAlmostEqual(self._values(self.points)[self.customer.id], (40 + 80 + 100) / 3, places=4)
        self.assertAlmostEqual(self._values(self.share)[self.customer.id], 100 / 3, places=4)
        bad = self.env.ref("crm_satisfaction.measure_satisfaction_bad")
        self.assertEqual(self._values(bad)[self.customer.id], 1)

    def test_corrected_answers_leave_the_indicators(self):
        self._store(0)._correct(10, "mistyped")
        for name, value in (("points", 100), ("answers", 1), ("score", 10)):
            measure = self.env.ref(f"crm_satisfaction.measure_satisfaction_{name}")
            self.assertEqual(self._values(measure)[self.customer.id], value)

    def test_the_ready_rule_is_off_and_finds_a_fall(self):
        rule = self.env.ref("crm_satisfaction.alert_rule_satisfaction")
        self.assertFalse(rule.active)
        for days in (400, 410, 420):
            self._store(10, answered_at=self.now - timedelta(days=days))
        self._store(3)
        silent = self.env["res.partner"].create({"name": "Silent"})
        self._card(silent)
        for days in (400, 410, 420):
            self._store(10, silent, answered_at=self.now - timedelta(days=days))
        self.points._refresh()
        rule.action_switch_on()
        self.env.flush_all()
        self.env.cr.execute(rule._change_found_sql(self.company))
        found = {row[0] for row in self.env.cr.fetchall()}
        self.assertEqual(found & {self.customer.id, silent.id}, {self.customer.id})

    def test_scores_in_a_segment(self):
        self._store(2)
        self._count()
        found = self.env["crm.customer"].search([("satisfaction_average", "<", 50), ("satisfaction_count", ">", 0)])
        self.assertIn(self.card, found)
