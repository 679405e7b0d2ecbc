"""What finance reads, on a year of cost lines of every customer: a statement, the whale curve, the list of customers.

The lines are made from the invoices of the last twelve months in plain SQL, so that this measures reading only.
"""

import time

from harness.figures import Figures
from harness.middle import median

TURNS = 5
MONTHS = 12


def run(env, limit):
    """Measure the pages.

    :param limit: seconds of L1 of the same run
    """
    company = env["res.company"].search([], limit=1, order="id")
    env = env(context={"allowed_company_ids": company.ids})
    periods = _periods(env, company)
    lines, customers = _fill(env, periods)
    figures = Figures()
    whale = env["crm.cost.whale"]
    _timed(
        figures,
        env,
        "whale curve and tenths of twelve months",
        lambda: whale.create({"company_id": company.id}).read(["headline", "curve", "tile_ids"]),
        against="L1",
        reference=limit,
        at_most=0.3,
        note=f"{customers:,} customers, {lines:,} cost lines",
    )
    env.cr.execute("SELECT partner_id FROM crm_cost_line GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1")
    [partner] = env.cr.fetchone()
    for words, values in (("a month", {}), ("twelve months", {"span": "rolling", "against": "year"})):
        _statement(figures, env, words, {"company_id": company.id, "partner_id": partner, **values})
    report = env["crm.cost.customer.report"]
    _timed(
        figures,
        env,
        "list of 80 customers of the last month",
        lambda: report.search([("is_latest", "=", True)], limit=80).read(["partner_id", "revenue", "profit"]),
        note="queries and time of one page",
    )
    return figures


def _periods(env, company):
    """Return the last twelve months, as if they had been computed."""
    periods = env["crm.cost.period"]._ensure_periods(company, MONTHS)
    periods.write({"state": "computed"})
    env.flush_all()
    return periods


def _fill(env, periods):
    """Write the lines of every customer with an invoice: revenue, cost of goods, activities; return how many."""
    env.cr.execute(
        """
        INSERT INTO crm_cost_line (period_id, company_id, currency_id, partner_id, customer_ref, customer_name,
                                   attribution, level, role, found_by, variance_kind, country_id, quantity, amount)
        SELECT period.id, period.company_id, period.currency_id, sold.partner_id, sold.partner_id, 'Customer',
               'customer', part.level, part.role, part.found_by, 'none', sold.country_id, 1,
               ROUND(sold.amount * part.share, 2)
          FROM crm_cost_period period
          JOIN LATERAL (SELECT move.commercial_partner_id AS partner_id, MIN(partner.country_id) AS country_id,
                               SUM(move.amount_untaxed_signed) AS amount
                          FROM account_move move JOIN res_partner partner ON partner.id = move.commercial_partner_id
                         WHERE move.company_id = period.company_id AND move.state = 'posted'
                           AND move.move_type IN ('out_invoice', 'out_refund')
                           AND move.date BETWEEN period.date_from AND period.date_to
                         GROUP BY 1) sold ON TRUE
    CROSS JOIN (VALUES ('revenue', 'revenue', 'document', 1.0), ('cost_of_goods', 'cost_of_goods', 'document', -0.7),
                       ('activity', 'pool', 'activity', -0.1), ('direct', 'direct', 'key', -0.25)
               ) part (level, role, found_by, share)
         WHERE period.id = ANY(%s)
        """,
        [periods.ids],
    )
    lines = env.cr.rowcount
    for period in periods:
        env["crm.cost.customer"]._sync(period)
    env.cr.commit()
    env.cr.execute("ANALYZE crm_cost_line")
    env.cr.execute("ANALYZE crm_cost_customer")
    env.cr.execute("SELECT COUNT(DISTINCT partner_id) FROM crm_cost_customer")
    return lines, env.cr.fetchone()[0]


def _statement(figures, env, words, values):
    pages = env["crm.cost.statement"]
    shown = [name for name, field in pages._fields.items() if field.type != "one2many"]

    def show():
        page = pages.create(values)
        page.read(shown), page.line_ids.read()

    _timed(
        figures, env, f"statement of a customer, {words}", show, unit="ms", at_most=100, note="made, shown, all rows"
    )


def _timed(figures, env, words, call, unit="s", **goal):
    """Add the median of some turns, and the queries of one."""
    found, queries = [], 0
    for _turn in range(TURNS + 1):
        env.invalidate_all()
        start, before = time.perf_counter(), env.cr.sql_log_count
        call()
        env.flush_all()
        found.append(time.perf_counter() - start)
        queries = env.cr.sql_log_count - before
        env.cr.rollback()
    seconds = median(found[1:])
    note = f"{goal.pop('note', '')}; {queries} queries".lstrip("; ")
    figures.add(words, seconds * (1000 if unit == "ms" else 1), unit, note=note, **goal)
