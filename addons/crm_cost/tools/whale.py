"""The whale curve: cumulative profit of the customers, best first."""

from decimal import Decimal
from typing import NamedTuple


class Tile(NamedTuple):
    """One group of customers: from the best (number 1) to the worst."""

    number: int
    customers: int
    profit: Decimal
    cumulative: Decimal


def percent(value, total, digits=2):
    """Return ``value`` in percent of ``total``, or None when there is no profit to be a part of.

    >>> percent(30, 40), percent(30, 0), percent(30, -40)
    (75.0, None, None)
    """
    return round(float(value) * 100 / float(total), digits) if total > 0 else None


def ranked(profits):
    """Return the profits best first.

    >>> ranked([1, 3, 2])
    [3, 2, 1]
    """
    return sorted(profits, reverse=True)


def curve(profits):
    """Return the points of the curve as (share of customers, cumulative profit), starting at nothing.

    >>> profits = [2012, 11545, 38720, 41856, -3346]
    >>> [percent(money, sum(profits)) for _share, money in curve(profits)]
    [0.0, 46.1, 88.75, 101.47, 103.69, 100.0]
    >>> curve([])
    [(0.0, 0)]
    """
    points, total = [(0.0, 0)], 0
    for position, profit in enumerate(ranked(profits), 1):
        total += profit
        points.append((position / len(profits), total))
    return points


def peak(profits):
    """Return the highest cumulative profit: what the customers that earn something earn together.

    >>> peak([150, 75, 0, 0, 0, 0, 0, 0, 0, -125]), peak([-5, -1])
    (225, 0)
    """
    return max(money for _share, money in curve(profits))


def tile_number(position, count, tiles):
    """Return the tile (from 1) of the customer at ``position`` (from 1) among ``count``.

    >>> [tile_number(position, 5, 5) for position in range(1, 6)]
    [1, 2, 3, 4, 5]
    >>> [tile_number(position, 7, 3) for position in range(1, 8)]
    [1, 1, 1, 2, 2, 3, 3]
    """
    return 1 + (position - 1) * tiles // count


def tile_count(count, tiles):
    """Return how many tiles ``count`` customers can fill.

    >>> tile_count(3, 10), tile_count(1000, 10)
    (3, 10)
    """
    return min(count, tiles)


def tiles(profits, number=10):
    """Return the tiles of the customers, best first.

    >>> result = tiles([150, 75, 0, 0, 0, 0, 0, 0, 0, -125])
    >>> [percent(tile.cumulative, 100) for tile in result][:2], percent(result[-1].profit, 100)
    ([150.0, 225.0], -125.0)
    >>> tiles([7])
    [Tile(number=1, customers=1, profit=7, cumulative=7)]
    """
    order = ranked(profits)
    number = tile_count(len(order), number)
    groups = {}
    for position, profit in enumerate(order, 1):
        groups.setdefault(tile_number(position, len(order), number), []).append(profit)
    result, total = [], 0
    for tile, members in groups.items():
        total += sum(members)
        result.append(Tile(tile, len(members), sum(members), total))
    return result


def fifths(best, worst, total):
    """Say what the best and the worst fifth of the customers do to the profit, in percent of it.

    :return: dict of ``kind`` and, when there is a profit, the two percentages: ``loss`` when the customers earn nothing
        together, ``eats`` when the worst fifth eats up part of what the others earn, ``earns`` when every fifth earns

    >>> fifths(225, -125, 100)
    {'kind': 'eats', 'best': 225.0, 'worst': 125.0}
    >>> fifths(60, 5, 100)
    {'kind': 'earns', 'best': 60.0, 'worst': 5.0}
    >>> fifths(-1, -5, -6)
    {'kind': 'loss', 'best': None, 'worst': None}
    """
    if total <= 0:
        return {"kind": "loss", "best": None, "worst": None}
    kind = "eats" if worst < 0 else "earns"
    return {"kind": kind, "best": percent(best, total), "worst": percent(abs(worst), total)}


def key_customers(profits, share=0.8):
    """Return how many customers are enough for ``share`` of what all profitable ones earn; equals enter together.

    >>> key_customers([500, 300, 100, 50, 20, 10, 10, 5, 3, 2]), key_customers([40, 40, 40, -100], 0.5)
    (2, 3)
    >>> key_customers([-1]), key_customers([])
    (0, 0)
    """
    order = ranked(profits)
    top, running, edge = sum(profit for profit in order if profit > 0), 0, None
    for profit in order:
        if profit > 0 and running < share * top:
            edge = profit
        running += profit
    return sum(profit >= edge for profit in order) if edge is not None else 0


def is_drawn(position, count, limit=400):
    """Say whether the customer at ``position`` (from 1) is drawn, when there may be too many to draw them all.

    Both ends are drawn whole, because this is where the customers worth a look are; between them every so many.

    >>> [is_drawn(position, 5) for position in range(1, 6)]
    [True, True, True, True, True]
    >>> drawn = [position for position in range(1, 200001) if is_drawn(position, 200000)]
    >>> len(drawn) <= 400, drawn[0], drawn[99], drawn[-100], drawn[-1]
    (True, 1, 100, 199901, 200000)
    """
    end = limit // 4
    step = max(1, -((2 * end - count) // (limit - 2 * end)))
    return position <= end or position > count - end or (position - end) % step == 0
