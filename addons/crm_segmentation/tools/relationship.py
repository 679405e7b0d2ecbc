"""Relationship or transaction: an index from 0 to 100 out of four ranks, and the reaction to price changes as evidence.

The index is the mean of a customer's percentile ranks in the company by tenure, product categories bought, exchanges
per order, and share bought without discount. It is our own formula, and named on screen.
"""

import math
from bisect import bisect_left, bisect_right
from statistics import fmean, median

from odoo.tools import groupby

#: Index from which a customer is one of relationship, and up to which one of transactions.
RELATIONSHIP_FROM = 60
TRANSACTION_TO = 40
#: Purchase days of a customer, and customers of a company, below which there is too little history to judge.
MIN_PURCHASES = 3
MIN_CUSTOMERS = 5
#: Share by which the price of a product must differ to count as changed, and changes needed to speak of a reaction.
PRICE_STEP = 0.01
MIN_CHANGES = 5
#: Elasticity from which quantity falls by more than the price rises.
STRONG_REACTION = -1


def percentile_points(values):
    """Return the discrete percentiles 0, 1, ... 100 of ``values``, as PostgreSQL's ``percentile_disc`` gives them.

    >>> points = percentile_points(range(1, 201))
    >>> len(points), points[0], points[1], points[50], points[100]
    (101, 1, 2, 100, 200)
    >>> percentile_points([])
    []
    """
    ordered = sorted(values)
    if not ordered:
        return []
    return [ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)] for share in range(101)]


def rank(value, points):
    """Return the percentile rank from 0 to 100 of ``value`` among 101 percentile points; the middle for ties.

    >>> points = percentile_points(range(0, 101))
    >>> rank(0, points), rank(50, points), rank(100, points), rank(-5, points), rank(999, points)
    (0.0, 50.0, 100.0, 0.0, 100.0)
    >>> rank(7, [7] * 101)
    50.0
    """
    middle = (bisect_left(points, value) + bisect_right(points, value) - 1) / 2
    return min(100.0, max(0.0, middle))


def exchanges_per_order(contacts_in, contacts_out, orders):
    """Return answered contacts per order: the smaller of contacts received and sent, so that monologues do not count.

    >>> exchanges_per_order(6, 40, 3)
    2.0
    >>> exchanges_per_order(6, 40, 0)
    """
    return min(contacts_in, contacts_out) / orders if orders else None


def index(ranks):
    """Return the mean of the ranks, or None when one of them is unknown.

    >>> index([80, 60, 40, 100])
    70.0
    >>> index([80, None, 40, 100])
    """
    return None if any(one is None for one in ranks) else fmean(ranks)


def kind(value):
    """Return relationship, mixed, transaction or unknown.

    >>> [kind(value) for value in (60, 59.9, 40.1, 40, None)]
    ['relationship', 'mixed', 'mixed', 'transaction', 'unknown']
    """
    if value is None:
        return "unknown"
    if value >= RELATIONSHIP_FROM:
        return "relationship"
    return "transaction" if value <= TRANSACTION_TO else "mixed"


def price_reaction(lines):
    """Return (median elasticity or None, price changes): how bought quantities answered changes of the own price.

    Purchases of a product in a row at the same price are one episode with its mean quantity. Between two episodes the
    elasticity is the change of quantity over the change of price, both over the mean of before and after. With fewer
    than ``MIN_CHANGES`` changes there is no answer. Below -1 the customer reacts strongly, around 0 not at all.

    :param lines: (product, day, unit price, quantity), in any order; prices and quantities of zero or less are left out

    >>> twice = [("tea", day, price, 12 / price) for day, price in enumerate([2, 2, 3, 2, 3, 2, 3])]
    >>> price_reaction(twice)
    (-1.0, 5)
    >>> price_reaction([("tea", day, day % 2 + 1, 10) for day in range(9)])
    (0.0, 8)
    >>> price_reaction([("tea", 1, 5, 10), ("tea", 2, 6, 8), ("ink", 3, 9, 1)])
    (None, 1)
    >>> price_reaction([])
    (None, 0)
    """
    usable = sorted((line for line in lines if line[2] > 0 and line[3] > 0), key=lambda line: (str(line[0]), line[1]))
    found = []
    for _product, bought in groupby(usable, key=lambda line: line[0]):
        episodes = _price_episodes(bought)
        for (price, quantity), (new_price, new_quantity) in zip(episodes, episodes[1:], strict=False):
            found.append(_relative(quantity, new_quantity) / _relative(price, new_price))
    return (median(found) if len(found) >= MIN_CHANGES else None), len(found)


def _price_episodes(bought):
    """Return [(price, mean quantity)] of the purchases of one product in order of time."""
    episodes = []
    for _product, _day, price, quantity in bought:
        if episodes and abs(price - episodes[-1][0]) <= PRICE_STEP * episodes[-1][0]:
            episodes[-1][1].append(quantity)
        else:
            episodes.append((price, [quantity]))
    return [(price, fmean(quantities)) for price, quantities in episodes]


def _relative(before, after):
    return (after - before) / ((after + before) / 2)
