"""Recency, frequency and money as scores, by stored or typed cut points, and the names of the scores.

A score is one plus the number of cut points strictly below the value, so that equal customers get equal scores and all
equal values give 1. With the cut points taken at 20, 40, 60 and 80 percent of the same customers this equals
``1 + min(4, floor(5 * worse / n))``, where *worse* is the number of strictly worse customers. Recency counts days, of
which fewer are better: its score is one plus the number of cut points strictly above the days.
"""

import math
from itertools import product


def cut_shares(count=5):
    """Return the shares of the customers at which the cut points between ``count`` scores are taken.

    >>> cut_shares()
    (0.2, 0.4, 0.6, 0.8)
    >>> cut_shares(4)
    (0.25, 0.5, 0.75)
    """
    return tuple(number / count for number in range(1, count))


def cut_points(values, count=5):
    """Return the discrete percentiles of ``values`` between ``count`` scores, or an empty tuple without values.

    The discrete percentile at share *s* is the smallest value whose rank is at least ``s * n``, as PostgreSQL's
    ``percentile_disc`` defines it.

    >>> cut_points([100, 200, 150, 300, 250])
    (100, 150, 200, 250)
    >>> cut_points([1, 2, 3, 4, 5, 6], 3)
    (2, 4)
    >>> cut_points([7])
    (7, 7, 7, 7)
    >>> cut_points([])
    ()
    """
    ordered = sorted(values)
    if not ordered:
        return ()
    # Whole numbers: 0.6 * 5 is 3.0000000000000004 in binary and would skip a rank.
    return tuple(ordered[math.ceil(number * len(ordered) / count) - 1] for number in range(1, count))


def score(value, cuts):
    """Return 1 plus the number of ``cuts`` strictly below ``value``.

    >>> [score(v, cut_points([100, 150, 200, 250, 300])) for v in (100, 150, 200, 250, 300)]
    [1, 2, 3, 4, 5]
    >>> [score(v, cut_points([42] * 9)) for v in [42] * 9]
    [1, 1, 1, 1, 1, 1, 1, 1, 1]
    """
    return 1 + sum(cut < value for cut in cuts)


def recency_score(days, cuts):
    """Return 1 plus the number of ``cuts`` strictly above ``days``, both as positive days since the last purchase.

    >>> [recency_score(days, (270, 180, 90, 30)) for days in (300, 200, 100, 60, 10)]
    [1, 2, 3, 4, 5]
    >>> recency_score(30, (270, 180, 90, 30))
    4
    """
    return 1 + sum(days < cut for cut in cuts)


def code(recency, frequency, money):
    """Return the three scores as one number from 111 to 555.

    >>> code(4, 2, 2)
    422
    """
    return 100 * recency + 10 * frequency + money


def score_by_rank(value, values, count=5):
    """Return the score of ``value`` among ``values`` by the rule the cut points stand for.

    >>> money = [100, 200, 150, 300, 250]
    >>> [score_by_rank(v, money) for v in money]
    [1, 3, 2, 5, 4]
    """
    worse = sum(other < value for other in values)
    return 1 + min(count - 1, count * worse // len(values))


def as_fifth(number, count):
    """Return a score out of ``count`` as a score from 1 to 5, which the ranges of the names are written for.

    The lowest stays 1, the highest becomes 5, those between lie evenly.

    >>> [as_fifth(number, 3) for number in (1, 2, 3)]
    [1, 3, 5]
    >>> [as_fifth(number, 4) for number in (1, 2, 3, 4)]
    [1, 2, 4, 5]
    >>> [as_fifth(number, 5) for number in (1, 2, 3, 4, 5)]
    [1, 2, 3, 4, 5]
    """
    return 1 + (8 * (number - 1) + count - 1) // (2 * (count - 1))


def names_of_codes(ranges, count=5):
    """Return ``{code: key}``: the first of ``ranges`` that holds the three scores of each code; others are left out.

    :param ranges: (key, r_min, r_max, f_min, f_max, m_min, m_max) in order of precedence, written for scores 1 to 5

    >>> ranges = [("best", 4, 5, 4, 5, 4, 5), ("recent", 4, 5, 1, 5, 1, 5)]
    >>> named = names_of_codes(ranges)
    >>> named[555], named[511], named.get(111), len(named)
    ('best', 'recent', None, 50)
    >>> names_of_codes(ranges, 3)
    {311: 'recent', 312: 'recent', 313: 'recent', 321: 'recent', 322: 'recent', 323: 'recent', 331: 'recent', \
332: 'recent', 333: 'best'}
    """
    named = {}
    for scores in product(range(1, count + 1), repeat=3):
        fifths = [as_fifth(number, count) for number in scores]
        for key, *limits in ranges:
            if all(low <= fifth <= high for fifth, low, high in zip(fifths, limits[::2], limits[1::2], strict=True)):
                named[code(*scores)] = key
                break
    return named


def unnamed_codes(ranges, count=5):
    """Return the codes that no range names, in order.

    >>> unnamed_codes([("all but the worst", 2, 5, 1, 5, 1, 5), ("frequent", 1, 1, 1, 5, 2, 5)])
    [111, 121, 131, 141, 151]
    """
    named = names_of_codes(ranges, count)
    return [code(*scores) for scores in product(range(1, count + 1), repeat=3) if code(*scores) not in named]
