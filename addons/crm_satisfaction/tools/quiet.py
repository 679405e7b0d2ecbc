"""Quiet hours: the next moment at which a mail may leave, by the clock of a place and its working days."""

from datetime import datetime, time, timedelta

import pytz

#: Longest stretch of days off that is waited for; a calendar without a working day holds nothing up for ever.
MAX_DAYS = 31


def next_open(moment, zone, hours, is_off=None):
    """Return the first moment from ``moment`` on at which mails may leave.

    :param datetime moment: naive UTC, like the result
    :param str zone: name of the time zone in which the hours are meant
    :param hours: (from, to) as hours of the day, for example (8.5, 18)
    :param is_off: function that says of a day whether nothing leaves on it

    Nine in the morning in Paris is eight in London; six in the evening there is five here:

    >>> winter = datetime(2026, 11, 27, 8, 30)
    >>> next_open(winter, "Europe/Paris", (9, 18)), next_open(winter, "Europe/London", (9, 18))
    (datetime.datetime(2026, 11, 27, 8, 30), datetime.datetime(2026, 11, 27, 9, 0))
    >>> next_open(datetime(2026, 11, 27, 17, 0), "Europe/Paris", (9, 18))
    datetime.datetime(2026, 11, 28, 8, 0)

    Days off are left out; the clock change of spring is followed:

    >>> weekend = lambda day: day.weekday() > 4
    >>> next_open(datetime(2026, 3, 27, 20, 0), "Europe/Paris", (9, 18), weekend)
    datetime.datetime(2026, 3, 30, 7, 0)

    Far east it is tomorrow already:

    >>> next_open(datetime(2026, 11, 27, 22, 0), "Asia/Shanghai", (8, 20))
    datetime.datetime(2026, 11, 28, 0, 0)
    >>> next_open(datetime(2026, 11, 27, 22, 0), "UTC", (0, 24))
    datetime.datetime(2026, 11, 27, 22, 0)

    Nothing but days off holds nothing up for ever:

    >>> next_open(datetime(2026, 11, 27, 22, 0), "UTC", (8, 20), lambda day: True)
    datetime.datetime(2026, 11, 28, 8, 0)
    """
    today = pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()
    for off in (is_off, None):
        for number in range(MAX_DAYS):
            day = today + timedelta(days=number)
            opens, closes = (instant(day, hour, zone) for hour in hours)
            if moment < closes and not (off and off(day)):
                return max(moment, opens)
    return moment


def instant(day, hour, zone):
    """Return an hour of a day somewhere as a naive moment of UTC.

    >>> from datetime import date
    >>> instant(date(2026, 11, 27), 8.5, "Asia/Shanghai"), instant(date(2026, 11, 27), 24, "UTC")
    (datetime.datetime(2026, 11, 27, 0, 30), datetime.datetime(2026, 11, 28, 0, 0))
    """
    moment = datetime.combine(day, time.min) + timedelta(hours=hour)
    return pytz.timezone(zone).localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
