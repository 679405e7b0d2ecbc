"""Time-driven activity-based costing (Kaplan and Anderson, HBR, November 2004) on exact numbers.

Amounts and minutes are ``Decimal``, ``int`` or ``Fraction``; nothing is rounded before the end.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple


class Capacity(NamedTuple):
    """What became of the cost of one pool: ``charged + unused + variance`` is its cost, to the last minor unit."""

    rate: Fraction
    used_minutes: Fraction
    unused_minutes: Fraction
    charged: Decimal
    unused: Decimal
    variance: Decimal


def exact(value):
    """Return an amount as the exact number that was meant: the database hands over numerics as floats.

    >>> exact(0.1) + exact(0.2), exact(-13.89)
    (Decimal('0.3'), Decimal('-13.89'))
    """
    return Decimal(str(value))


def rounded(value, unit=Decimal("0.01")):
    """Round half away from zero to a multiple of the currency's smallest unit.

    >>> rounded(Fraction(7620000, 11041250), Decimal("0.000001"))
    Decimal('0.690139')
    >>> rounded(Decimal("-0.005")), rounded(Decimal("1234.5"), 1), rounded(Decimal("1.2345"), Decimal("0.001"))
    (Decimal('-0.01'), Decimal('1235'), Decimal('1.235'))
    """
    value = Fraction(value)
    unit = Decimal(str(unit))
    steps = abs(value) / Fraction(unit)
    whole = int(steps + Fraction(1, 2))
    return (Decimal(whole) * unit * (1 if value >= 0 else -1)).quantize(unit, ROUND_HALF_UP)


def rate(cost, minutes):
    """Return the capacity cost rate: cost of the capacity supplied / practical capacity. None without capacity.

    >>> rate(560000, 700000)
    Fraction(4, 5)
    >>> rate(50000, 62500) == rate(560000, 700000), round(float(rate(50000, 28125)), 2)
    (True, 1.78)
    >>> rate(100, 0)
    """
    return Fraction(cost) / Fraction(minutes) if Fraction(minutes) > 0 else None


def charge(quantity, minutes_per_unit, minute_rate, unit=Decimal("0.01")):
    """Return what ``quantity`` units of an activity cost.

    >>> [charge(1, minutes, rate(560000, 700000)) for minutes in (8, 44, 50)]
    [Decimal('6.40'), Decimal('35.20'), Decimal('40.00')]
    """
    return rounded(Fraction(quantity) * Fraction(minutes_per_unit) * minute_rate, unit)


def settle(cost, capacity, minute_rate, used_minutes, charged, unit=Decimal("0.01")):
    """Say what became of the ``cost`` of a pool: charged, unused at the rate, and the variance to the ledger.

    Unused capacity is never charged to customers; it is negative when more was used than was supplied, and takes the
    residue of rounding. Without a rate nothing can be priced: the whole cost is variance.

    >>> used = 49000 * 8 + 1400 * 44 + 2500 * 50
    >>> result = settle(560000, 700000, rate(560000, 700000), used, charge(1, used, rate(560000, 700000)))
    >>> int(result.used_minutes), int(result.unused_minutes)
    (578600, 121400)
    >>> result.charged, result.unused, result.variance
    (Decimal('462880.00'), Decimal('97120.00'), Decimal('0.00'))
    >>> result = settle(300, 300, rate("270", 300), 240, 216)
    >>> result.unused, result.variance
    (Decimal('54.00'), Decimal('30.00'))
    >>> settle(300, 0, None, 240, 0).variance
    Decimal('300.00')
    >>> settle(100, 50, rate(100, 50), 60, 120).unused
    Decimal('-20.00')
    """
    cost, charged = rounded(cost, unit), rounded(charged, unit)
    if minute_rate is None:
        return Capacity(Fraction(0), Fraction(used_minutes), Fraction(0), Decimal(0), Decimal(0), cost)
    supplied = rounded(minute_rate * Fraction(capacity), unit)
    return Capacity(
        minute_rate,
        Fraction(used_minutes),
        Fraction(capacity) - Fraction(used_minutes),
        charged,
        supplied - charged,
        cost - supplied,
    )


def split(amount, weights, unit=Decimal("0.01")):
    """Divide ``amount`` by ``weights`` into shares that add up to it, to the last minor unit.

    Each share is rounded down; the units left over go, one each, to the largest remainders, the first one when equal.

    >>> split(100, [1, 1, 1])
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    >>> split("182.25", [98, 2]), sum(split("182.25", [98, 2]))
    ([Decimal('178.61'), Decimal('3.64')], Decimal('182.25'))
    >>> sum(split("785.08", ["33.33", "33.33", "33.34"]))
    Decimal('785.08')
    >>> split(-100, [1, 1, 1])
    [Decimal('-33.34'), Decimal('-33.33'), Decimal('-33.33')]
    >>> split(10, [0, 0])
    Traceback (most recent call last):
    ValueError: the weights must be positive together
    """
    unit = Decimal(str(unit))
    weights = [Fraction(weight) for weight in weights]
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("the weights must be positive together")
    sign = -1 if Fraction(amount) < 0 else 1
    units = int(abs(rounded(amount, unit)) / unit)
    exact = [units * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[: units - sum(shares)]:
        shares[i] += 1
    return [sign * share * unit for share in shares]


def difference(ledger_profit, customers, not_attributed=0, unused=0, variance=0, kept_out=0):
    """Return what the cost identity leaves over; 0 when every item of the ledger has exactly one place.

    All arguments are contributions to profit, costs negative. The first example is charged at the rate of the month,
    the second at a rate of 0.90 over twelve months.

    >>> profit = Decimal("86.11")
    >>> customers = [700 - 350 - 120, 200 - 100 - 100 - 40]
    >>> difference(profit, sum(customers), 100 - 50 - 20 - 60, -60, 0, Decimal("-13.89"))
    Decimal('0.00')
    >>> customers = [700 - 350 - 108, 200 - 100 - 90 - 40]
    >>> difference(profit, sum(customers), 100 - 50 - 18 - 60, -54, -30, Decimal("-13.89"))
    Decimal('0.00')
    """
    return customers + not_attributed + unused + variance + kept_out - ledger_profit
