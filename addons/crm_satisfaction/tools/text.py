"""Text that strangers typed, made fit to be stored: plain strings in, plain strings out."""

import re

#: Longest text kept of one answer; the rest is cut, not refused: nobody loses a complaint to a limit.
TEXT_LIMIT = 10_000

# Control characters say nothing; PostgreSQL stores no NUL and no half of a surrogate pair.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text):
    """Return text without what cannot be stored or seen, and otherwise as it was written.

    >>> clean("a\\x00b\\u202e\U0001f600")
    'ab\\u202e\U0001f600'
    >>> clean("half \\ud83d of a pair"), clean("line\\r\\nline\\ttab\\x1b[31m")
    ('half  of a pair', 'line\\nline\\ttab[31m')
    """
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n"))


def shorten(text, limit=TEXT_LIMIT):
    """Return clean text of at most ``limit`` characters, an ellipsis in the place of the rest; '' for no text.

    >>> shorten("  Late again \\x00 ")
    'Late again'
    >>> len(shorten("x" * 1_000_000)), shorten("x" * 1_000_000)[-1]
    (10000, '…')
    >>> shorten("12345", 5), shorten("123456", 5)
    ('12345', '1234…')
    >>> [shorten(nothing) for nothing in (None, "", " ", 7, ["a"])]
    ['', '', '', '', '']
    """
    if not isinstance(text, str):
        return ""
    text = clean(text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
