"""Working time between two moments, by binary search in the intervals in which work is done.

All numbers are seconds on one time line. PostgreSQL computes the same with ``width_bucket``, which returns how many
starts are not after a moment.
"""

from bisect import bisect_right


def clock(intervals):
    """Return (starts, ends, seconds worked before each start) of ordered intervals; what overlaps counts once.

    >>> clock([(0, 100), (200, 260), (300, 400)])
    ([0, 200, 300], [100, 260, 400], [0, 100, 160])
    >>> clock([(0, 100), (50, 120), (60, 70)])
    ([0, 100], [100, 120], [0, 100])
    >>> clock([])
    ([], [], [])
    """
    starts, ends, done, total = [], [], [], 0
    for start, end in intervals:
        start = max(start, ends[-1]) if ends else start
        if start >= end:
            continue
        starts.append(start)
        ends.append(end)
        done.append(total)
        total += end - start
    return starts, ends, done


def worked(moment, starts, ends, done):
    """Return the seconds worked up to a moment.

    >>> intervals = clock([(0, 100), (200, 260)])
    >>> [worked(moment, *intervals) for moment in (-5, 0, 40, 100, 150, 200, 230, 260, 999)]
    [0, 0, 40, 100, 100, 100, 130, 160, 160]
    """
    place = bisect_right(starts, moment)
    if not place:
        return 0
    return done[place - 1] + min(moment, ends[place - 1]) - starts[place - 1]


def between(start, end, intervals):
    """Return the seconds worked from one moment to another; negative when they are turned.

    Friday 16:58 to Monday 08:03, with work from 8 to 17 on Friday and on Monday, is five minutes:

    >>> hour, day = 3600, 86400
    >>> week = clock([(8 * hour, 17 * hour), (3 * day + 8 * hour, 3 * day + 17 * hour)])
    >>> between(16 * hour + 58 * 60, 3 * day + 8 * hour + 3 * 60, week) / 60
    5.0
    >>> between(3 * day, 16 * hour, week) / 60
    -60.0
    """
    return worked(end, *intervals) - worked(start, *intervals)
