"""Filters in prefix notation, measured before anything follows them: what somebody typed may be nested without end."""


def depth(items):
    """Return how deep a filter is nested; a chain of one operator is flat. Each dot in a name is a filter inside.

    Only filters inside conditions recurse, and no text nests brackets as deep as Python's stack.

    >>> a, b, c = ("a", "=", 1), ("b", "=", 2), ("c", "any", [("d", "any", [("e", "=", 3)])])
    >>> depth([]), depth([a]), depth([a, b]), depth(["|", a, b]), depth(["|", a, "|", b, a])
    (0, 0, 1, 1, 1)
    >>> depth(["|", a, "&", b, "|", a, b]), depth(["!", "!", a]), depth([c]), depth(["!", c])
    (3, 2, 2, 3)
    >>> depth([("a.b.c", "=", 1)]), depth([("a.b", "any", [("c", "=", 1)])])
    (2, 2)
    >>> depth(["|"] * 1199 + [a] * 1200)
    1
    >>> nested = [a]
    >>> for number in range(1200):
    ...     nested = ["&|"[number % 2], b, *nested]
    >>> depth(nested)
    1200
    >>> depth(["|", a])
    Traceback (most recent call last):
    ...
    ValueError: an operator lacks its conditions
    """
    stack = []
    for item in reversed(items):
        if isinstance(item, str) and item in ("&", "|", "!"):
            number = 1 if item == "!" else 2
            if len(stack) < number:
                raise ValueError("an operator lacks its conditions")
            children = [stack.pop() for _child in range(number)]
            stack.append((item, max(level + (item == "!" or below != item) for below, level in children)))
        else:
            nested = isinstance(item, (list, tuple)) and len(item) == 3 and item[1] in ("any", "not any")
            dots = item[0].count(".") if isinstance(item, (list, tuple)) and item and isinstance(item[0], str) else 0
            stack.append((None, dots + (1 + depth(item[2]) if nested else 0)))
    if len(stack) == 1:
        return stack[0][1]
    # Conditions side by side are joined by "and".
    return max((level + (operator != "&") for operator, level in stack), default=0)
