"""The nightly refresh of the values per customer: one indicator and company a batch, written only where it differs."""

import logging
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import fields, models
from odoo.tools import SQL

from ..tools.sync import sync_table

_logger = logging.getLogger(__name__)

COLUMNS = (
    "quantity",
    "quantity_window",
    "quantity_before",
    "documents",
    "documents_window",
    "documents_before",
    "first_date",
    "last_date",
)


def _number(sql):
    """No document gives zero; the exact sum of the documents is kept as a float."""
    return SQL("COALESCE(%s, 0)::float8", sql)


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _job_refresh(self, job):
        """Refresh the next measure that this run has not refreshed yet.

        :return: (rows written, measures left)
        """
        pending = self.search([("refresh_run", "!=", job.run_number)])
        written = pending[:1]._refresh_safely() if pending else 0
        pending[:1].refresh_run = job.run_number
        return written, max(len(pending) - 1, 0)

    def _refresh_safely(self):
        """Refresh, and keep the reason on the measure when it cannot be computed: the others go on."""
        try:
            with self.env.cr.savepoint():
                written = self._refresh()
            self.last_error = False
            return written
        except TransactionRollbackError:
            raise
        except Exception as error:
            _logger.info("Customer indicator %s (%s) cannot be computed", self.name, self.id, exc_info=True)
            self.last_error = f"{type(error).__name__}: {error}"
            return 0

    def _refresh(self):
        """Recompute the values of all customers in all companies; return the number of rows written."""
        self.ensure_one()
        written = 0
        companies = self.env["res.company"].with_context(active_test=False).search([])
        if not self.reviewed:
            # Values of a company its owner has left behind go, like everything else the owner cannot see.
            companies = companies & self.owner_id.company_ids
            self.env["crm.measure.value"].search(
                [("measure_id", "=", self.id), ("company_id", "not in", [False, *companies.ids])]
            ).unlink()
        for company in [*(companies if self.company_path else ()), self.env["res.company"]]:
            fixed = {"measure_id": self.id, "company_id": company.id or None}
            source = self._values_sql(company)
            written += sync_table(
                self.env.cr, "crm_measure_value", source, fixed=fixed, key="partner_id", columns=COLUMNS
            )
        self.env["crm.measure.value"].invalidate_model()
        self.refreshed_at = fields.Datetime.now()
        return written

    def _window(self, company):
        """Return first and last day of the window that ends today, and the first day of the window before it."""
        today = company._crm_today() if company else fields.Date.today()
        start = today - timedelta(days=self.window_days - 1)
        return start, today, start - timedelta(days=self.window_days)

    def _values_sql(self, company):
        """Return a SELECT of partner_id and ``COLUMNS`` over all documents up to today."""
        start, today, before = self._window(company)
        window = SQL("doc.day >= %s", start)
        earlier = SQL("doc.day >= %s AND doc.day < %s", before, start)
        return SQL(
            """
            SELECT doc.partner_id, %(total)s AS quantity, %(window)s AS quantity_window,
                   %(before)s AS quantity_before, COUNT(*)::integer AS documents,
                   (COUNT(*) FILTER (WHERE %(in_window)s))::integer AS documents_window,
                   (COUNT(*) FILTER (WHERE %(in_before)s))::integer AS documents_before,
                   MIN(doc.day) AS first_date, MAX(doc.day) AS last_date
              FROM (%(documents)s) doc
             WHERE doc.day <= %(today)s
             GROUP BY doc.partner_id
            """,
            total=_number(self._aggregate_sql()),
            window=_number(self._aggregate_sql(window)),
            before=_number(self._aggregate_sql(earlier)),
            in_window=window,
            in_before=earlier,
            documents=self._documents_sql(company),
            today=today,
        )
