"""When a time limit in working hours is over, with a clock that stands still while something is in the way."""

from odoo.addons.crm_segmentation.tools.worktime import after, between, clock


def deadline(start, seconds, pauses, intervals):
    """Return the moment at which ``seconds`` of working time are over; None when the intervals end before.

    :param pauses: ``[(from, to)]`` in which the clock stands still, in any order; what overlaps counts once
    :param intervals: working time, as ``worktime.clock`` gives it

    Work from 8 to 17 on two days; four hours from 14 o'clock on end at 9 the next day:

    >>> hour, day = 3600, 86400
    >>> week = clock([(8 * hour, 17 * hour), (day + 8 * hour, day + 17 * hour)])
    >>> (deadline(14 * hour, 4 * hour, [], week) - day) / hour
    9.0

    Two hours of it lost, one of them before the start; a night in which nobody works is not lost:

    >>> (deadline(14 * hour, 4 * hour, [(13 * hour, 15 * hour)], week) - day) / hour
    10.0
    >>> (deadline(14 * hour, 4 * hour, [(17 * hour, day + 8 * hour)], week) - day) / hour
    9.0

    What stood in the way after the end does not move it:

    >>> deadline(8 * hour, hour, [(10 * hour, 12 * hour)], week) / hour
    9.0
    """
    for begin, end in zip(*clock(sorted(pauses))[:2], strict=True):
        if end <= start:
            continue
        left = between(start, max(begin, start), intervals)
        if seconds <= left:
            break
        seconds -= left
        start = end
    return after(start, seconds, intervals)
