"""Whether the answers of one period differ from those of another by more than chance."""

from math import sqrt

#: Two-sided 95 % quantile of Student's distribution: (degrees of freedom from which on, quantile), on the careful side.
T95 = ((2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (8, 2.306), (10, 2.228), (15, 2.131), (30, 2.042))
#: With fewer answers in either of two periods no trend is told.
TREND_ANSWERS = 3


def trend(now, before):
    """Tell whether scores went 'up' or 'down', are 'steady', or 'too_few' to tell; each period as (n, mean, variance).

    A difference counts when it is larger than chance explains, by Welch's test at 95 % with the smaller sample's
    degrees of freedom, which is the careful side.

    >>> trend((3, 90.0, 25.0), (3, 50.0, 25.0)), trend((3, 50.0, 25.0), (3, 90.0, 25.0))
    ('up', 'down')
    >>> trend((3, 70.0, 900.0), (3, 60.0, 900.0)), trend((2, 90.0, 0.0), (3, 50.0, 0.0))
    ('steady', 'too_few')
    >>> trend((3, 100.0, 0.0), (3, 75.0, 0.0)), trend((3, 100.0, 0.0), (3, 100.0, 0.0))
    ('up', 'steady')
    """
    least = min(now[0], before[0])
    if least < TREND_ANSWERS:
        return "too_few"
    change = now[1] - before[1]
    quantile = max(q for freedom, q in T95 if freedom <= least - 1 < _next_freedom(freedom))
    if abs(change) <= quantile * sqrt(now[2] / now[0] + before[2] / before[0]):
        return "steady"
    return "up" if change > 0 else "down"


def _next_freedom(freedom):
    return min((other for other, _q in T95 if other > freedom), default=float("inf"))
