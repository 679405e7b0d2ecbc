"""The job that fills the customer profiles from the values of the indicators: one company a batch."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.sync import sync_table

COLUMNS = (
    "currency_id",
    "first_purchase_date",
    "last_purchase_date",
    "frequency",
    "invoice_count",
    "monetary",
    "monetary_before",
    "lifetime_revenue",
    "credit_note_amount",
    "r_score",
    "f_score",
    "m_score",
    "rfm_code",
)


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    def _job_refresh(self, job):
        """Refresh the profiles of the next company that this run has not refreshed yet.

        :return: (rows written, companies left)
        """
        pending = self.env["crm.rfm.scale"]._for_all_companies().filtered(lambda s: s.profile_run != job.run_number)
        if not pending:
            return 0, 0
        self._check_measures_reviewed()
        written = self._refresh(pending[0])
        pending[0].profile_run = job.run_number
        return written, len(pending) - 1

    def _check_measures_reviewed(self):
        """Rather yesterday's figures than figures of what one user may see: the step fails and says why."""
        names = ("purchase_days", "revenue", "invoices", "credit_notes")
        waiting = [measure.name for measure in map(self._standard_measure, names) if measure and not measure.reviewed]
        if waiting:
            raise UserError(
                self.env._(
                    "Customer profiles stay as they are until an administrator reviews: %(names)s",
                    names=", ".join(waiting),
                )
            )

    def _refresh(self, scale):
        """Bring the profiles of one company in line with the values; return the number of rows written.

        :param scale: the ``crm.rfm.scale`` of that company
        """
        company = scale.company_id
        self.env.flush_all()
        if not scale.computed_on or (company._crm_today() - scale.computed_on).days >= 31:
            scale._take_cut_points(SQL("SELECT * FROM (%s) figure", self._figures_sql(company)), company._crm_today())
            self.env.flush_all()
        written = sync_table(
            self.env.cr,
            "crm_customer",
            self._profiles_sql(company, scale),
            fixed={"company_id": company.id},
            key="partner_id",
            columns=COLUMNS,
        )
        self.invalidate_model()
        return written

    def _profiles_sql(self, company, scale):
        """Return a SELECT of partner_id and ``COLUMNS``: the figures with their scores."""
        return SQL(
            """
            SELECT partner_id, %(currency)s AS currency_id, first_purchase_date, last_purchase_date,
                   frequency, invoice_count, monetary, monetary_before, lifetime_revenue, credit_note_amount,
                   r_score, f_score, m_score, 100 * r_score + 10 * f_score + m_score AS rfm_code
              FROM (SELECT figure.*,
                           CASE WHEN recency IS NOT NULL THEN %(r_score)s END AS r_score,
                           CASE WHEN recency IS NOT NULL THEN %(f_score)s END AS f_score,
                           CASE WHEN recency IS NOT NULL THEN %(m_score)s END AS m_score
                      FROM (%(figures)s) figure) scored
            """,
            currency=company.currency_id.id,
            r_score=scale._score_sql("r", SQL("recency")),
            f_score=scale._score_sql("f", SQL("frequency")),
            m_score=scale._score_sql("m", SQL("monetary")),
            figures=self._figures_sql(company),
        )

    def _figures_sql(self, company):
        """Return a SELECT of one row per customer with the figures of the standard indicators.

        Recency is a negative number of days, so that more is better as in the other two.
        """
        digits = company.currency_id.decimal_places
        purchase = self._standard_measure("purchase_days").id or 0
        revenue = self._standard_measure("revenue").id or 0
        invoices = self._standard_measure("invoices").id or 0
        refunds = self._standard_measure("credit_notes").id or 0
        return SQL(
            """
            SELECT customer.partner_id,
                   MAX(v.first_date) FILTER (WHERE v.measure_id = %(purchase)s) AS first_purchase_date,
                   MAX(v.last_date) FILTER (WHERE v.measure_id = %(purchase)s) AS last_purchase_date,
                   MAX(v.last_date) FILTER (WHERE v.measure_id = %(purchase)s) - %(today)s::date AS recency,
                   %(frequency)s::integer AS frequency,
                   %(invoice_count)s::integer AS invoice_count,
                   %(monetary)s AS monetary,
                   %(monetary_before)s AS monetary_before,
                   %(lifetime)s AS lifetime_revenue,
                   %(credit_notes)s AS credit_note_amount
              FROM (%(customers)s) customer
         LEFT JOIN crm_measure_value v ON v.partner_id = customer.partner_id AND v.company_id = %(company)s
                                      AND v.measure_id IN %(measures)s
             GROUP BY customer.partner_id
            """,
            purchase=purchase,
            today=company._crm_today(),
            frequency=_figure("quantity_window", purchase),
            invoice_count=_figure("quantity", invoices),
            monetary=_figure("quantity_window", revenue, digits),
            monetary_before=_figure("quantity_before", revenue, digits),
            lifetime=_figure("quantity", revenue, digits),
            credit_notes=_figure("quantity_window", refunds, digits),
            customers=self._customers_sql(company),
            company=company.id,
            measures=(purchase, revenue, invoices, refunds),
        )

    def _customers_sql(self, company):
        """Return a SELECT of the partner ids that have a profile in ``company``.

        Whoever has a value of an indicator, a sales order or a lead there. A lead without a company belongs to the
        company of its salesperson, else of its contact, else to our first company. Our own companies are no customers.
        """
        first = self.env["res.company"].with_context(active_test=False).search([], order="id", limit=1)
        return SQL(
            """
            SELECT partner_id FROM crm_measure_value WHERE company_id = %(company)s
             UNION
            SELECT contact.commercial_partner_id FROM sale_order document
              JOIN res_partner contact ON contact.id = document.partner_id
             WHERE document.company_id = %(company)s AND %(foreign)s
             UNION
            SELECT contact.commercial_partner_id FROM crm_lead document
              JOIN res_partner contact ON contact.id = document.partner_id
         LEFT JOIN res_users salesperson ON salesperson.id = document.user_id
             WHERE COALESCE(document.company_id, salesperson.company_id, contact.company_id, %(first)s) = %(company)s
               AND %(foreign)s
            """,
            company=company.id,
            first=first.id,
            foreign=SQL("contact.commercial_partner_id NOT IN (SELECT partner_id FROM res_company)"),
        )


def _figure(column, measure_id, digits=None):
    """Return SQL of one column of one indicator's value, zero when there is none; rounded when it is money."""
    value = SQL("COALESCE(MAX(v.%s) FILTER (WHERE v.measure_id = %s), 0)", SQL.identifier(column), measure_id)
    return value if digits is None else SQL("ROUND((%s)::numeric, %s)", value, digits)
