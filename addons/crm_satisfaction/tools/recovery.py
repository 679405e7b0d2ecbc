"""What follows a score: whether it opens a case, how urgent that is, which remedy is suggested.

Plain numbers in, plain numbers out; the last function writes the interval of a share for PostgreSQL.
"""

from odoo.tools import SQL

# Two-sided 95 % quantile of the normal distribution, as in crm_segmentation.
Z95 = 1.959964

#: Closed cases with a remedy that are needed before its success says more than chance.
LEAST_CASES = 5


def reason_to_open(score, scale, threshold, previous=None, drop=0, hard=False):
    """Return why a score opens a case, None when it does not.

    ``low``: not above the threshold. ``hard``: where competition is hard, only the very satisfied stay (Jones and
    Sasser 1995), so leaving the top is enough. ``drop``: so many points below the score before.

    >>> reason_to_open(6, (0, 10), 6), reason_to_open(7, (0, 10), 6), reason_to_open(0, (0, 10), 6)
    ('low', None, 'low')
    >>> reason_to_open(4, (1, 5), 2, previous=5), reason_to_open(4, (1, 5), 2, previous=5, hard=True)
    (None, 'hard')
    >>> reason_to_open(4, (1, 5), 2, previous=4, hard=True), reason_to_open(5, (1, 5), 2, previous=5, hard=True)
    (None, None)
    >>> reason_to_open(9, (0, 10), 6, previous=10, hard=True), reason_to_open(8, (0, 10), 6, previous=10, hard=True)
    (None, 'hard')
    >>> reason_to_open(7, (0, 10), 6, previous=9, drop=2), reason_to_open(7, (0, 10), 6, previous=0, drop=2)
    ('drop', None)
    """
    if score <= threshold:
        return "low"
    if previous is None:
        return None
    top = very_satisfied_from(*scale)
    if hard and score < top <= previous:
        return "hard"
    return "drop" if drop and previous - score >= drop else None


def very_satisfied_from(low, high):
    """Return where the top of a scale begins: its last point, on long scales the last two.

    >>> very_satisfied_from(1, 5), very_satisfied_from(1, 7), very_satisfied_from(0, 10)
    (5, 7, 9)
    """
    return high - 1 if high - low > 6 else high


def severity(score, scale, value):
    """Return '1' (normal), '2' (high) or '3' (urgent) from how bad a score is times what the customer is worth.

    The distance from the best score, as a share of the scale, is multiplied by 0.5 to 1.5: the share of the company's
    customers who bring less, plus one half. A customer whose value nobody knows, and a case without score, are taken
    for the middle.

    >>> severity(0, (0, 10), None), severity(6, (0, 10), 1.0), severity(6, (0, 10), 0.0)
    ('3', '2', '1')
    >>> severity(3, (0, 10), 0.9), severity(2, (0, 10), 0.1), severity(None, None, 0.9), severity(None, None, 0.1)
    ('3', '1', '2', '1')
    """
    low, high = scale or (0, 2)
    bad = (high - (1 if score is None else score)) / (high - low)
    weight = bad * (0.5 + (0.5 if value is None else value))
    return "3" if weight >= 0.9 else "2" if weight >= 0.5 else "1"


def is_recovered(score, threshold, first=None):
    """Tell whether a second score says that the customer was won back: above the threshold, and above the first one.

    :param first: the score that opened the case, None when it was given on another scale or not at all

    >>> is_recovered(9, 6, 2), is_recovered(6, 6, 2), is_recovered(8, 6, 8), is_recovered(7, 6)
    (True, False, False, True)
    """
    return score > threshold and (first is None or score > first)


def suggest(allowed, levels, low_end, least=LEAST_CASES):
    """Return (level, [(remedy, recovered, cases)]): the remedies somebody may offer, the one that worked best first.

    The first level counts on which at least one allowed remedy has enough cases; among those with enough, the lower
    end of the 95 % interval of the recovered share (Wilson 1927) decides. All others keep the order of the policy, and
    so does everything when no level has enough cases (level None).

    :param allowed: remedies in the order of the policy
    :param levels: [(name, {remedy: (recovered, cases)})], the closest cases first
    :param low_end: function of (recovered, cases) that returns the lower end of the interval

    >>> def low_end(recovered, cases): return recovered / (cases + 4)
    >>> close = {"call": (1, 2), "visit": (5, 6)}
    >>> wide = {"call": (30, 40), "visit": (5, 6), "gift": (9, 9)}
    >>> suggest(["call", "visit"], [("cause", close), ("all", wide)], low_end)
    ('cause', [('visit', 5, 6), ('call', 1, 2)])
    >>> suggest(["visit", "call"], [("cause", {}), ("all", wide)], low_end)
    ('all', [('call', 30, 40), ('visit', 5, 6)])
    >>> suggest(["call", "visit"], [("cause", {"gift": (9, 9)}), ("all", {})], low_end)
    (None, [('call', 0, 0), ('visit', 0, 0)])
    >>> suggest([], [("all", wide)], low_end)
    (None, [])
    """
    for name, tally in levels:
        rows = [(remedy, *tally.get(remedy, (0, 0))) for remedy in allowed]
        if any(cases >= least for _remedy, _recovered, cases in rows):
            rows.sort(key=lambda row: -low_end(row[1], row[2]) if row[2] >= least else 1)
            return name, rows
    tally = levels[-1][1] if levels else {}
    return None, [(remedy, *tally.get(remedy, (0, 0))) for remedy in allowed]


def wilson_sql(hits, count, sign):
    """Return SQL of one end of the 95 % interval of a share in percent; NULL when there is nothing to count.

    :param SQL hits: number of hits, an aggregate
    :param SQL count: number of cases, an aggregate
    :param int sign: -1 for the lower end, 1 for the upper one
    """
    return SQL(
        "100.0 * ((%(hits)s)::float8 / NULLIF(%(count)s, 0) + %(square)s / (2 * NULLIF(%(count)s, 0)) + %(z)s * SQRT("
        "(%(hits)s)::float8 / NULLIF(%(count)s, 0) * (1 - (%(hits)s)::float8 / NULLIF(%(count)s, 0))"
        " / NULLIF(%(count)s, 0) + %(square)s / (4 * NULLIF(%(count)s, 0)::float8 ^ 2)))"
        " / (1 + %(square)s / NULLIF(%(count)s, 0))",
        hits=hits,
        count=count,
        z=sign * Z95,
        square=Z95**2,
    )
