"""Where a customer stands between the first purchase and the last, judged by a rhythm in days.

Silence is counted from the last sign of life: up to 1.5 times the rhythm a customer is active, up to 3 times cooling,
beyond that lost. The rules are our own, and named on screen; the job computes the same in SQL.
"""

import math
from datetime import timedelta
from statistics import median

#: Gaps between purchase days from which a customer has a rhythm of its own.
MIN_GAPS = 4
#: Multiples of the rhythm after which a silent customer is cooling, and lost.
COOLING_AFTER = 1.5
LOST_AFTER = 3


def gaps(days):
    """Return the days between consecutive distinct ``days``.

    >>> from datetime import date
    >>> gaps([date(2024, 3, 1), date(2024, 2, 28), date(2024, 3, 1), date(2024, 2, 29)])
    [1, 1]
    >>> gaps([date(1900, 1, 1)])
    []
    """
    ordered = sorted(set(days))
    return [(after - before).days for before, after in zip(ordered, ordered[1:], strict=False)]


def company_rhythm(own, all_gaps, typed):
    """Return (rhythm of the company, where it is from).

    :param own: median gaps of the customers with at least ``MIN_GAPS`` gaps
    :param all_gaps: gaps of all customers, used when ``own`` is empty
    :param typed: used when nobody ever bought twice

    >>> company_rhythm([30, 60, 40], [1, 1, 1], 90)
    (40, 'customers')
    >>> company_rhythm([], [10, 20], 90)
    (15.0, 'gaps')
    >>> company_rhythm([], [], 90)
    (90, 'typed')
    """
    if own:
        return median(own), "customers"
    if all_gaps:
        return median(all_gaps), "gaps"
    return typed, "typed"


def state(first, sign, rhythm, last_gap, today):
    """Return the lifecycle of one customer.

    :param first: day of the first purchase, None when never bought
    :param sign: day of the last sign of life: the last purchase, or a later contact where contacts count
    :param rhythm: days that usually pass between two signs of life
    :param last_gap: days between the last two purchase days, None when unknown

    >>> from datetime import date, timedelta
    >>> def after(days, first=1000, last_gap=None):
    ...     today = date(2024, 2, 29)
    ...     return state(today - timedelta(first), today - timedelta(days), 30, last_gap, today)
    >>> [after(days) for days in (0, 45, 46, 90, 91)]
    ['active', 'active', 'cooling', 'cooling', 'lost']
    >>> after(10, first=30), after(10, first=31), after(10, last_gap=90), after(10, last_gap=91)
    ('new', 'active', 'active', 'returned')
    >>> state(None, None, 30, None, date(2024, 2, 29))
    'prospect'
    """
    if first is None:
        return "prospect"
    silent = (today - sign).days
    if silent > LOST_AFTER * rhythm:
        return "lost"
    if silent > COOLING_AFTER * rhythm:
        return "cooling"
    if last_gap is not None and last_gap > LOST_AFTER * rhythm:
        return "returned"
    return "new" if (today - first).days <= rhythm else "active"


def edge(first, sign, rhythm, today):
    """Return the next day on which :func:`state` may give something else although nothing happens, or None.

    >>> from datetime import date
    >>> edge(date(2024, 1, 1), date(2024, 1, 1), 10, date(2024, 1, 1))
    datetime.date(2024, 1, 12)
    >>> edge(date(2024, 1, 1), date(2024, 1, 1), 10, date(2024, 1, 31))
    datetime.date(2024, 2, 1)
    >>> edge(date(2024, 1, 1), date(2024, 1, 1), 10, date(2024, 2, 1))
    >>> edge(None, None, 10, date(2024, 2, 1))
    """
    if first is None:
        return None
    days = [
        first + timedelta(math.floor(rhythm) + 1),
        sign + timedelta(math.floor(COOLING_AFTER * rhythm) + 1),
        sign + timedelta(math.floor(LOST_AFTER * rhythm) + 1),
    ]
    return min((day for day in days if day > today), default=None)
