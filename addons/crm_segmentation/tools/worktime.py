"""Working time between two moments, by binary search in the intervals in which work is done.

All numbers are seconds on one time line. PostgreSQL computes the same with ``width_bucket``, which returns how many
starts are not after a moment.
"""

from bisect import bisect_left, bisect_right


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


def after(start, seconds, intervals):
    """Return the moment at which that many seconds were worked since ``start``; None when the intervals end before.

    The opposite of ``between``. Two hours from Friday 16:00 on, with work until 17 and on Monday from 8, end on Monday
    at 9:

    >>> hour, day = 3600, 86400
    >>> week = clock([(8 * hour, 17 * hour), (3 * day + 8 * hour, 3 * day + 17 * hour)])
    >>> (after(16 * hour, 2 * hour, week) - 3 * day) / hour
    9.0

    What begins outside working hours begins with them; a full day ends with its day, not with the next one:

    >>> after(0, hour, week) / hour, after(8 * hour, 9 * hour, week) / hour
    (9.0, 17.0)
    >>> after(5, 0, week), after(0, 19 * hour, week), after(0, 1, clock([]))
    (5, None, None)
    """
    if seconds <= 0:
        return start
    starts, ends, done = intervals
    goal = worked(start, *intervals) + seconds
    place = bisect_left(done, goal) - 1
    if place < 0:
        return None
    moment = starts[place] + goal - done[place]
    return moment if moment <= ends[place] else None
