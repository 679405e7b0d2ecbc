"""Classes by cumulative share: who belongs to the few that bring most."""


def classes(values, limits):
    """Return the class number of each value: 0 for the best class, ``len(limits)`` when beyond the last limit.

    Values are ranked best first. A value enters the first class whose limit is above the share that all *strictly
    better* values hold together, so ties at an edge enter together. Values of zero and below hold no share and go
    beyond the last limit; so does every value when nothing is positive.

    :param values: numbers, in any order
    :param limits: ascending cumulative shares between 0 and 1, for example ``(0.80, 0.95)``

    >>> classes([500, 300, 100, 50, 20, 10, 10, 5, 3, 2], (0.8,))
    [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    >>> classes([40, 40, 20], (0.4, 1))
    [0, 0, 1]
    >>> classes([0, -5], (0.8,))
    [1, 1]
    >>> classes([], (0.8,))
    []
    """
    total = sum(value for value in values if value > 0)
    result = []
    for value in values:
        before = sum(other for other in values if other > value)
        if value <= 0:
            result.append(len(limits))
        else:
            result.append(sum(limit * total <= before for limit in limits))
    return result
