"""A cost period over all documents there are: time against one GROUP BY of the same items, rows written, memory."""

from odoo.tools import SQL

from harness.figures import Figures
from harness.limit import SETTINGS
from harness.meter import Meter, forget_peak, memory
from harness.middle import median

TURNS = 5
GOAL, GOAL_MB = 1.5, 50
#: The least that must be done: every profit-and-loss item added up by customer and account, every sum consumed.
BARE = """
    SELECT COUNT(*), SUM(amount)
      FROM (SELECT move.commercial_partner_id, item.account_id, SUM(item.balance) AS amount
              FROM account_move_line item
              JOIN account_move move ON move.id = item.move_id
              JOIN account_account account ON account.id = item.account_id
               AND account.account_type ~ '^(income|expense)'
             WHERE item.company_id = %s AND item.parent_state = 'posted'
             GROUP BY move.commercial_partner_id, item.account_id) customer
"""
#: The lines that were written, once more: the least that writing them takes, without foreign keys.
WRITTEN = """
    CREATE TEMP TABLE bare (LIKE crm_cost_line INCLUDING DEFAULTS INCLUDING INDEXES) ON COMMIT DROP;
    INSERT INTO bare SELECT * FROM crm_cost_line WHERE period_id = %s
"""


def run(env):
    """Compute one long month: the work grows with the items, and the fixed cost of a month does not hide it."""
    company = env["res.company"].search([], order="id", limit=1)
    period = env["crm.cost.period"].create({"company_id": company.id, "date_from": "1999-01-01"})
    env.flush_all()
    env.cr.execute("UPDATE crm_cost_period SET date_to = CURRENT_DATE WHERE id = %s", [period.id])
    env.cr.commit()
    period.invalidate_recordset()
    for setting in SETTINGS:
        env.cr.execute(SQL("SET " + setting))
    figures, times = Figures(), {"bare": [], "first": [], "again": [], "written": []}
    forget_peak()
    before = memory("VmRSS")
    for _turn in range(TURNS):
        env.cr.execute("DELETE FROM crm_cost_line WHERE period_id = %s", [period.id])
        for name in ("first", "again"):
            _measure(env, times["bare"], lambda: env.cr.execute(BARE, [company.id]))
            meter = _measure(env, times[name], period._compute_period)
            env.cr.commit()
        _measure(env, times["written"], lambda: env.cr.execute(WRITTEN, [period.id]))
    if period.difference or not period.line_ids:
        raise ValueError(f"the period differs from the ledger by {period.difference}")
    bare = median(times["bare"])
    items = env["account.move.line"].search_count([("company_id", "=", company.id), ("parent_state", "=", "posted")])
    note = (
        f"{items:,} items of one company, {env['crm.cost.line'].search_count([('period_id', '=', period.id)]):,} lines"
    )
    figures.add("GROUP BY of the items of a period", bare, note=note)
    for name, words in (("first", "computing it, first time"), ("again", "computing it, nothing changed")):
        figures.add(words, median(times[name]), against="GROUP BY", reference=bare, at_most=GOAL)
    least = bare + median(times["written"])
    figures.add(
        "- first time, against the GROUP BY and its rows written",
        median(times["first"]),
        against="both",
        reference=least,
    )
    figures.add("lines written by the second computation", meter.changed.get("crm_cost_line", 0), "", at_most=0)
    figures.add("memory of the Odoo process", memory() - before, "MB", at_most=GOAL_MB)
    env.cr.execute("DELETE FROM crm_cost_line WHERE period_id = %s", [period.id])
    env.cr.execute("DELETE FROM crm_cost_period WHERE id = %s", [period.id])
    env.cr.commit()
    return figures


def _measure(env, times, work):
    with Meter(env.cr) as meter:
        work()
    times.append(meter.seconds)
    return meter
