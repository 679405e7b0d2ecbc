"""The night's alerts, killed again and again or run by two at once: the same findings and alerts, each of them once."""

import concurrent.futures
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
env["crm.job"]._run_chain()
rules = env["crm.alert.rule"].with_context(active_test=False).search([("is_ready", "=", True)])
rules.action_switch_on()
rules.write({{"daily_cap": 3, "user_id": env.ref("base.user_admin").id}})
env["crm.job"].search([]).write({{"state": "idle"}})
env.cr.commit()
"""
# Few alerts a batch, so that there are deaths between them.
RUN = """
from odoo.addons.crm_segmentation.models import crm_alert_rule_raise
crm_alert_rule_raise.BATCH = 2
for job in env["crm.job"].search([("state", "!=", "done")]):
    while job.state != "done":
        job._run()
print("@@ finished")
"""
# The fourth commit never happens.
KILLED = (
    """
import os, signal
commits = []
commit = type(env["ir.cron"])._commit_progress
def commit_or_die(self, *args, **kwargs):
    commits.append(1)
    if len(commits) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return commit(self, *args, **kwargs)
type(env["ir.cron"])._commit_progress = commit_or_die
"""
    + RUN
)
TABLES = {
    "crm_alert_finding": "rule_id, company_id, partner_id, key, day, figure, score, value, severity, fate",
    "crm_customer_alert": "rule_id, company_id, partner_id, key, severity, value, user_id, state",
    "mail_activity": "res_model, summary, user_id",
}


@pytest.fixture(scope="module")
def filled(copy_of_for_module):
    """A database with history and the ready rules switched on, their first night to come."""
    database = copy_of_for_module(templates.suite(["crm_segmentation"]))
    odoo.run("shell", "-d", database, "--no-http", script=DAY + FILL, log="alert-crash-fill.log")
    return database


def run(database, script, log="alert-crash-run.log"):
    options = ("--no-http", "--log-level=warn")
    return odoo.run("shell", "-d", database, *options, script=DAY + script, log=log)


def found(database):
    """Return number of rows and checksum of each table."""
    result = {}
    with postgres.cursor(database) as cr:
        for table, columns in TABLES.items():
            cr.execute(
                "SELECT COUNT(*), MD5(STRING_AGG(line, '|' ORDER BY line))"
                f" FROM (SELECT ROW({columns})::text AS line FROM {table}) figure"
            )
            result[table] = cr.fetchone()
    return result


def test_killed_night_ends_with_the_same_alerts(filled, copy_of_for_module):
    whole, killed = copy_of_for_module(filled), copy_of_for_module(filled)
    assert "@@ finished" in run(whole, RUN)
    expected = found(whole)
    assert all(rows for rows, _checksum in expected.values())
    assert "@@ finished" in run(whole, 'env["crm.job"].search([]).write({"state": "idle"})\n' + RUN)
    assert found(whole) == expected, "a second night without news writes nothing"

    deaths = 0
    while deaths < 60:
        try:
            if "@@ finished" in run(killed, KILLED):
                break
        except odoo.progress.Failure:
            deaths += 1
    assert 2 < deaths < 60
    assert found(killed) == expected


def test_two_workers_at_once_find_each_thing_once(filled, copy_of_for_module):
    whole, shared = copy_of_for_module(filled), copy_of_for_module(filled)
    run(whole, RUN)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        workers = [pool.submit(run, shared, RUN, f"alert-two-{number}.log") for number in range(2)]
        failures = [worker.exception() for worker in workers]
    # One of them may lose against the other, as it would against any transaction; the scheduler starts it again.
    assert all(failure is None or "could not serialize" in str(failure) for failure in failures), failures
    assert "@@ finished" in run(shared, RUN)
    assert found(shared) == found(whole)
