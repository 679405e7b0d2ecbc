"""Arithmetic of satisfaction scores: plain numbers in, plain numbers out.

Metrics (published definitions, see docs/crm_satisfaction.md):

- ``nps``: Net Promoter Score on 0-10 (Reichheld, HBR December 2003);
- ``csat``: share of the two best answers on 1-5;
- ``ces``: Customer Effort Score 2.0 on 1-7, share of the three best answers.
"""

import re
from math import sqrt

SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}

# Best answers start here: what "promoter" or "satisfied" means on each scale.
_GOOD_FROM = {"nps": 9, "csat": 4, "ces": 5}
# Worst answers end here.
_BAD_UP_TO = {"nps": 6, "csat": 2, "ces": 3}

# Two-sided 95 % quantile of the normal distribution.
Z95 = 1.959963984540054
#: Days after which an answer weighs half in the cumulative score, where a company says nothing else.
HALF_LIFE = 365

_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)


def parse_score(value, low, high):
    """Return the whole number a visitor sent, or None when it is not one in the range.

    The text must be ASCII digits; a number must be a real integer. Booleans are integers
    in Python and floats compare equal to integers, so both are refused by type.

    >>> [parse_score(value, 0, 10) for value in ("0", "7", " 10 ", 0, 10)]
    [0, 7, 10, 0, 10]
    >>> [parse_score(value, 0, 10) for value in ("-1", "11", "9999", "abc", "", "\uff19", "7.5", "+3")]
    [None, None, None, None, None, None, None, None]
    >>> [parse_score(value, 0, 10) for value in (True, False, None, 7.0, 7.5, -1, 11, [5], {})]
    [None, None, None, None, None, None, None, None, None]
    >>> parse_score("0", 1, 5) is None
    True
    """
    if isinstance(value, str):
        text = value.strip(" \t\r\n")
        if not _WHOLE_NUMBER.fullmatch(text):
            return None
        value = int(text)
    elif type(value) is not int:
        return None
    return value if low <= value <= high else None


def group_of(metric, score, good_from=None, bad_up_to=None):
    """Return 'promoter', 'passive' or 'detractor' for a score on the scale of its metric.

    :param good_from: where good answers start, for a metric without limits of its own
    :param bad_up_to: where bad answers end, likewise

    The words belong to NPS; on the other scales they stand for the best, the middle and the
    worst answers, so that one colour means the same everywhere.

    >>> [group_of("nps", score) for score in (0, 6, 7, 8, 9, 10)]
    ['detractor', 'detractor', 'passive', 'passive', 'promoter', 'promoter']
    >>> [group_of("csat", score) for score in (1, 2, 3, 4, 5)]
    ['detractor', 'detractor', 'passive', 'promoter', 'promoter']
    >>> [group_of("ces", score) for score in (1, 3, 4, 5, 7)]
    ['detractor', 'detractor', 'passive', 'promoter', 'promoter']
    >>> [group_of("custom", score, 3, 1) for score in (0, 1, 2, 3, 4)]
    ['detractor', 'detractor', 'passive', 'promoter', 'promoter']
    """
    if score >= _GOOD_FROM.get(metric, good_from):
        return "promoter"
    return "detractor" if score <= _BAD_UP_TO.get(metric, bad_up_to) else "passive"


def points(score, low, high):
    """Return a score on the common scale from 0 to 100.

    >>> points(0, 0, 10), points(4, 1, 5), points(7, 1, 7), points(3, 3, 3)
    (0.0, 75.0, 100.0, 0.0)
    """
    return 100.0 * (score - low) / (high - low) if high > low else 0.0


def cumulative(answers, half_life):
    """Return the cumulative score: sum(w s) / sum(w) with w = 0.5 ^ (age / half-life), None without answers.

    Time alone does not change it: every weight shrinks by the same factor.

    :param answers: (age in days, score) of every answer

    >>> cumulative([(0, 100.0), (365, 40.0)], 365)   # 1 and 0.5: (100 + 20) / 1.5
    80.0
    >>> cumulative([(1000, 100.0), (1365, 40.0)], 365)
    80.0
    >>> cumulative([], 365) is None
    True
    """
    if not answers:
        return None
    newest = min(age for age, _score in answers)
    weights = [0.5 ** ((age - newest) / half_life) for age, _score in answers]
    return sum(weight * score for weight, (_age, score) in zip(weights, answers, strict=True)) / sum(weights)


def nps(promoters, passives, detractors):
    """Return the Net Promoter Score, 100 (P - D) / n, or None without any answer.

    >>> nps(3, 1, 1)
    40.0
    >>> nps(1, 0, 1)   # answers 0 and 10
    0.0
    >>> nps(0, 8, 0)   # all 7 or 8: a score of zero, not an empty one
    0.0
    >>> nps(0, 0, 0) is None
    True
    """
    total = promoters + passives + detractors
    return 100.0 * (promoters - detractors) / total if total else None


def nps_standard_error(promoters, passives, detractors):
    """Return the standard error of the NPS, from the variance of +1, 0, -1 answers.

    >>> round(nps_standard_error(70, 10, 20), 2)
    8.06
    >>> nps_standard_error(0, 5, 0)
    0.0
    >>> nps_standard_error(0, 0, 0) is None
    True
    """
    total = promoters + passives + detractors
    if not total:
        return None
    good, bad = promoters / total, detractors / total
    return 100.0 * sqrt(max(good + bad - (good - bad) ** 2, 0.0) / total)


def nps_interval(promoters, passives, detractors):
    """Return the 95 % interval of the NPS, cut at -100 and 100.

    >>> [round(edge, 1) for edge in nps_interval(70, 10, 20)]
    [34.2, 65.8]
    >>> nps_interval(0, 0, 0) is None
    True
    """
    total = promoters + passives + detractors
    if not total:
        return None
    centre = nps(promoters, passives, detractors)
    half = Z95 * nps_standard_error(promoters, passives, detractors)
    return max(centre - half, -100.0), min(centre + half, 100.0)


def share(good, total):
    """Return the share of good answers in percent: CSAT (4, 5) and CES 2.0 (5, 6, 7).

    >>> share(150, 250)
    60.0
    >>> round(share(2, 3), 2)
    66.67
    >>> share(0, 0) is None
    True
    """
    return 100.0 * good / total if total else None


def share_interval(good, total):
    """Return the 95 % interval of a share in percent (Wilson 1927), sensible for few answers too.

    >>> [round(edge, 1) for edge in share_interval(150, 250)]
    [53.8, 65.9]
    >>> [round(edge, 1) for edge in share_interval(5, 5)]
    [56.6, 100.0]
    >>> share_interval(0, 0) is None
    True
    """
    if not total:
        return None
    part, z2 = good / total, Z95 * Z95
    centre = (part + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * sqrt(part * (1 - part) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    return max(100.0 * (centre - half), 0.0), min(100.0 * (centre + half), 100.0)


def figure(metric, good, middle, bad):
    """Return (value, low, high) of a metric from its three groups, or None without answers.

    >>> figure("nps", 3, 1, 1)[0], figure("csat", 150, 60, 40)[0]
    (40.0, 60.0)
    >>> figure("ces", 6, 2, 2)[0]   # 6 of 10 answered 5, 6 or 7
    60.0
    >>> figure("nps", 0, 0, 0) is None
    True
    """
    total = good + middle + bad
    if not total:
        return None
    if metric == "nps":
        return (nps(good, middle, bad), *nps_interval(good, middle, bad))
    return (share(good, total), *share_interval(good, total))


def change(metric, now, before):
    """Return (difference, half width of its 95 % interval) of a figure between two periods, None without answers.

    Each period as (good, middle, bad). For shares two answers are added to each period, one good and one not (Agresti
    and Caffo 2000), so that few or equal answers do not look certain; likewise one good and one bad for the NPS.

    >>> [round(number, 1) for number in change("nps", (70, 10, 20), (50, 10, 40))]
    [40.0, 24.2]
    >>> [round(number, 1) for number in change("csat", (5, 0, 0), (4, 0, 1))]
    [20.0, 42.3]
    >>> change("csat", (5, 0, 0), (0, 0, 0)) is None
    True
    """
    if not sum(now) or not sum(before):
        return None
    error = nps_standard_error if metric == "nps" else _share_error
    errors = [error(good + 1, middle, bad + 1) for good, middle, bad in (now, before)]
    difference = figure(metric, *now)[0] - figure(metric, *before)[0]
    return difference, Z95 * sqrt(errors[0] ** 2 + errors[1] ** 2)


def _share_error(good, middle, bad):
    total = good + middle + bad
    part = good / total
    return 100.0 * sqrt(part * (1 - part) / total)
