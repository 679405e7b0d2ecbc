"""Signing a month of many lines and verifying it: seconds, and the memory of the Odoo process, which stays flat."""

from datetime import date

from odoo.tools import SQL

from odoo.addons.crm_cost.models.crm_cost_period_write import AGREEMENT, ROW

from harness.figures import Figures
from harness.meter import Meter, forget_peak, memory

GOAL_MB = 50
DAY = date(1999, 1, 1)


def run(env, lines=200_000):
    """Fill a month of long ago with lines, sign it, verify it, take everything away again."""
    company = env["res.company"].search([], order="id", limit=1)
    for left in env["crm.cost.period"].search([("company_id", "=", company.id), ("date_from", "=", DAY)]):
        _forget(env, left)  # of a measurement that was stopped
    period = env["crm.cost.period"].create({"company_id": company.id, "date_from": DAY})
    period._compute_period()
    _fill(env, period, lines)
    figures = Figures()
    with Meter(env.cr) as bare:
        env.cr.execute(
            "SELECT level, customer_ref, SUM(amount), SUM(minutes), COUNT(*) FROM crm_cost_line"
            " WHERE period_id = %s GROUP BY level, customer_ref",
            [period.id],
        )
    for words, work in (("signing", lambda: _sign(period)), ("verifying", period._verify)):
        forget_peak()
        before = memory("VmRSS")
        with Meter(env.cr) as meter:
            found = work()
        figures.add(f"{words} a month of {lines:,} lines", meter.seconds, note=f"{meter.queries} queries")
        figures.add(
            f"- against one GROUP BY of the lines: {words}",
            meter.seconds,
            against="GROUP BY",
            reference=bare.seconds,
        )
        figures.add(f"- memory of the Odoo process: {words}", memory() - before, "MB", at_most=GOAL_MB)
        if found:
            raise ValueError(f"a month just signed is broken: {found}")
    _forget(env, period)
    return figures


def _fill(env, period, lines):
    """Write lines that add up to zero, as a month without entries does."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO crm_cost_line (period_id, company_id, currency_id, level, role, found_by, attribution,
                                       variance_kind, customer_ref, customer_name, quantity, minutes, amount)
            SELECT %s, %s, %s, CASE n %% 2 WHEN 0 THEN 'revenue' ELSE 'activity' END,
                   CASE n %% 2 WHEN 0 THEN 'revenue' ELSE 'pool' END,
                   CASE n %% 2 WHEN 0 THEN 'document' ELSE 'activity' END, 'customer', 'none', 1000000000 + n / 2,
                   'Customer number ' || n / 2, 1, 12.5, CASE n %% 2 WHEN 0 THEN 1 ELSE -1 END * (10 + n / 2)
              FROM generate_series(0, %s) n
            """,
            period.id,
            period.company_id.id,
            period.currency_id.id,
            lines - 1,
        )
    )
    _agree(env, period)
    env.cr.commit()
    env.cr.execute("ANALYZE crm_cost_line")


def _agree(env, period):
    """Write the agreement with the ledger that the lines add up to: verifying looks at it."""
    common = {"period_id": period.id, "company_id": period.company_id.id, "currency_id": period.currency_id.id}
    period._count_lines()
    rows = env.execute_query(period._lines_by_row_sql())
    period._drop_counts()
    names = (*ROW, *AGREEMENT)
    env["crm.cost.reconciliation"].create([{**common, **dict(zip(names, row, strict=True))} for row in rows])


def _sign(period):
    period._freeze_lines()
    period._store_ledger()
    period._sign("Benchmark")


def _forget(env, period):
    env.cr.execute("DELETE FROM crm_cost_line WHERE period_id = %s", [period.id])
    env.cr.execute("DELETE FROM crm_cost_period WHERE id = %s", [period.id])
    env.cr.commit()
