"""Months of a company's fiscal calendar."""

import calendar
import datetime


def fiscal_month(day, last_day=31, last_month=12):
    """Return the first and the last day of the fiscal month that holds ``day``.

    Fiscal months are calendar months, unless the fiscal year ends in the middle of one (5 April): then each month
    ends on that day.

    >>> fiscal_month(datetime.date(2024, 2, 10))
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> fiscal_month(datetime.date(2026, 4, 5), 5, 4)
    (datetime.date(2026, 3, 6), datetime.date(2026, 4, 5))
    >>> fiscal_month(datetime.date(2026, 12, 6), 5, 4)
    (datetime.date(2026, 12, 6), datetime.date(2027, 1, 5))
    >>> fiscal_month(datetime.date(2026, 6, 30), 28, 2) == fiscal_month(datetime.date(2026, 6, 1), 30, 6)
    True
    """
    shortest = min(calendar.monthrange(year, last_month)[1] for year in (2023, 2024))
    if last_day >= shortest:
        first = day.replace(day=1)
        return first, day.replace(day=calendar.monthrange(day.year, day.month)[1])
    end = (
        day.replace(day=last_day)
        if day.day <= last_day
        else (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=last_day)
    )
    before = (end.replace(day=1) - datetime.timedelta(days=1)).replace(day=last_day)
    return before + datetime.timedelta(days=1), end


def months_back(day, count, last_day=31, last_month=12):
    """Return the ``count`` fiscal months before the one that holds ``day``, oldest first.

    >>> months_back(datetime.date(2026, 3, 15), 2)
    [(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31)), (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))]
    """
    months = []
    first = fiscal_month(day, last_day, last_month)[0]
    for _step in range(count):
        months.append(fiscal_month(first - datetime.timedelta(days=1), last_day, last_month))
        first = months[-1][0]
    return months[::-1]
