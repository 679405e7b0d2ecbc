"""Pools that serve pools: the reciprocal method of cost accounting, solved exactly.

What pool k costs in the end is ``T_k = S_k + sum of a_jk T_j`` over the pools j that give it the share ``a_jk`` of what
they cost in the end. All numbers are ``Fraction``, ``Decimal`` or ``int``; nothing is rounded before the end.
"""

from decimal import Decimal
from fractions import Fraction


class Unsolvable(ValueError):
    """Some pools give all they cost to each other, so that nobody ever pays for it."""

    def __init__(self, pools):
        super().__init__(f"pools that give everything to each other: {pools}")
        self.pools = pools


def circles(shares):
    """Return the pools whose cost never gets out, in order: all of it goes around among them.

    :param dict shares: provider -> receiver -> share of the provider's cost

    >>> circles({"IT": {"HR": 1}, "HR": {"IT": 1}})
    ['HR', 'IT']
    >>> circles({"IT": {"HR": 1}, "HR": {"IT": Fraction(9, 10)}})
    []
    >>> circles({"IT": {"HR": Fraction(1, 2), "Sales": Fraction(1, 2)}, "HR": {"IT": 1}})
    []
    >>> circles({1: {1: 1}}), circles({})
    ([1], [])
    """
    pools = set(shares) | {receiver for given in shares.values() for receiver in given}
    # A pool gets rid of its cost when it keeps a part, or gives one to a pool that gets rid of it.
    free = {pool for pool in pools if sum(map(Fraction, shares.get(pool, {}).values())) < 1}
    while True:
        more = {
            pool for pool in pools - free if any(share and receiver in free for receiver, share in shares[pool].items())
        }
        if not more:
            return sorted(pools - free)
        free |= more


def solve(costs, shares):
    """Return ``{pool: (received, given)}`` of every pool that takes part: what it gets from others, what it passes on.

    :param dict costs: pool -> its own cost
    :param dict shares: provider -> receiver -> share of what the provider costs in the end, at most 1 together
    :raise Unsolvable: when some pools give everything to each other

    Two service departments of the textbook: maintenance 160,000 gives 20 % to computing, computing 116,000 gives 10 %
    to maintenance; the rest goes to assembly.

    >>> tenth, fifth = Fraction(1, 10), Fraction(1, 5)
    >>> given = {"M": {"C": fifth, "A": 1 - fifth}, "C": {"M": tenth, "A": 1 - tenth}}
    >>> moved = solve({"M": 160000, "C": 116000, "A": 0}, given)
    >>> {pool: (round(float(got), 2), round(float(passed), 2)) for pool, (got, passed) in moved.items()}
    {'A': (276000.0, 0.0), 'C': (35020.41, 151020.41), 'M': (15102.04, 175102.04)}

    The sum of all cost stays what it was:

    >>> sum(got - passed for got, passed in moved.values())
    Fraction(0, 1)
    >>> solve({1: 100}, {})
    {}
    >>> solve({1: 100, 2: 50}, {1: {2: 1}, 2: {1: 1}})  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    reciprocal.Unsolvable: pools that give everything to each other: [1, 2]
    """
    if stuck := circles(shares):
        raise Unsolvable(stuck)
    pools = sorted(set(shares) | {receiver for given in shares.values() for receiver in given})
    own = [Fraction(costs.get(pool, 0)) for pool in pools]
    # Row k: T_k - sum of a_jk T_j = S_k
    rows = [
        [Fraction(k == j) - Fraction(shares.get(pools[j], {}).get(pools[k], 0)) for j in range(len(pools))]
        for k in range(len(pools))
    ]
    totals = _gauss(rows, list(own))
    result = {}
    for pool, cost, total in zip(pools, own, totals, strict=True):
        given = sum(map(Fraction, shares.get(pool, {}).values()), Fraction(0)) * total
        result[pool] = (total - cost, given)
    return result


def _gauss(rows, right):
    """Solve a square system that has exactly one solution."""
    size = len(rows)
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        right[column], right[pivot] = right[pivot], right[column]
        for row in range(size):
            if row == column or not rows[row][column]:
                continue
            factor = rows[row][column] / rows[column][column]
            rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
            right[row] -= factor * right[column]
    return [right[row] / rows[row][row] for row in range(size)]


def balanced(values, unit=Decimal("0.01")):
    """Round amounts that sum to zero so that they still do.

    Each is rounded down; the units left over go, one each, to the largest remainders, the first key when equal.

    >>> third = Fraction(100, 3)
    >>> balanced({1: third, 2: third, 3: -2 * third})
    {1: Decimal('33.34'), 2: Decimal('33.33'), 3: Decimal('-66.67')}
    >>> sum(balanced({1: Fraction(1, 3), 2: Fraction(1, 6), 3: Fraction(-1, 2)}, Decimal(1)).values())
    Decimal('0')
    >>> balanced({})
    {}
    """
    unit = Decimal(str(unit))
    exact = {key: Fraction(values[key]) / Fraction(unit) for key in sorted(values)}
    whole = {key: value.__floor__() for key, value in exact.items()}
    order = sorted(exact, key=lambda key: whole[key] - exact[key])
    for key in order[: -sum(whole.values())] if whole else ():
        whole[key] += 1
    return {key: steps * unit for key, steps in whole.items()}
