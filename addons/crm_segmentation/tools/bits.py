"""Many yes-or-no answers about one customer as one bit string, and the SQL of it.

A string of ``n`` bits is made of words of up to 62 bits, each the sum of powers of two: adding numbers costs PostgreSQL
far less than putting strings together. The first answer is the leftmost bit, as ``get_bit`` counts.
"""

from odoo.tools import SQL

#: Bits of one word; a ``bigint`` holds 63.
WORD = 62


def mask_sql(answers):
    """Return SQL of the bit string of boolean expressions; what is unknown is a no.

    >>> mask_sql([SQL("a"), SQL("b")]).code
    '((CASE WHEN a THEN 2 ELSE 0 END + CASE WHEN b THEN 1 ELSE 0 END)::bigint::bit(2))::bit varying'
    """
    words = [answers[start : start + WORD] for start in range(0, len(answers), WORD)]
    return SQL("(%s)::bit varying", SQL(" || ").join(_word_sql(word) for word in words))


def _word_sql(word):
    # The numbers are ours and few: as literals they cost no parameter for every answer.
    terms = [
        SQL(f"CASE WHEN %s THEN {1 << (len(word) - 1 - place)} ELSE 0 END", answer) for place, answer in enumerate(word)
    ]
    return SQL(f"(%s)::bigint::bit({len(word)})", SQL(" + ").join(terms))


def no_sql(length):
    """Return SQL of a string of ``length`` bits that says no to everything.

    >>> no_sql(3).code
    "B'000'::bit varying"
    """
    return SQL(f"B'{'0' * length}'::bit varying")
