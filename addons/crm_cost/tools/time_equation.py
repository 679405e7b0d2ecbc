"""Time equations (Kaplan and Anderson): minutes = b0 + b1 x1 + b2 x2 + ..., and the days each version is good for."""

import datetime
from bisect import bisect_left

#: No document takes longer; NaN and infinity do.
LONGEST = 1e9


def minutes(base, quantity, terms):
    """Return ``(minutes of a document, whether the equation gave something possible)``.

    An order takes 8 minutes, 4 more for each of its lines, and 20 more when it is express:

    >>> minutes(8, 1, [4 * 5, 0]), minutes(8, 1, [4 * 5, 20])
    ((28, True), (48, True))

    Minutes below zero, and what is no number, count as none:

    >>> minutes(8, 1, [-10]), minutes(8, 1, [float("nan")])
    ((0, False), (0, False))
    """
    total = base * quantity + sum(terms)
    possible = 0 <= total <= LONGEST
    return (total if possible else 0), possible


def segments(ends, first, last):
    """Return ``[(position in ends, first day, last day)]``: which version is good for which days of a month.

    A version is good until its last day; None stands for the current one, which has none.

    :param list ends: last days of the earlier versions, in order

    >>> day = lambda number: datetime.date(2026, 1, number)
    >>> segments([day(15)], day(1), day(31)) == [(0, day(1), day(15)), (None, day(16), day(31))]
    True
    >>> segments([], day(1), day(31)) == segments([datetime.date(2025, 12, 31)], day(1), day(31))
    True
    >>> segments([day(31), datetime.date(2026, 2, 28)], day(1), day(31)) == [(0, day(1), day(31))]
    True
    """
    found, start = [], first
    for position, end in enumerate(ends):
        if end < start:
            continue
        found.append((position, start, min(end, last)))
        start = end + datetime.timedelta(days=1)
        if start > last:
            return found
    return [*found, (None, start, last)]


def minutes_by_month(intervals, months):
    """Return the working minutes of each month; an interval belongs to the month of the day it begins.

    :param intervals: (start, end) with dates in the time zone of whoever works
    :param list months: (first day, last day), in order and without gaps

    >>> hours = lambda day, start, end: tuple(datetime.datetime(2026, *day, hour) for hour in (start, end))
    >>> year = [(datetime.date(2026, month, 1), datetime.date(2026, month, 28)) for month in (1, 2)]
    >>> minutes_by_month([hours((1, 5), 8, 12), hours((1, 5), 13, 17), hours((2, 28), 8, 9), hours((3, 1), 8, 9)], year)
    [480, 60]
    """
    lasts, totals = [last for _first, last in months], [0] * len(months)
    for start, end in intervals:
        day = start.date()
        month = bisect_left(lasts, day)
        if month < len(months) and day >= months[0][0]:
            totals[month] += (end - start).total_seconds() / 60
    return [round(total) for total in totals]
