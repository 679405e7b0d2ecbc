import doctest

from odoo.tests import TransactionCase, tagged

from ..tools import qr, recovery, scores, text, trend


@tagged("post_install", "-at_install")
class TestScores(TransactionCase):
    def test_doctests(self):
        for module in (scores, recovery, text, qr, trend):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_published_examples(self):
        self.assertEqual(scores.nps(3, 1, 1), 40)
        self.assertEqual(scores.nps(1, 0, 1), 0)
        self.assertEqual(scores.nps(0, 15, 0), 0)
        self.assertAlmostEqual(scores.nps_standard_error(70, 10, 20), 8.06, places=2)
        self.assertEqual(scores.share(150, 250), 60)
        self.assertEqual(scores.figure("ces", 3, 1, 1)[0], 60)

    def test_zero_is_an_answer(self):
        self.assertEqual(scores.parse_score("0", 0, 10), 0)
        self.assertEqual(scores.group_of("nps", 0), "detractor")

    def test_no_answers_is_not_zero(self):
        for metric in scores.SCALES:
            self.assertIsNone(scores.figure(metric, 0, 0, 0))
