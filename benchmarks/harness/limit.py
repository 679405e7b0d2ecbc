"""The comparator L1: the least that any program must do, one GROUP BY of all invoices per customer and company."""

import contextlib
import time

import psycopg2

from .middle import median

#: What the jobs set for their batches: the comparator gets the same.
SETTINGS = (
    "work_mem = '256MB'",
    "max_parallel_workers_per_gather = 0",
    "random_page_cost = 1.1",
    "jit = off",
)
#: The aggregates of a value row, each one consumed: around a bare COUNT(*) the planner would drop them.
QUERY = """
    SELECT COUNT(*), SUM(total), SUM(in_window), SUM(in_before), SUM(documents), SUM(documents_window),
           SUM(documents_before), MIN(first_date), MAX(last_date)
      FROM (SELECT SUM(amount_untaxed_signed) AS total,
                   SUM(amount_untaxed_signed) FILTER (WHERE invoice_date > CURRENT_DATE - 365) AS in_window,
                   SUM(amount_untaxed_signed) FILTER (WHERE invoice_date > CURRENT_DATE - 730
                                                        AND invoice_date <= CURRENT_DATE - 365) AS in_before,
                   COUNT(*) AS documents,
                   COUNT(*) FILTER (WHERE invoice_date > CURRENT_DATE - 365) AS documents_window,
                   COUNT(*) FILTER (WHERE invoice_date > CURRENT_DATE - 730
                                      AND invoice_date <= CURRENT_DATE - 365) AS documents_before,
                   MIN(invoice_date) AS first_date, MAX(invoice_date) AS last_date
              FROM account_move
             WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund') AND invoice_date <= CURRENT_DATE
             GROUP BY commercial_partner_id, company_id) customer
"""


class Limit:
    """L1 in one database; ``turn`` runs it once, so that turns can alternate with what is compared."""

    def __init__(self, database):
        self.connection = psycopg2.connect(dbname=database)
        self.times = []
        #: Pairs of customer and company.
        self.customers = self._run()[0]

    def turn(self):
        start = time.perf_counter()
        self._run()
        self.times.append(time.perf_counter() - start)

    def median(self):
        return median(self.times)

    def close(self):
        self.connection.close()

    def _run(self):
        with contextlib.closing(self.connection.cursor()) as cr:
            for setting in SETTINGS:
                cr.execute(f"SET LOCAL {setting}")
            cr.execute(QUERY)
            result = cr.fetchone()
        self.connection.rollback()
        return result
