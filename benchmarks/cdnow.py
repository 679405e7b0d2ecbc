"""CDNOW through the whole path: loaded, invoiced, measured, scored - and compared with pandas on the raw file.

    .venv/bin/python benchmarks/cdnow.py [--db NAME] [--reset]

The database is the one that bin/demo --data cdnow makes. Every customer's scores, lifecycle and class must be those
that ``cdnow_pandas.py`` computes in a process and an environment of its own. The figures go to benchmarks/RESULTS.md.
"""

import argparse
import csv
import subprocess
import sys
import venv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bin"), str(ROOT / "benchmarks")]

from harness import report  # noqa: E402
from harness.store import machine  # noqa: E402
from lib import cdnow, demo_database, postgres, progress, project  # noqa: E402

ENVIRONMENT = project.LOCAL / "bench" / "pandas"
REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"
COMPARED = ("recency", "frequency", "monetary", "r", "f", "m", "rhythm_twice", "lifecycle", "class")
STATES = ("new", "active", "returned", "cooling", "lost")
STORED = """
    SELECT partner.ref, move.today - profile.last_purchase_date, profile.frequency,
           ROUND(profile.monetary * 100)::bigint, profile.r_score, profile.f_score, profile.m_score,
           ROUND(profile.rhythm_days * 2)::bigint, profile.lifecycle, segment.name ->> 'en_US'
      FROM crm_customer profile
      JOIN res_company company ON company.id = profile.company_id AND company.name = 'CDNOW'
      JOIN res_partner partner ON partner.id = profile.partner_id AND partner.ref IS NOT NULL
      JOIN (SELECT %s::date AS today) move ON TRUE
 LEFT JOIN crm_segment_member member ON member.partner_id = profile.partner_id AND member.date_to IS NULL
                                    AND member.company_id = profile.company_id
                                    AND member.scheme_id = (SELECT id FROM crm_segment_scheme WHERE on_card LIMIT 1)
 LEFT JOIN crm_segment segment ON segment.id = member.segment_id
"""


def by_product(database, today):
    """Return {customer: (values of COMPARED)} as the jobs left them."""
    with postgres.cursor(database) as cr:
        cr.execute(STORED, [today])
        return {customer: tuple(map(str, values)) for customer, *values in cr.fetchall()}


def by_pandas(today):
    """Return the same by pandas; ``today`` is a day of the file's calendar."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        with progress.step("pandas") as step:
            step.work("installing into an environment of its own")
            venv.create(ENVIRONMENT, with_pip=True)
            command = [python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS]
            progress.run_logged(command, "bench-pandas.log", attempts=3)
            step.found("in .local/bench/pandas")
    program = ROOT / "benchmarks" / "cdnow_pandas.py"
    lines = subprocess.run(
        [python, program, cdnow.fetch(), today.isoformat()], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()
    return {row["customer"]: tuple(row[name] for name in COMPARED) for row in csv.DictReader(lines)}


def calendars(database):
    """Return today in the database and in the file: the purchases were moved, the last one to the day of loading."""
    with postgres.cursor(database) as cr:
        cr.execute("""
            SELECT MAX(move.invoice_date), (NOW() AT TIME ZONE COALESCE(MAX(partner.tz), 'UTC'))::date
              FROM account_move move
              JOIN res_company company ON company.id = move.company_id AND company.name = 'CDNOW'
              JOIN res_partner partner ON partner.id = company.partner_id
             WHERE move.state = 'posted'
            """)
        last, today = cr.fetchone()
    original = max(date.fromisoformat(purchase.day) for purchase in cdnow.purchases(cdnow.fetch()))
    return today, original + timedelta(days=(today - last).days)


def differences(product, pandas):
    """Return {what: customers that differ}; raise Failure when there are any."""
    found = {"customers": len(product.keys() ^ pandas.keys())}
    for place, name in enumerate(COMPARED):
        found[name] = sum(product[key][place] != pandas[key][place] for key in product.keys() & pandas.keys())
    if any(found.values()):
        words = ", ".join(f"{name} {number:,}" for name, number in found.items() if number)
        raise progress.Failure(f"customers that differ between product and pandas: {words}")
    return found


def tables(profiles):
    """Yield the lines of the section in the results."""
    count = len(profiles)
    place = {name: number for number, name in enumerate(COMPARED)}
    yield f"{count:,} customers; scores, lifecycle and class of each one are the same by the product and by pandas."
    yield from ("", "| Score | 1 | 2 | 3 | 4 | 5 |", "| --- | --- | --- | --- | --- | --- |")
    for letter, words in (("r", "recency"), ("f", "purchase days"), ("m", "revenue")):
        numbers = Counter(values[place[letter]] for values in profiles.values())
        yield f"| {words} | {' | '.join(f'{numbers[str(score)]:,}' for score in range(1, 6))} |"
    yield from ("", f"| Lifecycle | {' | '.join(STATES)} |", "| --- |" + " --- |" * len(STATES))
    rhythms = Counter(values[place["rhythm_twice"]] for values in profiles.values())
    company = int(max(rhythms, key=rhythms.get)) / 2
    states = Counter(values[place["lifecycle"]] for values in profiles.values())
    yield f"| customers | {' | '.join(f'{states[state]:,}' for state in STATES)} |"
    yield ""
    yield f"Most are judged by the rhythm of the company, {company:g} days between two purchases."
    money = {key: int(values[place["monetary"]]) for key, values in profiles.items()}
    key = [customer for customer, values in profiles.items() if values[place["class"]] == "A"]
    total, buyers = sum(money.values()), sum(amount > 0 for amount in money.values())
    share = sum(money[customer] for customer in key) / total
    yield ""
    yield f"Key customers (class A, 365 days): {len(key):,}, which is {len(key) / count:.1%} of all and"
    yield f"{len(key) / buyers:.1%} of the {buyers:,} who bought in these days; they bring {share:.2%} of"
    yield f"{total / 100:,.2f} USD."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", default="cdnow")
    parser.add_argument("--reset", action="store_true", help="make the database anew")
    choices = parser.parse_args()
    try:
        postgres.ensure()
        demo_database.ensure(choices.db, "cdnow", choices.reset)
        demo_database.run_jobs(choices.db)
        today, today_in_file = calendars(choices.db)
        product, pandas = by_product(choices.db, today), by_pandas(today_in_file)
        differences(product, pandas)
    except progress.Failure as failure:
        sys.exit(f"cdnow: {failure}")
    lines = list(tables(product))
    report.section("CDNOW", lines, machine())
    progress.say("\n".join(lines))


if __name__ == "__main__":
    main()
