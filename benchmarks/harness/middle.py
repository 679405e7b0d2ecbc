"""Medians with an interval, and slopes: what a handful of timings can say."""

import math
import statistics

#: Two-sided confidence of an interval, and the normal quantile that belongs to it.
CONFIDENCE, QUANTILE = 0.95, 1.959964


def median(values):
    """Return the median.

    >>> median([3, 1, 2])
    2
    """
    return statistics.median(values)


def interval(values):
    """Return a 95 % interval of the median that assumes nothing about the distribution (order statistics).

    >>> interval(range(1, 201))
    (86, 115)
    >>> interval([5])
    (5, 5)
    """
    ordered = sorted(values)
    reach = QUANTILE * math.sqrt(len(ordered)) / 2
    first = max(0, math.floor(len(ordered) / 2 - reach) - 1)
    return ordered[first], ordered[len(ordered) - 1 - first]


def percentile(values, share):
    """Return the smallest value that at least ``share`` of all values do not exceed.

    >>> percentile([10, 20, 30, 40], 0.5), percentile([10, 20, 30, 40], 0.95)
    (20, 40)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def slope(points):
    """Return the slope of the straight line through the logarithms of (size, time), by least squares.

    >>> round(slope([(10, 1), (100, 10), (1000, 100)]), 6)
    1.0
    >>> round(slope([(10, 3), (1000, 3)]), 6)
    0.0
    """
    logs = [(math.log(size), math.log(time)) for size, time in points]
    middle_x = statistics.mean(x for x, _y in logs)
    middle_y = statistics.mean(y for _x, y in logs)
    return sum((x - middle_x) * (y - middle_y) for x, y in logs) / sum((x - middle_x) ** 2 for x, _y in logs)
