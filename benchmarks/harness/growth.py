"""Growth of the pass with the number of documents, beside that of L1: slopes on logarithmic scales."""

from .figures import Figures
from .middle import slope

#: A pass grows at most so, and at most so much faster than the comparator.
STEEPEST, OVER_LIMIT = 1.10, 0.02
SERIES = {
    "steady": ("full pass of one indicator, nothing changed", "second run"),
    "first": ("full pass of one indicator, first time", "first pass"),
}


def figures(sizes, documents):
    """Return figures over all sizes measured; None with less than two.

    :param sizes: {size: operations}
    :param documents: {size: number of documents}
    """
    found = Figures()
    complete = {size: done for size, done in sizes.items() if {"first pass", "second run"} <= done.keys()}
    # Below a tenth of a second it is not the work that is measured.
    complete.pop("XS", None)
    if len(complete) < 2:
        return None
    names = " to ".join((min(complete, key=documents.get), max(complete, key=documents.get)))
    for key, (words, operation) in SERIES.items():
        limit = slope([(documents[size], done[operation]["facts"]["limit"]) for size, done in complete.items()])
        own = slope([(documents[size], done[operation]["facts"][key]) for size, done in complete.items()])
        note = f"time ~ documents^slope; sizes {', '.join(complete)}"
        found.add(f"slope of L1, {names}", limit, "", note=note)
        found.add(f"slope of the {words}", own, "", at_most=min(STEEPEST, limit + OVER_LIMIT), note=note)
    return found
