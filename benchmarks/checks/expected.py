"""What the values must be, from raw columns: one structured row per company and customer, in that order."""

import numpy

WINDOW = 365
MISSING = -(2**31)
#: Columns of a result; days count from 2000, quantities are exact units (see ``raw``) or counts.
COLUMNS = (
    "company", "partner", "quantity", "quantity_window", "quantity_before", "documents", "documents_window",
    "documents_before", "first_date", "last_date", "next_edge",
)  # fmt: skip
RHYTHM = ("rhythm_twice", "gap_count", "last_gap")


def revenue(documents, todays):
    """Return the rows of the indicator of revenue.

    >>> documents = {
    ...     "company": numpy.array([1, 1, 1, 1]), "partner": numpy.array([7, 7, 7, 8]),
    ...     "day": numpy.array([9000, 8999, 9001, 9365]), "units": numpy.array([500, 30, -20, 9])}
    >>> rows = revenue(documents, {1: 9364})
    >>> [rows[name].tolist() for name in COLUMNS[1:5]]
    [[7, 8], [510, 0], [480, 0], [30, 0]]
    >>> [rows[name].tolist() for name in COLUMNS[5:]]
    [[3, 0], [2, 0], [1, 0], [8999, -2147483648], [9001, -2147483648], [9365, 9365]]
    """
    return _rows(documents, todays, documents["units"])


def purchase_days(documents, todays):
    """Return the rows of the indicator of purchase days, and beside them the columns of ``RHYTHM``.

    >>> documents = {
    ...     "company": numpy.ones(5, int), "partner": numpy.full(5, 7), "refund": numpy.array([0, 0, 0, 0, 1]),
    ...     "day": numpy.array([100, 110, 110, 140, 150]), "purchase_day": numpy.array([100, 110, 110, 140, 150])}
    >>> rows = purchase_days(documents, {1: 200})
    >>> [rows[name].tolist() for name in ("quantity", "documents", "last_date", *RHYTHM)]
    [[3], [4], [140], [40], [2], [30]]
    """
    invoices = {name: values[documents["refund"] == 0] for name, values in documents.items()}
    invoices["day"] = invoices["purchase_day"]
    days = _distinct_days(invoices)
    rows = _rows(invoices, todays, numpy.zeros(len(invoices["day"]), dtype=numpy.int64))
    counted = _rows(days, todays, numpy.ones(len(days["day"]), dtype=numpy.int64))
    for name in ("quantity", "quantity_window", "quantity_before"):
        rows[name] = counted[name]
    return rows | _rhythm(days, todays, rows)


def _today(documents, todays):
    return numpy.array([todays[company] for company in range(max(todays) + 1) if company in todays])[
        numpy.searchsorted(numpy.array(sorted(todays)), documents["company"])
    ]


def _groups(documents):
    """Return (order that sorts by company and customer, index of the first document of each)."""
    order = numpy.lexsort((documents["day"], documents["partner"], documents["company"]))
    company, partner = documents["company"][order], documents["partner"][order]
    new = numpy.ones(len(order), dtype=bool)
    new[1:] = (company[1:] != company[:-1]) | (partner[1:] != partner[:-1])
    return order, numpy.flatnonzero(new)


def _rows(documents, todays, amount):
    order, first = _groups(documents)
    day = documents["day"][order].astype(numpy.int64)
    amount, age = amount[order], _today(documents, todays)[order] - day
    past, window = age >= 0, (age >= 0) & (age < WINDOW)
    before = (age >= WINDOW) & (age < 2 * WINDOW)
    edge = numpy.where(window, day + WINDOW, numpy.where(before, day + 2 * WINDOW, numpy.where(past, 2**40, day)))

    def total(values):
        return numpy.add.reduceat(values, first) if len(first) else values[:0]

    last = numpy.maximum.reduceat(numpy.where(past, day, MISSING), first) if len(first) else day[:0]
    next_edge = numpy.minimum.reduceat(edge, first) if len(first) else day[:0]
    earliest = numpy.minimum.reduceat(numpy.where(past, day, 2**40), first) if len(first) else day[:0]
    return {
        "company": documents["company"][order][first],
        "partner": documents["partner"][order][first],
        "quantity": total(amount * past),
        "quantity_window": total(amount * window),
        "quantity_before": total(amount * before),
        "documents": total(past.astype(numpy.int64)),
        "documents_window": total(window.astype(numpy.int64)),
        "documents_before": total(before.astype(numpy.int64)),
        "first_date": numpy.where(last == MISSING, MISSING, earliest),
        "last_date": last,
        "next_edge": numpy.where(next_edge == 2**40, MISSING, next_edge),
    }


def _distinct_days(documents):
    order, _first = _groups(documents)
    company, partner, day = (documents[name][order] for name in ("company", "partner", "day"))
    new = numpy.ones(len(order), dtype=bool)
    new[1:] = (company[1:] != company[:-1]) | (partner[1:] != partner[:-1]) | (day[1:] != day[:-1])
    return {"company": company[new], "partner": partner[new], "day": day[new]}


def _rhythm(days, todays, rows):
    """Return twice the median gap, the number of gaps and the last one; days after today do not count."""
    kept = {name: values[days["day"] <= _today(days, todays)] for name, values in days.items()}
    keys = kept["company"].astype(numpy.int64) << 32 | kept["partner"]
    same = keys[1:] == keys[:-1]
    gaps, owner = (kept["day"][1:] - kept["day"][:-1])[same], keys[1:][same]
    order = numpy.lexsort((gaps, owner))
    everyone = rows["company"].astype(numpy.int64) << 32 | rows["partner"]
    start, end = numpy.searchsorted(owner, everyone), numpy.searchsorted(owner, everyone, side="right")
    count, sorted_gaps = end - start, numpy.append(gaps[order].astype(numpy.int64), 0)
    low, high = start + numpy.maximum(count - 1, 0) // 2, start + count // 2
    none = count == 0
    last = numpy.append(gaps.astype(numpy.int64), 0)[numpy.where(none, len(gaps), end - 1)]
    twice = sorted_gaps[numpy.where(none, len(gaps), low)] + sorted_gaps[numpy.where(none, len(gaps), high)]
    return {
        "rhythm_twice": numpy.where(none, MISSING, twice),
        "gap_count": count,
        "last_gap": numpy.where(none, MISSING, last),
    }
