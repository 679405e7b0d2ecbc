"""The nightly chain on a database with history: killed again and again, it ends with the same figures."""

import datetime

import pytest

from lib import odoo, postgres, project, templates

# Every run sees the same day, also when the tests are still at it after midnight: figures of two days differ by right.
DAY = f"""
import freezegun
freezegun.freeze_time("{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d} 12:00:00", tick=True).start()
"""
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
# A day's work, and then a job that takes a few changes at a time.
WORK = """
moves = env["account.move"].search([("state", "=", "posted"), ("move_type", "=", "out_invoice")], limit=90)
moves[:60].button_draft()
moves[:40].action_post()
moves[60:75].with_context(skip_readonly_check=True).partner_id = moves[0].partner_id
contacts = env["res.partner"].search([("parent_id", "!=", False)], limit=20)
contacts[:10].parent_id = contacts[10].parent_id
env["sale.order"].create([{"partner_id": contact.id} for contact in contacts])
env.cr.commit()
print("@@ queued", env["crm.queue"]._length("documents")[0])
"""
FEW = """
from odoo.addons.crm_segmentation.models import crm_customer_refresh, crm_measure_refresh
crm_measure_refresh.BATCH = crm_customer_refresh.QUEUE_BATCH = 30
"""
# Dies between taking changes out of the queue and the end of their batch, the third time it comes there.
KILLED_WITH_QUEUE = (
    FEW
    + """
import os, signal
batches = []
measures = type(env["crm.measure"])
refresh_drained = measures._refresh_drained
def refresh_drained_and_die(self):
    result = refresh_drained(self)
    batches.append(1)
    if len(batches) == 3:
        env.flush_all()
        os.kill(os.getpid(), signal.SIGKILL)
    return result
measures._refresh_drained = refresh_drained_and_die
for job in env["crm.job"].search([("state", "!=", "done")]):
    job._run()
print("@@ finished")
"""
)
BEGIN = """
env["crm.job"].search([]).write({"state": "idle"})
env.cr.commit()
"""
# Two people post for one customer at the same time, and the job runs in between.
TOGETHER = """
journal = env["account.journal"].search([("type", "=", "sale")], limit=1)
other = journal.copy({"code": "SECND"})
customer = env["account.move"].search([("state", "=", "posted"), ("move_type", "=", "out_invoice")], limit=1).partner_id
def draft(journal):
    line = {"name": "Goods", "price_unit": 10, "tax_ids": [(5,)]}
    return env["account.move"].create({
        "move_type": "out_invoice", "partner_id": customer.id, "journal_id": journal.id,
        "invoice_date": "2026-01-05", "invoice_line_ids": [(0, 0, line)]})
first, second = draft(journal), draft(other)
env.cr.execute("DELETE FROM crm_queue")
env.cr.commit()
registry = env.registry
def drain():
    with registry.cursor() as cr:
        return env(cr=cr)["crm.queue"]._drain("documents", 10)
with registry.cursor() as one, registry.cursor() as two:
    for cr, move in ((one, first), (two, second)):
        cr.execute("SELECT 1")
        move.with_env(env(cr=cr)).action_post()
    for cr in (one, two):
        cr.flush()
    assert drain() == 0, "what is not committed is not seen"
    two.commit()
    assert drain() == 1
    one.commit()
    assert drain() == 1, "the first change is not swallowed by the second"
print("@@ finished")
"""
# What the chain computed, without the row ids and time stamps that differ from run to run.
FIGURES = {
    "crm_measure_value": "measure_id, company_id, partner_id, quantity, quantity_window, quantity_before, documents,"
    " documents_window, documents_before, first_date, last_date, next_edge, rhythm_days, gap_count, last_gap",
    "crm_customer": "partner_id, company_id, first_purchase_date, last_purchase_date, frequency, monetary,"
    " monetary_before, lifetime_revenue, credit_note_amount, invoice_count, rfm_code",
    "crm_segment_member": "scheme_id, segment_id, company_id, partner_id, date_from, date_to, value, rank, ranked,"
    " round(share_before::numeric, 6)",
}


@pytest.fixture(scope="module")
def filled(copy_of_for_module):
    """A database with history, the chain not run yet."""
    database = copy_of_for_module(templates.suite(project.addons()))
    odoo.run("shell", "-d", database, "--no-http", script=DAY + FILL, log="crash-fill.log")
    return database


def run(database, script):
    options = ("--no-http", "--log-level=warn")
    return odoo.run("shell", "-d", database, *options, script=DAY + script, log="crash-run.log")


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


def test_killed_with_changes_in_hand_loses_none(filled, copy_of_for_module):
    """Following changes, killed or not, gives what computing everybody anew gives."""
    if not figures(filled)["crm_customer"][0]:
        run(filled, RUN)
    worked = copy_of_for_module(filled)
    assert "@@ queued" in run(worked, WORK + BEGIN)
    killed, anew = copy_of_for_module(worked), copy_of_for_module(worked)
    run(worked, FEW + RUN)
    expected = figures(worked)
    assert expected != figures(filled)

    deaths = 0
    while deaths < 30:
        try:
            if "@@ finished" in run(killed, KILLED_WITH_QUEUE):
                break
        except odoo.progress.Failure:
            deaths += 1
    assert 0 < deaths < 30
    assert figures(killed) == expected
    for database in (worked, killed):
        with postgres.cursor(database) as cr:
            cr.execute("SELECT COUNT(*) FROM crm_queue")
            assert cr.fetchone() == (0,)

    run(anew, 'env["crm.measure"].search([])._ask_for_full_pass()\nenv.cr.commit()' + RUN)
    assert figures(anew)["crm_measure_value"] == expected["crm_measure_value"]


def test_two_post_for_one_customer_at_once(filled, copy_of_for_module):
    assert "@@ finished" in run(copy_of_for_module(filled), TOGETHER)


def test_second_run_writes_nothing(filled):
    if not figures(filled)["crm_customer"][0]:
        run(filled, RUN)
    before = row_versions(filled)
    run(filled, RUN)
    assert row_versions(filled) == before
