"""Recency, frequency and money as scores from 1 to 5, by stored cut points.

A score is one plus the number of cut points strictly below the value, so that equal customers get equal scores and all
equal values give 1. With the cut points taken at 20, 40, 60 and 80 percent of the same customers this equals
``1 + min(4, floor(5 * worse / n))``, where *worse* is the number of strictly worse customers.
"""

import math

#: Shares of the customers at which the four cut points are taken.
CUT_SHARES = (0.2, 0.4, 0.6, 0.8)


def cut_points(values):
    """Return the four discrete percentiles of ``values``, or an empty tuple when there are none.

    The discrete percentile at share *s* is the smallest value whose rank is at least ``s * n``, as PostgreSQL's
    ``percentile_disc`` defines it.

    >>> cut_points([100, 200, 150, 300, 250])
    (100, 150, 200, 250)
    >>> cut_points([7])
    (7, 7, 7, 7)
    >>> cut_points([])
    ()
    """
    ordered = sorted(values)
    if not ordered:
        return ()
    # Shares are taken in hundredths: 0.6 * 5 is 3.0000000000000004 in binary and would skip a rank.
    return tuple(ordered[max(0, math.ceil(round(share * 100) * len(ordered) / 100) - 1)] for share in CUT_SHARES)


def score(value, cuts):
    """Return 1 plus the number of ``cuts`` strictly below ``value``.

    >>> [score(v, cut_points([100, 150, 200, 250, 300])) for v in (100, 150, 200, 250, 300)]
    [1, 2, 3, 4, 5]
    >>> [score(v, cut_points([42] * 9)) for v in [42] * 9]
    [1, 1, 1, 1, 1, 1, 1, 1, 1]
    """
    return 1 + sum(cut < value for cut in cuts)


def code(recency, frequency, money):
    """Return the three scores as one number from 111 to 555.

    >>> code(4, 2, 2)
    422
    """
    return 100 * recency + 10 * frequency + money


def score_by_rank(value, values):
    """Return the score of ``value`` among ``values`` by the rule the cut points stand for.

    >>> money = [100, 200, 150, 300, 250]
    >>> [score_by_rank(v, money) for v in money]
    [1, 3, 2, 5, 4]
    """
    worse = sum(other < value for other in values)
    return 1 + min(4, 5 * worse // len(values))
