"""Which service a customer gets, and how much is given away: plain functions on plain values."""


def first_defined(rows, names):
    """Return ``{name: value}`` and ``{name: source}`` of the first row that defines each name; None defines nothing.

    >>> rows = [{"source": "agreed", "days": None, "ceiling": 0.0}, {"source": "A", "days": 30, "ceiling": 10.0}]
    >>> first_defined(rows, ["days", "ceiling", "channel"])
    ({'days': 30, 'ceiling': 0.0}, {'days': 'A', 'ceiling': 'agreed'})
    """
    deciding = {name: next((row for row in rows if row.get(name) is not None), None) for name in names}
    deciding = {name: row for name, row in deciding.items() if row}
    return {name: row[name] for name, row in deciding.items()}, {name: row["source"] for name, row in deciding.items()}


def given_discount(usual_price, price, discount, order_share=0.0):
    """Return in percent how much less is paid than the usual price: by discount, by a typed price, by the whole order.

    >>> given_discount(100, 100, 12.5)
    12.5
    >>> given_discount(100, 80, 0)
    20.0
    >>> given_discount(100, 90, 10)
    19.0
    >>> given_discount(100, 100, 10, order_share=0.1)
    19.0
    >>> given_discount(100, 120, 10)
    -8.0
    >>> given_discount(0, 0, 50)
    50.0
    >>> given_discount(0, 80, 100)
    100.0
    """
    base = usual_price if usual_price > 0 else price
    paid = (price / base if base > 0 else 1.0) * (1 - discount / 100) * (1 - order_share)
    return round(100 * (1 - paid), 6)
