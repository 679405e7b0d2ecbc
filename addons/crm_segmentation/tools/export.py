"""Make text safe for spreadsheets."""

import re

# What a spreadsheet, or the library that writes one, takes for a formula or a link.
# Chinese and Japanese ones take full-width signs for one as well.
_LIVE = re.compile(r"\s*[=+\-@{\t\r＝＋－＠]|\s*(?:https?|ftp|mailto|internal|external):", re.IGNORECASE)


def plain_cell(value):
    """Return text with an apostrophe in front when a spreadsheet would run it; others unchanged.

    >>> plain_cell("=HYPERLINK(1)"), plain_cell("@SUM(1)"), plain_cell("{=1}")
    ("'=HYPERLINK(1)", "'@SUM(1)", "'{=1}")
    >>> plain_cell("\\t=1"), plain_cell("https://a.example")
    ("'\\t=1", "'https://a.example")
    >>> plain_cell("＝1+1")
    "'＝1+1"
    >>> plain_cell("very good"), plain_cell(-5), plain_cell(False)
    ('very good', -5, False)
    """
    return f"'{value}" if isinstance(value, str) and _LIVE.match(value) else value
