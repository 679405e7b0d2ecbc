"""Periods of whole months from a day on."""

from dateutil.relativedelta import relativedelta


def current(begin, months, today):
    """Return (first day, first day of the next) of the period of ``months`` that ``today`` is in; None before.

    >>> from datetime import date
    >>> current(date(2026, 1, 15), 3, date(2026, 4, 14)), current(date(2026, 1, 15), 3, date(2026, 4, 15))
    ((datetime.date(2026, 1, 15), datetime.date(2026, 4, 15)), (datetime.date(2026, 4, 15), datetime.date(2026, 7, 15)))

    Counted from the first day each time, so that the 31st comes back after February:

    >>> current(date(2026, 1, 31), 1, date(2026, 3, 5)), current(date(2026, 1, 31), 1, date(2026, 4, 2))
    ((datetime.date(2026, 2, 28), datetime.date(2026, 3, 31)), (datetime.date(2026, 3, 31), datetime.date(2026, 4, 30)))
    >>> current(date(2026, 1, 31), 1, date(2026, 1, 30))
    """
    if today < begin:
        return None
    number = ((today.year - begin.year) * 12 + today.month - begin.month) // months
    if begin + relativedelta(months=number * months) > today:
        number -= 1
    return tuple(begin + relativedelta(months=step * months) for step in (number, number + 1))
