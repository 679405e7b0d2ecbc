"""CDNOW a second time: profiles of all customers by pandas from the raw file, no code of the product.

    python benchmarks/cdnow_pandas.py CDNOW_master.txt 1998-07-01 > profiles.csv

The date is today in the calendar of the file. One line per customer: scores, lifecycle, class, and what they rest on.
"""

import sys

import numpy
import pandas

WINDOW = 365
KEY_SHARE, NEXT_SHARE = 0.80, 0.95
OWN_GAPS = 4
COOLING, LOST = 1.5, 3


def profiles(path, today):
    bought = pandas.read_csv(path, sep=r"\s+", skiprows=1, names=["customer", "day", "discs", "dollars"], dtype=str)
    bought["day"] = pandas.to_datetime(bought["day"], format="%Y%m%d")
    # Whole cents, so that sums are exact.
    bought["cents"] = (bought["dollars"].astype(float) * 100).round().astype("int64")
    bought["age"] = (today - bought["day"]).dt.days
    frame = bought.groupby("customer")["age"].agg(first_age="max", recency="min")
    window = bought[bought["age"] < WINDOW].groupby("customer")
    frame["frequency"] = window["age"].nunique().reindex(frame.index, fill_value=0)
    frame["monetary"] = window["cents"].sum().reindex(frame.index, fill_value=0)
    frame["r"] = score(-frame["recency"])
    frame["f"] = score(frame["frequency"])
    frame["m"] = score(frame["monetary"])
    frame = frame.join(rhythms(bought))
    own = frame["own"].where(frame["gaps"] >= OWN_GAPS)
    rhythm = own.fillna(own.median())
    frame["rhythm_twice"] = (rhythm * 2).round().astype("int64")
    frame["lifecycle"] = lifecycles(frame, rhythm)
    # A customer has a class by the revenue of the window.
    frame["class"] = classes(frame["monetary"])
    return frame


def score(values):
    """Return one plus the fifths that are strictly worse: equal customers score equal."""
    worse = values.rank(method="min").astype("int64") - 1
    return 1 + numpy.minimum(4, 5 * worse // len(values))


def rhythms(bought):
    """Return per customer the median gap between purchase days, the number of gaps and the last gap."""
    days = bought[["customer", "day"]].drop_duplicates().sort_values(["customer", "day"])
    days["gap"] = days.groupby("customer")["day"].diff().dt.days
    return days.groupby("customer")["gap"].agg(own="median", gaps="count", last_gap="last")


def lifecycles(frame, rhythm):
    silent = frame["recency"]
    return numpy.select(
        [
            silent > LOST * rhythm,
            silent > COOLING * rhythm,
            frame["last_gap"] > LOST * rhythm,
            frame["first_age"] <= rhythm,
        ],
        ["lost", "cooling", "returned", "new"],
        "active",
    )


def classes(values):
    """Return A, B or C by the share that all strictly better customers hold together."""
    ranked = values.clip(lower=0).sort_values(ascending=False)
    better = (ranked.cumsum() - ranked).groupby(ranked).transform("min")
    share = (better / ranked.sum()).reindex(values.index)
    return numpy.select([(values > 0) & (share < KEY_SHARE), (values > 0) & (share < NEXT_SHARE)], ["A", "B"], "C")


if __name__ == "__main__":
    profiles(sys.argv[1], pandas.Timestamp(sys.argv[2])).to_csv(sys.stdout)
