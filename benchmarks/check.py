"""Compare the values of a database with an independent computation, before anything is called fast.

    .venv/bin/python benchmarks/check.py DATABASE

Revenue (lifetime, window, window before), documents, first and last day and the day on which the next document leaves
a window, per customer and company; distinct purchase days and the rhythm between them. Computed by numpy from the raw
columns of the invoices. Prints one checksum per indicator, and the first rows that differ.
"""

import hashlib
import sys
from pathlib import Path

import numpy
import psycopg2

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bin"), str(ROOT / "benchmarks")]

from checks import expected, raw, stored  # noqa: E402
from lib import postgres, progress  # noqa: E402

#: Rows shown when something differs.
SHOWN = 5


def check(database):
    """Return ``{indicator: (rows, checksum)}``; raise Failure with the first differences."""
    connection = psycopg2.connect(dbname=database)
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    documents, todays, result = raw.documents(connection), raw.todays(connection), {}
    for code in ("revenue", "purchase_days"):
        names = expected.COLUMNS
        if code == "purchase_days" and stored.has_rhythm(connection, code):
            names = (*names, *expected.RHYTHM)
        wanted = getattr(expected, code)(documents, todays)
        found = stored.rows(connection, code)
        _compare(code, found, wanted, names)
        result[code] = len(found["partner"]), checksum(found, names)
    connection.close()
    return result


def checksum(rows, names):
    """Return a checksum of columns, independent of row ids."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(numpy.ascontiguousarray(rows[name].astype("<i8")).tobytes())
    return digest.hexdigest()[:16]


def _compare(code, found, wanted, names):
    if len(found["partner"]) != len(wanted["partner"]):
        raise progress.Failure(f"{code}: {len(found['partner'])} rows, {len(wanted['partner'])} by numpy")
    for name in names:
        different = numpy.flatnonzero(found[name].astype("i8") != wanted[name].astype("i8"))
        if len(different):
            lines = [
                f"    company {wanted['company'][row]}, customer {wanted['partner'][row]}:"
                f" {found[name][row]}, by numpy {wanted[name][row]}"
                for row in different[:SHOWN]
            ]
            raise progress.Failure("\n".join([f"{code}: {name} differs in {len(different)} rows", *lines]))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    postgres.ensure()
    try:
        for code, (rows, digest) in check(sys.argv[1]).items():
            progress.say(f"{code}: {rows:,} rows, {digest}, the same by numpy")
    except progress.Failure as failure:
        sys.exit(f"check: {failure}")


if __name__ == "__main__":
    main()
