"""Spans of fiscal months: a month, quarter, year or twelve months, and the span it is compared with.

A month has a number, ``12 * year + month - 1`` of the day on which it ends, so that spans are plain arithmetic.
"""

import datetime

#: Length of a span in months; a free one is as long as its user says.
LENGTHS = {"month": 1, "quarter": 3, "year": 12, "rolling": 12}


def number(day):
    """Return the number of the month in which a fiscal month ends.

    >>> number(datetime.date(2026, 1, 31)), number(datetime.date(2026, 4, 5))
    (24312, 24315)
    """
    return 12 * day.year + day.month - 1


def span(kind, last, first=None, year_end=12):
    """Return first and last month (numbers) of the span that holds month ``last``.

    Quarters and years are those of a fiscal year that ends in month ``year_end``; twelve months end with ``last``.

    >>> november = 12 * 2026 + 10
    >>> [span(kind, november) == (november + start, november + end)
    ...  for kind, start, end in (("month", 0, 0), ("quarter", -1, 1), ("year", -10, 1), ("rolling", -11, 0))]
    [True, True, True, True]
    >>> span("quarter", november, year_end=10) == (november, november + 2)
    True
    >>> span("free", november, november - 4) == span("free", november - 4, november) == (november - 4, november)
    True
    """
    if kind == "free":
        first = last if first is None else first
        return min(first, last), max(first, last)
    if kind in ("quarter", "year"):
        begin = last - (last - year_end) % LENGTHS[kind]
        return begin, begin + LENGTHS[kind] - 1
    return last - LENGTHS[kind] + 1, last


def compared(first, last, against):
    """Return the span before, of the same length, the same one a year ago, or None.

    >>> compared(10, 12, "before"), compared(10, 12, "year"), compared(10, 12, "none")
    ((7, 9), (-2, 0), None)
    """
    if against == "none":
        return None
    shift = 12 if against == "year" else last - first + 1
    return first - shift, last - shift


def days(first, last):
    """Return the first and the last day of calendar months ``first`` to ``last``: fiscal months that end in between.

    >>> days(24312, 24313)
    (datetime.date(2026, 1, 1), datetime.date(2026, 2, 28))
    """
    end = datetime.date(last // 12, last % 12 + 1, 1) + datetime.timedelta(days=31)
    return datetime.date(first // 12, first % 12 + 1, 1), end.replace(day=1) - datetime.timedelta(days=1)
