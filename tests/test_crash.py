"""The nightly chain on a database with history: killed again and again, it ends with the same figures."""

import pytest

from lib import odoo, postgres, project, templates

FILL = f"""
import sys
sys.path[:0] = [{str(project.ROOT / "bin")!r}, {str(project.ROOT / "benchmarks")!r}]
import generate
generate.fill(env, "XS")
"""
RUN = """
env["crm.job"]._run_chain()
print("@@ finished")
"""
# Dies like a server that loses power: the fourth commit never happens, and nothing after it.
# The scheduler then starts what is not done.
KILLED = """
import os, signal
commits = []
commit = type(env["ir.cron"])._commit_progress
def commit_or_die(self, *args, **kwargs):
    commits.append(1)
    if len(commits) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return commit(self, *args, **kwargs)
type(env["ir.cron"])._commit_progress = commit_or_die
for job in env["crm.job"].search([("state", "!=", "done")]):
    job._run()
print("@@ finished")
"""
# What the chain computed, without the row ids and time stamps that differ from run to run.
FIGURES = {
    "crm_measure_value": "measure_id, company_id, partner_id, quantity, quantity_window, quantity_before, documents,"
    " documents_window, documents_before, first_date, last_date",
    "crm_customer": "partner_id, company_id, first_purchase_date, last_purchase_date, frequency, monetary,"
    " monetary_before, lifetime_revenue, credit_note_amount, invoice_count, rfm_code",
    "crm_segment_member": "scheme_id, segment_id, company_id, partner_id, date_from, date_to, value, rank, ranked,"
    " round(share_before::numeric, 6)",
}


@pytest.fixture(scope="module")
def filled(copy_of_for_module):
    """A database with history, the chain not run yet."""
    database = copy_of_for_module(templates.suite(project.addons()))
    odoo.run("shell", "-d", database, "--no-http", script=FILL, log="crash-fill.log")
    return database


def run(database, script):
    return odoo.run("shell", "-d", database, "--no-http", "--log-level=warn", script=script, log="crash-run.log")


def figures(database):
    """Return number of rows and checksum of each table the chain fills."""
    result = {}
    with postgres.cursor(database) as cr:
        for table, columns in FIGURES.items():
            cr.execute(
                "SELECT COUNT(*), MD5(STRING_AGG(line, '|' ORDER BY line))"
                f" FROM (SELECT ROW({columns})::text AS line FROM {table}) figure"
            )
            result[table] = cr.fetchone()
    return result


def row_versions(database):
    """Return a checksum that changes with every row written again, even with the same values."""
    with postgres.cursor(database) as cr:
        return [
            cr.execute(f"SELECT MD5(STRING_AGG(xmin::text || ctid::text, '|' ORDER BY ctid)) FROM {table}")
            or cr.fetchone()
            for table in FIGURES
        ]


def test_killed_chain_ends_with_the_same_figures(filled, copy_of_for_module):
    killed = copy_of_for_module(filled)
    assert "@@ finished" in run(filled, RUN)
    expected = figures(filled)
    assert all(rows for rows, _checksum in expected.values())

    deaths = 0
    while deaths < 30:
        try:
            if "@@ finished" in run(killed, KILLED):
                break
        except odoo.progress.Failure:
            deaths += 1
    assert 2 < deaths < 30
    assert figures(killed) == expected


def test_second_run_writes_nothing(filled):
    if not figures(filled)["crm_customer"][0]:
        run(filled, RUN)
    before = row_versions(filled)
    run(filled, RUN)
    assert row_versions(filled) == before
