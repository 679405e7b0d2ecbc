"""Working time between two moments: by binary search in the intervals in which work is done, or by PostgreSQL.

In Python all numbers are seconds on one time line. ``width_bucket`` of PostgreSQL, which returns how many starts are
not after a moment, computes the same for one calendar; ``working_seconds`` for many companies and stays in one query.
"""

from bisect import bisect_left, bisect_right

from odoo.tools import SQL


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


def working_seconds(stays, unknown_zones=()):
    """Return a SELECT of ``(id, seconds)``: working time of each of ``stays`` by the calendar of its company.

    The clock of a company is one walk over everything that happens on its time line: work begins and ends, a public
    holiday begins and ends, a stay begins and ends. So overlapping breaks and holidays, two-week calendars and the
    hour that is missing or doubled when clocks change need no case of their own, and 600,000 stays are one sort.
    A company without calendar, or with one that names no hours (flexible), works all the time.

    :param stays: SQL of a SELECT or CTE name with the columns id, company_id, start_at, stop_at (UTC)
    :param unknown_zones: time zones PostgreSQL does not know; they are read as UTC
    """
    return SQL(
        """
        WITH span AS MATERIALIZED (
            SELECT stay.company_id, company.resource_calendar_id AS calendar_id,
                   MIN(stay.start_at) AS start_at, MAX(stay.stop_at) AS stop_at
              FROM %(stays)s stay
         LEFT JOIN res_company company ON company.id = stay.company_id
             GROUP BY 1, 2
        ), event AS (
            %(shifts)s UNION ALL %(holidays)s UNION ALL
            SELECT stay.company_id, point.at, 0, 0, stay.id
              FROM %(stays)s stay CROSS JOIN LATERAL (VALUES (start_at), (stop_at)) point (at)
        ), state AS (
            SELECT company_id, id, SUM(work) OVER line > 0 AND SUM(off) OVER line <= 0 AS working,
                   LEAD(at) OVER line - at AS lasts, ROW_NUMBER() OVER line AS place
              FROM event WINDOW line AS (PARTITION BY company_id ORDER BY at)
        ), clock AS (
            SELECT id, COALESCE(SUM(EXTRACT(EPOCH FROM lasts)) FILTER (WHERE working) OVER before, 0) AS at
              FROM state
            WINDOW before AS (
                   PARTITION BY company_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        )
        SELECT id, MAX(at) - MIN(at) AS seconds FROM clock WHERE id IS NOT NULL GROUP BY id
        """,
        stays=stays,
        shifts=_shifts(list(unknown_zones)),
        holidays=_holidays(),
    )


def _shifts(unknown_zones):
    """Return a SELECT of the instants at which work begins (+1) and ends (-1) in the spans, a day more on each side.

    The days go through an array: PostgreSQL takes a series for a thousand rows, and would compile the plan (jit).
    """
    return SQL(
        """
        SELECT span.company_id, instant.at, instant.work, 0 AS off, NULL::int AS id
          FROM span
          JOIN resource_calendar calendar ON calendar.id = span.calendar_id
    CROSS JOIN LATERAL unnest(ARRAY(
               SELECT generate_series(
                   span.start_at::date - INTERVAL '1 day', span.stop_at::date + INTERVAL '1 day', INTERVAL '1 day')
               )) AS day (at)
          JOIN resource_calendar_attendance shift
            ON shift.calendar_id = calendar.id AND shift.dayofweek::int = EXTRACT(ISODOW FROM day.at) - 1
           AND shift.display_type IS NULL AND shift.day_period != 'lunch'
           AND (calendar.two_weeks_calendar IS NOT TRUE
                OR shift.week_type::int = (day.at::date - DATE '0001-01-01') / 7 %% 2)
    CROSS JOIN LATERAL (
               SELECT (day.at + hour.of_day * INTERVAL '1 hour') AT TIME ZONE
                      (CASE WHEN calendar.tz = ANY(%s) THEN 'UTC' ELSE calendar.tz END) AT TIME ZONE 'UTC', hour.work
                 FROM (VALUES (shift.hour_from, 1), (shift.hour_to, -1)) hour (of_day, work)
               ) instant (at, work)
         UNION ALL
        SELECT company_id, start_at, 1, 0, NULL
          FROM span
         WHERE NOT EXISTS (SELECT FROM resource_calendar_attendance WHERE calendar_id = span.calendar_id)
        """,
        unknown_zones,
    )


def _holidays():
    """Return a SELECT of the instants at which days off for everybody begin (+1) and end (-1)."""
    return SQL(
        """
        SELECT span.company_id, instant.at, 0, instant.off, NULL
          FROM span
          JOIN resource_calendar_leaves holiday
            ON holiday.resource_id IS NULL AND holiday.time_type = 'leave'
           AND (holiday.calendar_id IS NULL OR holiday.calendar_id = span.calendar_id)
           AND (holiday.company_id IS NULL OR holiday.company_id = span.company_id)
           AND holiday.date_from < span.stop_at AND holiday.date_to > span.start_at
    CROSS JOIN LATERAL (VALUES (holiday.date_from, 1), (holiday.date_to, -1)) instant (at, off)
        """
    )
