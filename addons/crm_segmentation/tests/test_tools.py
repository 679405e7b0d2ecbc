import doctest
from itertools import product
from random import Random

from odoo.tests import BaseCase, tagged

from ..models import crm_measure_value_trend
from ..tools import bars, export, lifecycle, pareto, relationship, rfm, robust


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_doctests_hold(self):
        for module in (crm_measure_value_trend, bars, export, lifecycle, pareto, relationship, rfm, robust):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_cut_points_and_ranks_give_the_same_scores(self):
        random = Random(7)
        for count, size in product((3, 4, 5), (1, 2, 4, 5, 9, 50, 333)):
            values = [random.randrange(12) for _number in range(size)]
            cuts = rfm.cut_points(values, count)
            for value in values:
                with self.subTest(count=count, size=size, value=value):
                    self.assertEqual(rfm.score(value, cuts), rfm.score_by_rank(value, values, count))

    def test_published_scores_with_ties(self):
        days = [-16, -30, -46, -7, -25]
        money = [100, 200, 150, 300, 250]
        self.assertEqual([rfm.score(v, rfm.cut_points(days)) for v in days], [4, 2, 1, 5, 3])
        self.assertEqual([rfm.score(v, rfm.cut_points(money)) for v in money], [1, 3, 2, 5, 4])
        self.assertEqual({rfm.score(1, rfm.cut_points([1] * 5))}, {1})
