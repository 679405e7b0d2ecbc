"""benchmarks/RESULTS.md: one section per size, replaced when the size is measured again."""

import re
import time
from pathlib import Path

from . import store

RESULTS = Path(__file__).resolve().parents[1] / "RESULTS.md"
HEAD = """# Measurements

Written by `benchmarks/run.py`; how to run it, what is compared and why: [README.md](README.md). Seconds are those of
the machine named below each heading; compare the ratios. The comparator stands in the same table because it ran on the
same rows, in the same minutes.
"""
COLUMNS = ("Operation", "Measured", "Against", "Ratio", "Goal", "Met", "How")


def section(title, body, machine):
    """Put lines under ``## title`` into the results, in place of those that were there."""
    lines = [f"## {title}", ""]
    lines.append(
        f"{time.strftime('%Y-%m-%d')}, commit {store.revision()}; {machine['cores']} cores ({machine['processor']}),"
        f" {machine['memory']}, {machine['server']} with {machine['buffers']} shared buffers, Python"
        f" {machine['python']}."
    )
    lines += ["", *body]
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    kept = dict(re.findall(r"(?ms)^## ([^\n]+)\n(.*?)(?=^## |\Z)", text))
    kept[title] = "\n".join(lines[1:]) + "\n"
    ordered = sorted(kept, key=lambda found: (_ORDER.index(found) if found in _ORDER else len(_ORDER), found))
    sections = "\n\n".join(f"## {found}\n{kept[found].rstrip()}" for found in ordered)
    RESULTS.write_text(f"{HEAD}\n{sections}\n", encoding="utf-8")


#: Largest first: whoever opens the page looks for it.
_ORDER = ["Growth", "Size L", "Size M", "Size S", "Size XS", "CDNOW"]


def tables(operations):
    """Yield the lines of one table per operation."""
    for name, result in operations.items():
        if result["figures"]:
            yield from (f"### {name[:1].upper()}{name[1:]}", "", *_table(result["figures"]), "")


def missed(operations):
    """Return a line for each goal that is not met."""
    return [
        f"{name}: {figure['operation']}: {_judged(figure)}, goal {figure['goal']}"
        for name, result in operations.items()
        for figure in result["figures"]
        if figure["met"] is False
    ]


def _table(figures):
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + " --- |" * len(COLUMNS)
    for figure in figures:
        met = {True: "yes", False: "**no**", None: ""}[figure["met"]]
        ratio = "" if figure["ratio"] is None else f"{_number(figure['ratio'])}x"
        measured = f"{_number(figure['value'])} {figure['unit']}".rstrip()
        against = figure["against"]
        if figure["reference"] is not None:
            against += f" ({_number(figure['reference'])})"
        cells = (figure["operation"], measured, against, ratio, figure["goal"] or "", met, figure["note"])
        yield f"| {' | '.join(cells)} |"


def _judged(figure):
    return f"{_number(figure['value'])} {figure['unit']}".rstrip() if figure["ratio"] is None else (
        f"{_number(figure['ratio'])}x"
    )  # fmt: skip


def _number(value):
    """Three significant digits, no exponent.

    >>> [_number(value) for value in (0, 0.01234, 1.5, 12.34, 1234.5, -3)]
    ['0', '0.0123', '1.5', '12.3', '1,234', '-3']
    """
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
