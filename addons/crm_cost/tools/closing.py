"""The record of a closing: one text of everything signed, its hash, and what differs from it later."""

import hashlib
import json

#: Names are kept as witnesses; they may change later without anything being wrong.
WITNESS = "name"


def canonical(record):
    """Return the one text of a record, whatever the order of its keys.

    >>> canonical({"b": "1.00", "a": [True, None, "é"]})
    '{"a":[true,null,"é"],"b":"1.00"}'
    """
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain(previous, text):
    """Return the hash of a closing, which holds the one before it.

    >>> chain("", "a") == hashlib.sha256(b"a").hexdigest()
    True
    >>> chain("", "ab") == chain("a", "b")
    False
    """
    return hashlib.sha256(f"{previous}\n{text}".encode() if previous else text.encode()).hexdigest()


def differences(signed, current, path=""):
    """Return where something no longer is what was signed; what was not known then cannot differ.

    >>> differences({"a": "1.00", "name": "Old"}, {"a": "1.00", "name": "New", "later": 1})
    []
    >>> differences({"totals": {"revenue": "5.00"}}, {"totals": {"revenue": "6.00"}})
    ['totals / revenue: 5.00 -> 6.00']
    >>> differences({"rows": [{"a": 1}]}, {"rows": []})
    ['rows: 1 -> 0']
    >>> differences({"rows": [{"a": 1, "b": 2}]}, {"rows": [{"a": 1, "b": 3}]})
    ['rows / 1 / b: 2 -> 3']
    """
    if isinstance(signed, dict) and isinstance(current, dict):
        return [
            found
            for key in sorted(signed)
            if key != WITNESS
            for found in differences(signed[key], current.get(key), f"{path} / {key}" if path else key)
        ]
    if isinstance(signed, list) and isinstance(current, list):
        if len(signed) != len(current):
            return [f"{path}: {len(signed)} -> {len(current)}"]
        pairs = enumerate(zip(signed, current, strict=True), 1)
        return [found for number, (one, other) in pairs for found in differences(one, other, f"{path} / {number}")]
    return [] if signed == current else [f"{path}: {signed} -> {current}"]
