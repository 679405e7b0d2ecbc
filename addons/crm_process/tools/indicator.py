"""How a figure stands against its target and limits."""

AT_LEAST, AT_MOST, BETWEEN = "min", "max", "between"
GOOD, WATCH, BAD = "good", "watch", "bad"


def grade(value, direction, target, low, high):
    """Return how ``value`` stands: good, watch (short of the target, within the limit), bad, or None.

    :param direction: at least, at most or between; empty for a figure that is only watched

    At least 20, and never below 15:

    >>> [grade(value, "min", 20, 15, 0) for value in (20, 17, 14.9)]
    ['good', 'watch', 'bad']

    At most 2 days, and never more than 5:

    >>> [grade(value, "max", 2, 0, 5) for value in (1.5, 5, 5.1)]
    ['good', 'watch', 'bad']

    Between 30 and 50; both ends are inside:

    >>> [grade(value, "between", 40, 30, 50) for value in (30, 50, 51)]
    ['good', 'good', 'bad']

    Nothing to judge:

    >>> grade(None, "min", 20, 15, 0), grade(7, False, 0, 0, 0)
    (None, None)
    """
    if value is None or not direction:
        return None
    if direction == BETWEEN:
        return GOOD if low <= value <= high else BAD
    if direction == AT_LEAST:
        return GOOD if value >= target else WATCH if value >= low else BAD
    return GOOD if value <= target else WATCH if value <= high else BAD


def combine(aggregate, rows):
    """Return one figure of ``(quantity, documents)`` per customer, or None when it cannot be told from them.

    >>> combine("sum", [(100.0, 1), (50.0, 2)])
    150.0

    An average of all documents, not of the customers' averages:

    >>> combine("avg", [(10.0, 1), (40.0, 2)])
    30.0
    >>> combine("min", [(3, 1), (2, 5)]), combine("max", [(3, 1), (2, 5)])
    (2.0, 3.0)

    A median of medians is no median; without documents nothing is counted, and no average exists:

    >>> combine("median", [(3, 1), (2, 5)]), combine("count", []), combine("avg", [])
    (None, 0.0, None)
    """
    rows = [(float(quantity), documents) for quantity, documents in rows if quantity is not None]
    if aggregate in ("count", "days", "sum"):
        return sum((quantity for quantity, _documents in rows), 0.0)
    if not rows:
        return None
    if aggregate in ("avg", "within"):
        return sum(quantity * documents for quantity, documents in rows) / sum(documents for _q, documents in rows)
    if aggregate in ("min", "max"):
        return {"min": min, "max": max}[aggregate](quantity for quantity, _documents in rows)
    return None
