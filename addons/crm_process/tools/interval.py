"""How sure a difference of two shares is."""

from math import sqrt

from odoo.tools import SQL

Z95 = 1.959964

#: Fewer cases than this on one side say nothing, whatever the formula gives.
FEWEST = 10


def wilson(part, total):
    """Return the 95 % interval of a share (Wilson 1927).

    >>> [round(edge, 3) for edge in wilson(0.6, 250)]
    [0.538, 0.659]
    >>> [round(edge, 3) for edge in wilson(1, 5)]
    [0.566, 1.0]
    """
    z2 = Z95 * Z95
    centre = (part + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * sqrt(part * (1 - part) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def difference_interval(good, total, other_good, other_total):
    """Return the 95 % interval of the difference of two shares (Newcombe 1998, method 10); None when too few.

    His example, 56 of 70 against 48 of 80:

    >>> [round(edge, 4) for edge in difference_interval(56, 70, 48, 80)]
    [0.0524, 0.3339]
    >>> difference_interval(9, 9, 0, 50) is None
    True
    """
    if min(total, other_total) < FEWEST:
        return None
    part, other = good / total, other_good / other_total
    (low, high), (other_low, other_high) = wilson(part, total), wilson(other, other_total)
    difference = part - other
    return (
        difference - sqrt((part - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - part) ** 2 + (other - other_low) ** 2),
    )


def difference_sql(good, total, other_good, other_total, upper):
    """Return SQL of one edge of ``difference_interval``; NULL when there are too few."""
    part, other = (
        SQL("(%s / NULLIF(%s, 0)::float)", good, total),
        SQL("(%s / NULLIF(%s, 0)::float)", other_good, other_total),
    )
    first = SQL("(%s - %s)", _edge_sql(part, total, upper), part)
    second = SQL("(%s - %s)", _edge_sql(other, other_total, not upper), other)
    return SQL(
        "CASE WHEN LEAST(%s, %s) >= %s THEN %s - %s %s SQRT(POWER(%s, 2) + POWER(%s, 2)) END",
        total,
        other_total,
        FEWEST,
        part,
        other,
        SQL("+") if upper else SQL("-"),
        first,
        second,
    )


def _edge_sql(part, total, upper):
    """Return SQL of one edge of ``wilson``."""
    size = SQL("NULLIF(%s, 0)::float", total)
    return SQL(
        "((%(part)s + %(z2)s / (2 * %(size)s) %(sign)s %(z)s * SQRT(%(part)s * (1 - %(part)s) / %(size)s"
        " + %(z2)s / (4 * %(size)s * %(size)s))) / (1 + %(z2)s / %(size)s))",
        part=part,
        size=size,
        z=Z95,
        z2=Z95 * Z95,
        sign=SQL("+") if upper else SQL("-"),
    )
