"""Judging one figure by the figures before it, and a rule by what its alerts came to: medians, so that one outlier in
the past does not hide the next. PostgreSQL computes the same with ``percentile_cont``; ``test_alert_detect`` compares.
"""

from math import sqrt
from statistics import fmean, median

#: Fewer points than this are not enough data to call anything unusual.
MIN_POINTS = 8
#: Size of the robust z from which Iglewicz and Hoaglin (1993) call a point an outlier.
OUTLIER = 3.5
#: 0.75 quantile of the normal distribution: makes the MAD of normal data comparable with a standard deviation.
MAD_FACTOR = 0.6745
#: The square root of pi / 2, which does the same for the mean absolute deviation.
MEAN_AD_FACTOR = 1.253314
#: Real cases and false alarms that a threshold is proposed from, each at least.
MIN_OUTCOMES = 5
#: 0.975 quantile of the normal distribution.
Z95 = 1.959964


def spread(points):
    """Return (median, MAD, mean absolute deviation) of some points.

    >>> spread([1, 2, 3, 4, 100])
    (3, 1, 20.2)
    >>> spread([5, 5, 5])
    (5, 0, 0.0)
    """
    middle = median(points)
    distances = [abs(point - middle) for point in points]
    return middle, median(distances), fmean(distances)


def robust_z(value, points, least=MIN_POINTS):
    """Return the robust z of ``value`` among ``points``, which contain it; None when nothing can be said.

    Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers: 0.6745 (x - median) / MAD.

    >>> points = [100, 102, 98, 101, 99, 100, 103, 500]
    >>> round(robust_z(500, points), 2)
    179.64
    >>> robust_z(100.5, points)
    0.0

    More than half of the points equal: the mean absolute deviation stands in. All equal: nothing is unusual.

    >>> round(robust_z(9, [1, 1, 1, 1, 1, 1, 1, 9]), 3)
    6.383
    >>> robust_z(1, [1] * 20) is None
    True

    Seven points are not enough data.

    >>> robust_z(500, [100, 102, 98, 101, 99, 100, 500]) is None
    True
    """
    if len(points) < least:
        return None
    middle, mad, mean_ad = spread(points)
    if mad > 0:
        return MAD_FACTOR * (value - middle) / mad
    return (value - middle) / (MEAN_AD_FACTOR * mean_ad) if mean_ad > 0 else None


def overdue(silence, rhythm, factor=1.5):
    """Return how many rhythms a customer has been silent when that is more than ``factor``, else None.

    >>> overdue(50, 30), overdue(45, 30), overdue(46, 0)
    (1.6666666666666667, None, None)
    """
    return silence / rhythm if rhythm and rhythm > 0 and silence > factor * rhythm else None


def wilson(hits, count):
    """Return the 95 % interval of a share by Wilson (1927); (0, 1) when there is nothing to count.

    >>> [round(bound, 4) for bound in wilson(8, 10)]
    [0.4902, 0.9433]
    >>> [round(bound, 4) for bound in wilson(0, 20)]
    [0.0, 0.1611]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if not count:
        return 0.0, 1.0
    share, square = hits / count, Z95**2
    centre = share + square / (2 * count)
    margin = Z95 * sqrt(share * (1 - share) / count + square / (4 * count**2))
    whole = 1 + square / count
    return max(0.0, (centre - margin) / whole), min(1.0, (centre + margin) / whole)


def proposed_threshold(hits, misses):
    """Return the score from which alerts should be raised, judged by the scores of real cases and of false alarms.

    Youden (1950): the cut with the largest share of cases above it plus share of false alarms below it; of equal cuts
    the lowest, so that no case is lost for nothing. None with fewer than five of either, and where no cut is better
    than chance.

    >>> proposed_threshold([6, 7, 8, 9, 10], [3.6, 3.7, 4, 4.5, 5])
    6
    >>> proposed_threshold([4, 6, 7, 8, 9, 10], [3.6, 3.7, 4, 4.5, 5])
    6
    >>> proposed_threshold([3.6, 3.7, 4, 4.5, 5], [6, 7, 8, 9, 10]) is None
    True
    >>> proposed_threshold([6, 7], [3, 4, 5, 3, 4]) is None
    True
    """
    if min(len(hits), len(misses)) < MIN_OUTCOMES:
        return None

    def gain(cut):
        kept = sum(score >= cut for score in hits) / len(hits)
        spared = sum(score < cut for score in misses) / len(misses)
        return kept + spared - 1

    best = max(sorted({*hits, *misses}), key=gain)
    return best if gain(best) > 0 else None


def difference(treated, left_out):
    """Return (difference of two means, its 95 % interval), each group given as (count, mean, variance) (Welch 1947).

    >>> [round(number, 2) for number in difference((100, 50, 400), (100, 40, 400))]
    [10, 4.46, 15.54]
    >>> difference((1, 50, None), (100, 40, 400)) is None
    True
    """
    if min(treated[0], left_out[0]) < 2:
        return None
    error = sqrt(treated[2] / treated[0] + left_out[2] / left_out[0])
    gain = treated[1] - left_out[1]
    return gain, gain - Z95 * error, gain + Z95 * error
