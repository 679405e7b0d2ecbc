"""Draw a share of contacts by what they are: the same contact in the same period is always drawn alike.

In Python for single contacts and tests, in SQL for all at once; both read the first 32 bits of an MD5 sum. A sum and
not a random number: whoever plans twice, or was killed halfway, draws nobody else.
"""

from hashlib import md5

from odoo.tools import SQL

#: The sum is read as a number below this one.
RANGE = 2**32


def ticket(*key):
    """Return a number from 0 up to, but not including, 1 that is always the same for the same key.

    >>> ticket(7, "2026-11", 42) == ticket(7, "2026-11", 42)
    True
    >>> ticket(7, "2026-11", 42) == ticket(7, "2026-12", 42)
    False
    >>> drawn = sum(ticket(1, "2026-11", contact) < 0.25 for contact in range(20000))
    >>> 4800 < drawn < 5200
    True
    """
    text = ":".join(str(part) for part in key)
    return int(md5(text.encode(), usedforsecurity=False).hexdigest()[:8], 16) / RANGE


def ticket_sql(*key):
    """Return SQL of the same number; each part of the key is SQL of an expression, or a plain value."""
    parts = [part if isinstance(part, SQL) else SQL("%s", str(part)) for part in key]
    text = SQL(" || ':' || ").join(SQL("(%s)::text", part) for part in parts)
    return SQL("(('x' || substr(md5(%s), 1, 8))::bit(32)::bigint / %s::float8)", text, RANGE)
