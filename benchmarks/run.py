"""Measure on a real Odoo database: installing, the nightly jobs for the first and the second time.

    .venv/bin/python benchmarks/run.py [XS|S|M|L]

Times are those of this machine on this day; compare the ratios. The comparator, one GROUP BY of all invoices per
customer and company with every aggregate consumed, runs in the same database in the same minutes. Results go to
benchmarks/RESULTS.md.
"""

import argparse
import os
import platform
import re
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bin"))

from lib import databases, odoo, postgres, progress, project, templates  # noqa: E402

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
FILL = f"""
import sys
sys.path[:0] = [{str(ROOT / "bin")!r}, {str(ROOT / "benchmarks")!r}]
import generate
generate.fill(env, {{size!r}})
"""
CHAIN = """
import resource, time
for job in env["crm.job"].search([]):
    start = time.perf_counter()
    job._run()
    print("@@", job.code, round(time.perf_counter() - start, 2), job.rows_done, job.state)
print("@@ memory", round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), 0, "MB")
"""
LIMIT = """
    SELECT COUNT(*), SUM(total), SUM(number), MIN(first), MAX(last)
      FROM (SELECT SUM(amount_untaxed_signed) AS total, COUNT(*) AS number, MIN(invoice_date) AS first,
                   MAX(invoice_date) AS last
              FROM account_move
             WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
             GROUP BY commercial_partner_id, company_id) customer
"""


def filled(size):
    """Return a database of that size without our addons; it is kept, because filling takes longer than measuring."""
    name = f"crm_suite_bench_{size.lower()}"
    if not databases.exists(name):
        with progress.step("History") as step:
            step.work(f"generating size {size}")
            part = f"{name}_part"
            databases.copy(templates.dependencies(project.addons()), part)
            odoo.run("shell", "-d", part, "--no-http", script=FILL.format(size=size), log="bench-fill.log")
            databases.rename(part, name)
            step.found(f"size {size}")
    return name


def measure(size):
    """Return ``(operation, seconds, rows)`` of each measured operation on a fresh copy."""
    database = "crm_suite_bench_run"
    databases.copy(filled(size), database)
    rows = []
    with postgres.cursor(database) as cr:
        cr.execute("VACUUM ANALYZE account_move")
        times = []
        for _turn in range(6):
            start = time.perf_counter()
            cr.execute(LIMIT)
            times.append(time.perf_counter() - start)
        rows.append(("comparator: one GROUP BY of all invoices", statistics.median(times[1:]), 0))
    start = time.perf_counter()
    log = odoo.run("-d", database, "-i", ",".join(project.addons()), "--stop-after-init", "--no-http", log="bench.log")
    rows.append(("installing the four addons, Odoo's start included", time.perf_counter() - start, 0))
    for addon, seconds in re.findall(r"Module (crm_\w+) loaded in ([\d.]+)s", log):
        if addon in project.addons():
            rows.append((f"- {addon}", float(seconds), 0))
    for turn in ("first", "second"):
        log = odoo.run("shell", "-d", database, "--no-http", script=CHAIN, log=f"bench-{turn}.log")
        for code, number, written, _state in re.findall(r"@@ (\w+) ([\d.]+) (\d+) (\w+)", log):
            rows.append((f"{code}, {turn} run", float(number), int(written)))
    databases.drop(database)
    return rows


def report(size, rows):
    """Write the table of one size into the results, in place of the one that was there."""
    with postgres.cursor() as cr:
        server = cr.connection.server_version // 10000
    limit = rows[0][1]
    lines = [
        f"## Size {size}",
        "",
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, PostgreSQL {server}, Python {platform.python_version()}",
        "",
        "| Operation | Seconds | Ratio to the comparator | Rows written |",
        "| --- | --- | --- | --- |",
    ]
    for operation, seconds, written in rows:
        a_job = operation.endswith(" run") and not operation.startswith("memory")
        unit = (f"{seconds / limit:.2f}", f"{written:,}") if a_job else ("", "")
        shown = f"{seconds:.0f} MB" if operation.startswith("memory") else f"{seconds:.2f}"
        lines.append(f"| {operation} | {shown} | {unit[0]} | {unit[1]} |")
    text = (
        RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else f"# Measurements\n{__doc__.split(chr(10), 1)[1]}"
    )
    text = re.sub(rf"\n## Size {size}\n.*?(?=\n## |\Z)", "", text, flags=re.DOTALL).rstrip("\n")
    RESULTS.write_text(text + "\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", nargs="?", default="S", choices=["XS", "S", "M", "L"])
    size = parser.parse_args().size
    postgres.ensure()
    rows = measure(size)
    report(size, rows)
    for operation, seconds, written in rows:
        progress.say(f"{operation}: {seconds:.2f} ({written:,} rows)")


if __name__ == "__main__":
    main()
