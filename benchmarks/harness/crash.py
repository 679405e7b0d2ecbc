"""The chain from nothing, killed several times, against an undisturbed one: the same checksums."""

import time

from lib import postgres

from . import inside
from .engine import TABLES
from .figures import Figures

#: What the chain computes, without row ids and time stamps; columns that a version does not have are left out.
IGNORED = {"id", "customer_id", "write_date", "create_date", "write_uid", "create_uid"}
#: Moments of death, as shares of the undisturbed time.
DEATHS = (0.2, 0.5, 0.8)


def measure(database):
    start = _begin(database, forget=True)
    inside.result(start.communicate()[0])
    took, expected = time.monotonic() - start.began, checksums(database)
    killed = 0
    for turn, share in enumerate(DEATHS):
        process = _begin(database, forget=not turn)
        # Each life goes on where the one before ended: it lives for the difference.
        time.sleep(took * (share - (DEATHS[turn - 1] if turn else 0)))
        if process.poll() is None:
            process.kill()
            killed += 1
        process.communicate()
    inside.run(database, "chain")
    found = checksums(database)
    figures = Figures({"checksums": expected})
    figures.add(
        "killed and run again: tables that differ",
        sum(found[table] != expected[table] for table in TABLES),
        "",
        at_most=0,
        note=f"SIGKILL {killed} times in a chain of {took:.1f} s; "
        + ", ".join(f"{table} {rows:,} rows {digest[:12]}" for table, (rows, digest) in expected.items()),
    )
    return figures


def checksums(database):
    """Return {table: (rows, checksum)} of what the chain computed."""
    result = {}
    with postgres.cursor(database) as cr:
        for table in TABLES:
            cr.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                       " AND NOT attisdropped ORDER BY attname", [table])  # fmt: skip
            columns = ", ".join(name for (name,) in cr.fetchall() if name not in IGNORED)
            # A sum of hashes needs no sorting of all rows.
            cr.execute(
                f"SELECT COUNT(*), MD5(SUM(hashtextextended(ROW({columns})::text, 0)::numeric)::text) FROM {table}"
            )
            result[table] = cr.fetchone()
    return result


def _begin(database, **parameters):
    """Start the chain and return its process as soon as the first step begins."""
    process = inside.start(database, "chain", **parameters)
    for line in process.stdout:
        if line.startswith("@@ begins"):
            break
    process.began = time.monotonic()
    return process
