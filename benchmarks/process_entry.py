"""Measure what stages start: time limits of thousands of cases, and the job that reminds of them.

    odoo-bin shell -d DATABASE --no-http < benchmarks/process_entry.py

DATABASE is one that benchmarks/stage_log.py has filled. Everything is rolled back.
"""

import time


def measure(env):
    """Print one line a measurement, each marked with @@."""
    stages = env["crm.stage"].search([("team_ids", "=", False)], limit=4)
    team = env["crm.lead"].search([("name", "=like", "Generated %")], limit=1).team_id
    process = env["crm.process"].create({"name": "Measured", "team_ids": [team.id], "company_id": False})
    env["crm.process.stage"].create(
        {
            "process_id": process.id,
            "stage_id": stages[1].id,
            "time_limit": 16,
            "warning_value": 20,
            "escalation_to": "leader",
        }
    )
    start = time.perf_counter()
    process.action_activate()
    env.flush_all()
    seconds = time.perf_counter() - start
    clocks = env["crm.lead"].search_count([("stage_clock_start", "!=", False)])
    print(f"@@ switching on a process, {clocks:,} cases in a stage with a limit: {seconds:.1f} s")
    leads = env["crm.lead"].with_context(tracking_disable=True)
    leads = leads.search([("won_status", "=", "pending"), ("stage_id", "=", stages[0].id)], limit=1000)
    start, queries = time.perf_counter(), env.cr.sql_log_count
    leads.write({"stage_id": stages[1].id})
    env.cr.flush()
    seconds, queries = time.perf_counter() - start, env.cr.sql_log_count - queries
    print(f"@@ moving 1,000 cases into it: {seconds:.2f} s, {queries} queries")
    env.cr.execute("UPDATE crm_lead_reminder SET remind_at = now() - INTERVAL '1 hour'")
    env.invalidate_all()
    start = time.perf_counter()
    done, left = env["crm.lead.reminder"]._remind_batch()
    print(f"@@ {done} reminders: {time.perf_counter() - start:.2f} s ({left:,} left)")
    env.cr.rollback()


if "env" in globals():  # in the shell of Odoo
    measure(globals()["env"])
