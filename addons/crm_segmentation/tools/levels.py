"""Put things that need each other in an order, and tell when there is none."""


def levels(needs):
    """Return the nodes in levels: each node needs only nodes of earlier levels. Nodes keep their given order.

    :param dict needs: node -> nodes it needs; those that are no keys are ignored
    :raise ValueError: with the nodes that need each other in a circle, as its arguments

    >>> levels({"a": ["b"], "b": [], "c": ["a", "b"], "d": ["gone"]})
    [['b', 'd'], ['a'], ['c']]
    >>> levels({})
    []
    >>> levels({"a": ["b"], "b": ["a"], "c": [], "d": ["a"]})
    Traceback (most recent call last):
    ...
    ValueError: ('a', 'b')
    >>> levels({"a": ["a"]})
    Traceback (most recent call last):
    ...
    ValueError: a
    """
    left = {node: {need for need in wanted if need in needs} for node, wanted in needs.items()}
    result = []
    while left:
        free = [node for node, wanted in left.items() if not wanted]
        if not free:
            raise ValueError(*_circle(left))
        result.append(free)
        left = {node: wanted.difference(free) for node, wanted in left.items() if wanted}
    return result


def _circle(left):
    """Return only what is needed by something that needs it: who merely waits for a circle is not in it."""
    circle = dict(left)
    while True:
        needed = set().union(*circle.values())
        inside = {node: wanted for node, wanted in circle.items() if node in needed}
        if len(inside) == len(circle):
            return circle
        circle = inside
