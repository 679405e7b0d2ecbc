"""The statement of a customer: which level stands in which block, what the blocks add up to, what changed most."""

from typing import NamedTuple

#: Blocks from top to bottom, each with its levels; what stands above a block's end adds up to its result. The last
#: block is imputed: it stands in no ledger.
BLOCKS = {
    "net_revenue": ("revenue", "discount", "credit_note", "down_payment", "rebate"),
    "margin": ("cost_of_goods",),
    "service": ("activity", "direct"),
    "profit": ("bad_debt", "collection", "litigation", "exchange"),
    "net": ("expected_loss", "cost_of_money"),
}
LEVELS = tuple(level for levels in BLOCKS.values() for level in levels)
IMPUTED = BLOCKS["net"]
#: What was spent on a customer, for the ratios of service.
SERVICE = BLOCKS["service"]


class Row(NamedTuple):
    """One row: a figure of this span and of the one it is compared with. A result has a block and no level."""

    block: str
    level: str
    key: object
    quantity: object
    amount: object
    quantity_before: object
    amount_before: object


def block_of(level):
    """Return the block of a level; one nobody planned for is a cost of service, so that no amount is ever lost.

    >>> block_of("discount"), block_of("litigation"), block_of("cost_of_money"), block_of("unheard_of")
    ('net_revenue', 'profit', 'net', 'service')
    """
    return next((block for block, levels in BLOCKS.items() if level in levels), "service")


def rows(now, before):
    """Return the rows of the statement: the figures of each block, then what everything down to it adds up to.

    :param now: dict of ``(level, key)`` to ``(quantity, amount)``; ``key`` tells activities and direct costs apart
    :param before: the same of the span compared with

    >>> found = rows({("revenue", 0): (0, 100), ("cost_of_goods", 0): (0, -60), ("activity", 7): (2, -10),
    ...               ("cost_of_money", 0): (0, -1)}, {("revenue", 0): (0, 80), ("activity", 8): (1, -5)})
    >>> for row in found:
    ...     print(row.block, row.level or "=", row.key, row.amount, row.amount_before)
    net_revenue revenue 0 100 80
    net_revenue = None 100 80
    margin cost_of_goods 0 -60 0
    margin = None 40 80
    service activity 7 -10 0
    service activity 8 0 -5
    service = None 30 75
    profit = None 30 75
    net cost_of_money 0 -1 0
    net = None 29 75
    """
    result, total, total_before = [], 0, 0
    for block in BLOCKS:
        keys = sorted({key for key in (*now, *before) if block_of(key[0]) == block}, key=_place)
        for level, key in keys:
            quantity, amount = now.get((level, key), (0, 0))
            quantity_before, amount_before = before.get((level, key), (0, 0))
            total, total_before = total + amount, total_before + amount_before
            result.append(Row(block, level, key, quantity, amount, quantity_before, amount_before))
        result.append(Row(block, "", None, 0, total, 0, total_before))
    return result


def _place(level_and_key):
    level, key = level_and_key
    return (LEVELS.index(level) if level in LEVELS else len(LEVELS), level, key)


def change(amount, before):
    """Return the difference as a share of what was before; None where nothing was, or where a loss became a profit.

    A cost that grew has grown: -150 after -100 is half more.

    >>> change(150, 100), change(-150, -100), change(0, 100), change(50, -100), change(5, 0)
    (0.5, 0.5, -1.0, None, None)
    """
    return float(amount) / float(before) - 1 if before and amount * before >= 0 else None


def reasons(found, number=3):
    """Return the rows that moved the profit most, the largest first; those that did not move at all are no reason.

    >>> found = rows({("revenue", 0): (0, 100), ("activity", 7): (2, -30)},
    ...              {("revenue", 0): (0, 100), ("activity", 7): (1, -5), ("direct", 1): (0, -40)})
    >>> [(row.level, row.amount - row.amount_before) for row in reasons(found)]
    [('direct', 40), ('activity', -25)]
    """
    moved = [row for row in found if row.level and row.amount != row.amount_before]
    return sorted(moved, key=lambda row: -abs(row.amount - row.amount_before))[:number]


def ratio(profit, spent):
    """Return profit per unit of money spent on service, or None when nothing was spent.

    >>> ratio(30, 20), ratio(30, 0), ratio(-5, 10)
    (1.5, None, -0.5)
    """
    return float(profit) / float(spent) if spent else None
