import doctest
from decimal import Decimal
from fractions import Fraction
from random import Random

from odoo.tests import BaseCase, tagged

from ..tools import allocation, closing, months, reciprocal, spans, statement, time_equation, whale

#: Horngren: cases, price, orders, visits, deliveries, miles each, expedited, profit.
HORNGREN = {
    "P": (2080, "14.40", 15, 2, 10, 14, 0, 2012),
    "Q": (8750, "14.16", 25, 3, 30, 4, 0, 11545),
    "R": (60800, "13.20", 30, 6, 60, 3, 0, 38720),
    "S": (31800, "13.92", 25, 2, 40, 8, 0, 41856),
    "T": (3900, "12.96", 30, 3, 20, 40, 1, -3346),
}


def horngren(cases, price, orders, visits, deliveries, miles, expedited, _profit):
    """Return (revenue, gross margin, cost to serve)."""
    revenue = cases * Decimal(price)
    service = orders * 100 + visits * 80 + deliveries * miles * 2 + cases * Decimal("0.50") + expedited * 300
    return revenue, revenue - cases * 12, service


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_doctests_hold(self):
        for module in (allocation, closing, months, reciprocal, spans, statement, time_equation, whale):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_two_customers_of_the_same_size(self):
        rates = [Fraction(84), Fraction(78), Fraction(17), Fraction(3, 2)]
        margin = Fraction(38000) * 7 / 100
        for counts, cost, profit in (((16, 0, 18, 190), 1935, 725), ((28, 49, 0, 210), 6489, -3829)):
            charged = sum(allocation.charge(count, 1, rate) for count, rate in zip(counts, rates, strict=True))
            self.assertEqual((charged, margin - Fraction(charged)), (cost, profit))

    def test_horngren_table(self):
        figures = {name: horngren(*row) for name, row in HORNGREN.items()}
        profits = {name: margin - service for name, (_revenue, margin, service) in figures.items()}
        self.assertEqual(profits, {name: row[-1] for name, row in HORNGREN.items()})
        total = sum(profits.values())
        points = [whale.percent(money, total) for _share, money in whale.curve(list(profits.values()))][1:]
        self.assertEqual(points, [46.10, 88.75, 101.47, 103.69, 100.00])
        ratios = {
            n: (round(r / (r - p), 3), round(m / s, 2))
            for (n, (r, m, s)), p in zip(figures.items(), profits.values(), strict=True)
        }
        self.assertEqual([float(ratios[n][0]) for n in "SRQPT"], [1.104, 1.051, 1.103, 1.072, 0.938])
        self.assertEqual([float(ratios[n][1]) for n in "SRQPT"], [3.18, 2.13, 2.57, 1.68, 0.53])

    def test_shares_always_add_up(self):
        random = Random(11)
        for _round in range(300):
            unit = random.choice([Decimal("0.01"), Decimal("1"), Decimal("0.001")])
            amount = random.randrange(-(10**7), 10**7) * unit
            weights = [random.randrange(0, 50) for _part in range(random.randrange(1, 9))] + [1]
            shares = allocation.split(amount, weights, unit)
            self.assertEqual(sum(shares), amount)
            for share, weight in zip(shares, weights, strict=True):
                self.assertLess(abs(share - amount * weight / sum(weights)), unit)

    def test_what_becomes_of_a_pool_adds_up_to_its_cost(self):
        random = Random(12)
        for _round in range(300):
            cost = Decimal(random.randrange(-(10**6), 10**7)) / 100
            capacity, used = random.randrange(0, 5000), random.randrange(0, 6000)
            rate = allocation.rate(Decimal(random.randrange(-(10**6), 10**7)) / 100, capacity)
            charged = allocation.charge(used, 1, rate) if rate is not None else Decimal(0)
            settled = allocation.settle(cost, capacity, rate, used, charged)
            self.assertEqual(settled.charged + settled.unused + settled.variance, cost)

    def test_curve_and_tiles_agree(self):
        random = Random(13)
        for size in (1, 2, 4, 5, 9, 10, 99, 1000):
            profits = [random.randrange(-500, 900) for _number in range(size)]
            for number in (5, 10, 20):
                tiles = whale.tiles(profits, number)
                self.assertEqual(sum(tile.customers for tile in tiles), size)
                self.assertEqual(tiles[-1].cumulative, sum(profits))
                self.assertEqual([tile.number for tile in tiles], list(range(1, min(size, number) + 1)))
            self.assertEqual(whale.curve(profits)[-1], (1.0, sum(profits)))

    def test_pools_that_serve_pools_move_cost_and_lose_none(self):
        random = Random(14)
        for _round in range(100):
            pools = range(random.randrange(2, 6))
            costs = {pool: Decimal(random.randrange(-1000, 10**6)) / 100 for pool in pools}
            shares = {}
            for provider in pools:
                rest = 100
                for receiver in pools:
                    share = random.randrange(0, rest + 1) if receiver != provider and random.random() < 0.5 else 0
                    rest -= share
                    shares.setdefault(provider, {})[receiver] = Fraction(share, 100)
            try:
                moved = reciprocal.solve(costs, shares)
            except reciprocal.Unsolvable as error:
                self.assertEqual(error.pools, reciprocal.circles(shares))
                continue
            for pool, (received, given) in moved.items():
                total = Fraction(costs[pool]) + received
                self.assertEqual(given, total * sum(shares[pool].values()))
                others = (shares[p][pool] * (Fraction(costs[p]) + moved[p][0]) for p in pools if p != pool)
                self.assertEqual(received, sum(others))
            unit = random.choice([Decimal("0.01"), Decimal("1"), Decimal("0.001")])
            net = reciprocal.balanced({pool: got - passed for pool, (got, passed) in moved.items()}, unit)
            self.assertEqual(sum(net.values()), 0)
            for pool, (received, given) in moved.items():
                self.assertLess(abs(Fraction(net[pool]) - received + given), unit)
