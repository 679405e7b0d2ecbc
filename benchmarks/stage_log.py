"""Measure the history of stages on 100,000 opportunities with six moves each.

    odoo-bin shell -d DATABASE --no-http < benchmarks/stage_log.py

DATABASE is a copy to throw away, with crm_process installed and without opportunities of its own. It is filled by
PostgreSQL (seed fixed). Each report is read through the ORM as a sales manager, grouped as its first screen groups it,
and compared with the bare window query over the same lines in the same minutes: one warm-up, median of five.
"""

import statistics
import time
from contextlib import ExitStack
from unittest.mock import patch

LEADS = 100_000
PAIRS = 200

FILL_LEADS = """
    INSERT INTO crm_lead (name, type, active, stage_id, team_id, user_id, company_id, source_id, partner_id,
                          expected_revenue, probability, automated_probability, won_status, create_date, write_date,
                          date_closed, date_last_stage_update, create_uid, write_uid, cycle_number)
    SELECT 'Generated ' || n, 'opportunity', n %% 10 > 4, (%(stages)s::int[])[1 + n %% 4], %(team)s, %(user)s,
           %(company)s,
           (%(sources)s::int[])[1 + (n * 7) %% array_length(%(sources)s::int[], 1)], %(partner)s, (n * 37) %% 50000,
           CASE WHEN n %% 10 <= 4 THEN 0 WHEN n %% 4 = 3 THEN 100 ELSE 20 END, 20,
           CASE WHEN n %% 10 <= 4 THEN 'lost' WHEN n %% 4 = 3 THEN 'won' ELSE 'pending' END,
           began, began, began + INTERVAL '60 days', began + INTERVAL '60 days', 1, 1, 1
      FROM generate_series(1, %(leads)s) n
CROSS JOIN LATERAL (SELECT TIMESTAMP '2024-01-01 08:00' + n * INTERVAL '7 minutes' AS began) AS began
"""
FILL_LINES = """
    INSERT INTO crm_stage_log (lead_id, lead_ref, lead_name, lead_type, user_id, team_id, company_id, kind, stage_id,
                               stage_name, phase, step, status, outcome, date_entered, date_left, calendar_seconds,
                               working_seconds, amount, currency_id, probability, origin, create_uid, create_date)
    SELECT lead.id, lead.id, lead.name, 'opportunity', lead.user_id, lead.team_id, lead.company_id,
           CASE move WHEN 1 THEN 'created' WHEN 4 THEN 'back' ELSE 'forward' END, stage.id, stage.name,
           stage.process_phase, CASE move WHEN 1 THEN 0 WHEN 4 THEN -1 WHEN 5 THEN 2 ELSE 1 END,
           CASE WHEN move = 6 AND lead.won_status != 'pending' THEN lead.won_status ELSE 'open' END,
           CASE WHEN move = 6 THEN NULL WHEN move = 3 THEN 'back' WHEN move = 5 THEN
                CASE lead.won_status WHEN 'pending' THEN 'forward' ELSE lead.won_status END ELSE 'forward' END,
           entered, CASE WHEN move < 6 THEN entered + stay END, CASE WHEN move < 6 THEN EXTRACT(EPOCH FROM stay) END,
           CASE WHEN move < 6 THEN EXTRACT(EPOCH FROM stay) / 4 END, lead.expected_revenue, 1, 20, 'live', 1, entered
      FROM crm_lead lead CROSS JOIN generate_series(1, 6) move
CROSS JOIN LATERAL (SELECT lead.create_date + move * INTERVAL '9 days' AS entered,
                           INTERVAL '1 hour' * (1 + (lead.id * move * 31) %% 400) AS stay) AS at
      JOIN crm_stage stage ON stage.id = (%(stages)s::int[])[CASE move WHEN 6 THEN 4 WHEN 5 THEN 3 WHEN 4 THEN 1
                                                                   ELSE move END]
     WHERE lead.name LIKE 'Generated %%'
"""
FILL_TRACKING = """
    WITH message AS (
        INSERT INTO mail_message (model, res_id, message_type, date, create_date)
        SELECT 'crm.lead', lead.id, 'notification', lead.create_date + move * INTERVAL '9 days',
               lead.create_date + move * INTERVAL '9 days'
          FROM crm_lead lead CROSS JOIN generate_series(1, 5) move WHERE lead.name LIKE 'Generated %%'
         RETURNING id, res_id, date
    )
    INSERT INTO mail_tracking_value (mail_message_id, field_id, old_value_integer, old_value_char, new_value_integer,
                                     new_value_char, create_date)
    SELECT id, %(field)s, (%(stages)s::int[])[1 + id %% 3], 'a', (%(stages)s::int[])[1 + (id + 1) %% 3], 'b', date
      FROM message
"""
WINDOW = """
    SELECT stage_id, COUNT(*), SUM(stay), AVG(stay), MAX(stay)
      FROM (SELECT stage_id, EXTRACT(EPOCH FROM LEAD(date_entered) OVER (PARTITION BY lead_ref
                   ORDER BY date_entered, id) - date_entered) AS stay
              FROM crm_stage_log) line
     GROUP BY stage_id
"""
REPORTS = (
    ("time per stage", "crm.stage.report", "stage_id", ("stays:sum", "days_median:avg", "days_p80:avg")),
    ("time per stage, working hours too", "crm.stage.report", "stage_id",
     ("stays:sum", "days_median:avg", "days_p80:avg", "hours_median:avg", "hours_p80:avg",
      "late_rate:avg")),
    ("conversion and drop", "crm.stage.report", "stage_id",
     ("stays:sum", "advanced_rate:avg", "lost_rate:avg", "back_rate:avg")),
    ("rework and skipped stages", "crm.stage.report", "stage_id",
     ("stays:sum", "rework_rate:avg", "skip_rate:avg", "skipped:sum")),
    ("bottlenecks", "crm.stage.report", "stage_id",
     ("waiting:sum", "waiting_amount:sum", "days_median:avg", "arrived:sum", "departed:sum", "days_to_clear:avg")),
    ("funnel", "crm.funnel.report", "stage_id", ("lead_ref:count_distinct", "reached_rate:avg")),
    ("sources", "crm.lead.report", "source_id",
     ("opportunities:sum", "share:avg", "won:sum", "win_rate:avg", "won_amount:sum", "revenue_share:avg",
      "yield_amount:avg", "days_to_close:avg")),
    ("dependence on persons", "crm.lead.report", "user_id",
     ("open_amount:sum", "open_share:avg", "win_share:avg", "customers:count_distinct",
      "sole_seller_customers:count_distinct", "sole_contact_customers:count_distinct")),
    ("won against lost", "crm.win.report", "feature",
     ("won:count_distinct", "won_rate:avg", "lost:count_distinct", "lost_rate:avg", "difference:avg")),
)  # fmt: skip


def timed(work, times=5):
    """Return the median of ``times`` runs in seconds, after one that does not count."""
    work()
    seconds = []
    for _turn in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def fill(env):
    """Add the opportunities and their lines; return the stages in the order of the road."""
    stages = env["crm.stage"].search([("team_ids", "=", False)], limit=4).ids
    values = {
        "leads": LEADS,
        "stages": stages,
        "team": env["crm.team"].search([], limit=1).id,
        "user": env.uid,
        "company": env.company.id,
        "partner": env.company.partner_id.id,
        "sources": env["utm.source"].search([], limit=6).ids,
        "field": env["ir.model.fields"]._get("crm.lead", "stage_id").id,
    }
    for statement in (FILL_LEADS, FILL_LINES, FILL_TRACKING):
        env.cr.execute(statement, values)
    env["crm.stage.log"]._count_roads()
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for table in ("crm_lead", "crm_stage_log", "mail_message", "mail_tracking_value"):
        env.cr.execute(f"VACUUM ANALYZE {table}")
    env.cr._cnx.autocommit = False
    return stages


def measure_reports(env):
    """Print each report beside the bare window query, run in turns."""
    for name, model, group, measures in REPORTS:
        records = env[model].with_user(env.ref("base.user_admin"))
        rows = []

        def read(records=records, group=group, measures=measures, rows=rows):
            rows[:] = records.formatted_read_grouping_sets([], [[], [group]], list(measures))

        window = timed(lambda: env.cr.execute(WINDOW))
        seconds = timed(read)
        print(f"@@ {name:36} {seconds:6.2f} s  window {window:5.2f} s  {seconds / window:5.2f}x  {len(rows[1])} groups")


def measure_moves(env, stages, days):
    """Move opportunities in turns with and without the history, after a stay of ``days``; print what it costs."""
    env = env(context={**env.context, "tracking_disable": True})
    leads = env["crm.lead"].search([("won_status", "=", "pending"), ("stage_id", "=", stages[0])], limit=2 * PAIRS + 2)
    env.cr.execute(
        "UPDATE crm_stage_log SET date_entered = now() AT TIME ZONE 'UTC' - %s * INTERVAL '1 day' "
        "WHERE lead_id IN %s AND date_left IS NULL",
        [days, tuple(leads.ids)],
    )
    differences, queries = [], []
    for place in range(0, 2 * PAIRS + 2, 2):
        results = {}
        for turn in (0, 1) if place % 4 else (1, 0):
            with ExitStack() as stack:
                if not turn:
                    stack.enter_context(patch.object(type(leads), "_log_stages", lambda moved: None))
                env.invalidate_all()
                before, start = env.cr.sql_log_count, time.perf_counter()
                leads[place + turn].stage_id = stages[1]
                env.cr.flush()  # the history is written when the transaction ends
                results[turn] = (time.perf_counter() - start, env.cr.sql_log_count - before)
        if place:
            differences.append(results[1][0] - results[0][0])
            queries.append(results[1][1] - results[0][1])
    differences.sort()
    low, middle, high = (1000 * differences[round(PAIRS * share)] for share in (0.43, 0.5, 0.57))
    print(
        f"@@ moving one opportunity after {days} days: +{middle:.1f} ms "
        f"(95 % between {low:.1f} and {high:.1f}), +{max(queries)} query"
    )
    env.cr.rollback()


def measure_batch(env, stages):
    """Record 1,000 moves in one statement, and that none has moved."""
    batch = env["crm.lead"].search([("won_status", "=", "pending"), ("stage_id", "=", stages[0])], limit=1000)
    start = time.perf_counter()
    env["crm.stage.log"]._record(batch.ids)
    nothing = time.perf_counter() - start
    batch.mapped("stage_id")
    env.cr.execute("UPDATE crm_lead SET stage_id = %s WHERE id IN %s", [stages[1], tuple(batch.ids)])
    start = time.perf_counter()
    env["crm.stage.log"]._record(batch.ids)
    print(
        f"@@ statement for 1,000 opportunities: {1000 * (time.perf_counter() - start):.0f} ms, "
        f"{1000 * nothing:.0f} ms when none has moved"
    )
    env.cr.rollback()


def measure_backfill(env):
    """Forget the lines and read them again from 500,000 tracked moves."""
    env.cr.execute("TRUNCATE crm_stage_log")
    start = time.perf_counter()
    env["crm.stage.log"]._backfill()
    seconds = time.perf_counter() - start
    env.cr.execute("SELECT COUNT(*), pg_total_relation_size('crm_stage_log') / 1048576 FROM crm_stage_log")
    print("@@ backfill: {:.1f} s for {:,} lines, {} MB with indexes".format(seconds, *env.cr.fetchone()))
    env.cr.rollback()


def measure(env):
    """Fill, then print one line a measurement, each marked with @@."""
    stages = fill(env)
    env.cr.execute("SELECT COUNT(*), pg_total_relation_size('crm_stage_log') / 1048576 FROM crm_stage_log")
    print("@@ {:,} lines, {} MB with indexes".format(*env.cr.fetchone()))
    measure_reports(env)
    for days in (30, 600):
        measure_moves(env, stages, days)
    measure_batch(env, stages)
    measure_backfill(env)


if "env" in globals():  # in the shell of Odoo
    measure(globals()["env"])
