"""The figures of each customer: one row from all documents, by one GROUP BY."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .crm_measure_sql import OWN_PARTNERS

#: Columns of ``_values_sql`` after company_id and partner_id, as in ``crm.measure.value``.
VALUE_COLUMNS = (
    "quantity",
    "quantity_window",
    "quantity_before",
    "documents",
    "documents_window",
    "documents_before",
    "first_date",
    "last_date",
    "next_edge",
    "rhythm_days",
    "gap_count",
    "last_gap",
)
#: Aggregates that add up: no document makes zero of them. The others are undefined without a document.
ADDITIVE = ("count", "days", "sum", "distinct")
LIMITS = {"<=": SQL("<="), ">=": SQL(">=")}


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _window(self, company):
        """Return first and last day of the window that ends today, and the first day of the window before it."""
        today = company._crm_today() if company else fields.Date.today()
        start = today - timedelta(days=self.window_days - 1)
        return start, today, start - timedelta(days=self.window_days)

    # One figure

    def _is_additive(self):
        return self.aggregate in ADDITIVE

    def _aggregate_sql(self, condition=None):
        """Return SQL that aggregates alias ``doc`` (day, amount, share), over the rows that meet ``condition``."""
        only = SQL(" FILTER (WHERE %s)", condition) if condition else SQL()
        shared = self._reaches_many("partner_path") and self.multi_customer == "shared"
        if self.aggregate == "count":
            return SQL("SUM(doc.share)%s", only) if shared else SQL("COUNT(*)%s", only)
        if self.aggregate == "sum":
            return SQL("SUM(doc.amount%s)%s", SQL(" * doc.share") if shared else SQL(), only)
        if self.aggregate == "within":
            meets = SQL("doc.amount %s %s", LIMITS[self.limit_operator], self.limit_value)
            good = SQL(" FILTER (WHERE %s)", SQL("%s AND %s", meets, condition) if condition else meets)
            return SQL("100.0 * COUNT(*)%s / NULLIF(COUNT(doc.amount)%s, 0)", good, only)
        return SQL("%s%s", self._function_sql(), only)

    def _function_sql(self):
        """Return SQL of the aggregates that are one function of PostgreSQL."""
        return {
            "days": SQL("COUNT(DISTINCT doc.day)"),
            "distinct": SQL("COUNT(DISTINCT doc.amount)"),
            "avg": SQL("AVG(doc.amount)"),
            "min": SQL("MIN(doc.amount)"),
            "max": SQL("MAX(doc.amount)"),
            "median": SQL("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY doc.amount::float8)"),
        }[self.aggregate]

    def _defined_sql(self, sql):
        """Return SQL of a figure: zero without documents where that makes sense, else undefined."""
        return SQL("COALESCE(%s, 0)", sql) if self._is_additive() else sql

    # All figures of a customer

    def _values_sql(self, companies, only=None):
        """Return a SELECT of company_id, partner_id and ``VALUE_COLUMNS``: one row per customer with a document.

        Documents of the future count for ``next_edge`` only.

        :param companies: one of ``_passes()``
        :param SQL only: SELECT of the ids of the only customers wanted
        """
        self.ensure_one()
        if self.kind == "ratio":
            return self._ratio_values_sql(companies, only)
        documents = self._rows_sql(companies, only)
        if self.aggregate == "days":
            documents = _days_sql(documents)
        return self._figures_sql(companies, documents)

    def _figures_sql(self, companies, documents):
        """Return a SELECT of the figures of each customer from a SELECT of documents, or of days with documents.

        Our own companies are left out of the groups and not of the documents: that is one test a customer.
        """
        start, today, before = self._window(companies[:1])
        past = SQL("doc.day <= %s", today)
        window = SQL("doc.day >= %s AND doc.day <= %s", start, today)
        earlier = SQL("doc.day >= %s AND doc.day < %s", before, start)
        return SQL(
            """
            SELECT doc.company_id, doc.partner_id,
                   %(quantities)s, %(numbers)s,
                   MIN(doc.day) FILTER (WHERE %(past)s) AS first_date,
                   MAX(doc.day) FILTER (WHERE %(past)s) AS last_date,
                   LEAST(MIN(doc.day) FILTER (WHERE %(window)s) + %(days)s,
                         MIN(doc.day) FILTER (WHERE %(earlier)s) + 2 * %(days)s,
                         MIN(doc.day) FILTER (WHERE doc.day > %(today)s)) AS next_edge,
                   %(rhythm)s
              FROM (%(documents)s) doc
             GROUP BY doc.partner_id, doc.company_id
            HAVING doc.partner_id NOT IN (%(own)s)
            """,
            quantities=SQL(", ").join(
                SQL("(%s)::float8 AS %s", self._defined_sql(self._figure_sql(condition)), SQL.identifier(name))
                for name, condition in zip(VALUE_COLUMNS[:3], (past, window, earlier), strict=True)
            ),
            numbers=SQL(", ").join(
                SQL("%s AS %s", self._documents_count_sql(condition), SQL.identifier(name))
                for name, condition in zip(VALUE_COLUMNS[3:6], (past, window, earlier), strict=True)
            ),
            past=past,
            window=window,
            earlier=earlier,
            days=self.window_days,
            today=today,
            documents=_gaps_sql(documents, today) if self.has_rhythm else documents,
            rhythm=self._rhythm_sql(past),
            own=OWN_PARTNERS,
        )

    def _figure_sql(self, condition):
        """Return SQL of the quantity; days with documents come as one row each."""
        return (
            SQL("COUNT(*) FILTER (WHERE %s)", condition) if self.aggregate == "days" else self._aggregate_sql(condition)
        )

    def _documents_count_sql(self, condition):
        """Return SQL of the number of documents."""
        if self.aggregate == "days":
            return SQL("COALESCE(SUM(doc.number) FILTER (WHERE %s), 0)::integer", condition)
        return SQL("(COUNT(*) FILTER (WHERE %s))::integer", condition)

    def _rhythm_sql(self, past):
        """Return SQL of the median gap between days with documents, the number of gaps and the last of them."""
        if not self.has_rhythm:
            return SQL("NULL::float8 AS rhythm_days, NULL::integer AS gap_count, NULL::integer AS last_gap")
        return SQL(
            "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY doc.gap) FILTER (WHERE %(past)s) AS rhythm_days,"
            " (COUNT(doc.gap) FILTER (WHERE %(past)s))::integer AS gap_count,"
            " MAX(doc.gap) FILTER (WHERE doc.day = doc.latest) AS last_gap",
            past=past,
        )


def _days_sql(documents):
    """Return a SELECT of one row per customer and day with the number of its documents.

    Counting rows that were made distinct once is much cheaper than three COUNT(DISTINCT) for every customer.
    """
    return SQL(
        "SELECT partner_id, company_id, day, COUNT(*) AS number FROM (%s) document"
        " GROUP BY partner_id, company_id, day",
        documents,
    )


def _gaps_sql(documents, today):
    """Return documents with ``gap``, the days since the day with documents before, and ``latest``, the last day so far.

    Only the first document of a day has a gap. One sort serves the gaps and the groups of customers after them.
    """
    return SQL(
        """
        SELECT document.*,
               NULLIF(day - LAG(day) OVER (PARTITION BY partner_id, company_id ORDER BY day), 0) AS gap,
               MAX(day) FILTER (WHERE day <= %s) OVER (PARTITION BY partner_id, company_id) AS latest
          FROM (%s) document
        """,
        today,
        documents,
    )
