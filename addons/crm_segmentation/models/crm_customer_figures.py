"""The SQL of a profile: figures out of the values of the indicators, and what is concluded from them."""

from odoo import models
from odoo.tools import SQL

from ..tools.rfm import names_of_codes


def everybody(_column):
    """Return the condition that all contacts meet; ``whom`` may be any function from the SQL of a partner's id."""
    return SQL("TRUE")


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    def _profiles_sql(self, scale, whom=everybody):
        """Return a SELECT of partner_id and every column of a profile.

        Three steps: the figures, then scores, rhythm and index, then the conclusions from those.
        """
        conclusions = {
            "currency_id": SQL("%s", scale.company_id.currency_id.id),
            "rfm_code": SQL("rfm_code"),
            "rfm_cell_id": SQL("named.cell_id"),
            **self._lifecycle_columns(scale),
            **self._relationship_columns(),
        }
        named = names_of_codes(self.env["crm.rfm.cell"]._ranges(), scale.score_count)
        names = SQL(", ").join([SQL("(0, NULL::integer)"), *(SQL("(%s, %s)", *pair) for pair in named.items())])
        return SQL(
            """
            SELECT partner_id, first_purchase_date, last_purchase_date, frequency, invoice_count, monetary,
                   monetary_before, lifetime_revenue, credit_note_amount, r_score, f_score, m_score, last_gap,
                   last_activity_date, %(conclusions)s
              FROM (SELECT *, 100 * r_score + 10 * f_score + m_score AS rfm_code FROM (%(judged)s) scored) judged
         LEFT JOIN (VALUES %(names)s) named (code, cell_id) ON named.code = judged.rfm_code
            """,
            conclusions=_as_columns(conclusions),
            judged=self._judged_sql(scale, whom),
            names=names,
        )

    def _judged_sql(self, scale, whom):
        """Return the figures with scores, rhythm and relationship index."""
        bought = SQL("recency IS NOT NULL")
        scores = {
            f"{letter}_score": SQL("CASE WHEN %s THEN %s END", bought, scale._score_sql(letter, value))
            for letter, value in (("r", SQL("recency")), ("f", SQL("f_value")), ("m", SQL("m_value")))
        }
        return SQL(
            "SELECT figure.*, %s FROM (%s) figure",
            _as_columns({**scores, **self._rhythm_columns(scale), **self._index_columns(scale)}),
            self._facts_sql(self._figures_sql(scale, whom), scale.computed_on or scale.company_id._crm_today()),
        )

    def _figures_sql(self, scale, whom=everybody):
        """Return a SELECT of one row per customer with the figures of the indicators that feed the profile.

        Values of documents without a company, such as mails and meetings, count for contacts and signs of life only.
        """
        columns = {**self._purchase_figures(scale), **self._contact_figures(scale)}
        return SQL(
            """
            SELECT customer.partner_id, %(columns)s
              FROM (%(customers)s) customer
         LEFT JOIN crm_measure_value v ON v.partner_id = customer.partner_id AND v.measure_id IN %(measures)s
                                      AND COALESCE(v.company_id, 0) IN (0, %(company)s) AND %(whose)s
             GROUP BY customer.partner_id
            """,
            columns=_as_columns(columns),
            customers=self._customers_sql(scale.company_id, whom),
            measures=tuple(self._profile_measures(scale).ids) or (0,),
            company=scale.company_id.id,
            whose=whom(SQL("v.partner_id")),
        )

    def _purchase_figures(self, scale):
        """Return the columns with what and when the customer bought; recency in days, fewer is better."""
        company, digits = scale.company_id, scale.company_id.currency_id.decimal_places
        purchase, revenue, invoices, refunds = map(
            self._standard_measure, ("purchase_days", "revenue", "invoices", "credit_notes")
        )

        def figure(column, measure):
            return _of_company(column, measure, company)

        def money(column, measure):
            return SQL("ROUND(COALESCE(%s, 0)::numeric, %s)", figure(column, measure), digits)

        return {
            "first_purchase_date": figure("first_date", purchase),
            "last_purchase_date": figure("last_date", purchase),
            "recency": SQL("%s::date - %s", company._crm_today(), figure("last_date", purchase)),
            "frequency": SQL("COALESCE(%s, 0)::integer", figure("quantity_window", purchase)),
            "invoice_count": SQL("COALESCE(%s, 0)::integer", figure("quantity", invoices)),
            "monetary": money("quantity_window", revenue),
            "monetary_before": money("quantity_before", revenue),
            "lifetime_revenue": money("quantity", revenue),
            "credit_note_amount": money("quantity_window", refunds),
            "f_value": SQL("%s::float8", figure("quantity_window", scale._frequency_measure())),
            "m_value": money("quantity_window", scale._monetary_measure()),
            "purchases": figure("quantity", purchase),
            "own_rhythm": figure("rhythm_days", purchase),
            "gap_count": figure("gap_count", purchase),
            "last_gap": figure("last_gap", purchase),
        }

    def _contact_figures(self, scale):
        """Return the columns with signs of life, and the facts of the relationship index."""
        purchase = self._standard_measure("purchase_days") | scale.activity_measure_ids.sudo()
        facts = self._relationship_measures()
        return {
            "last_activity_date": _of_any("MAX", "last_date", purchase),
            "orders": _of_company("quantity", facts["orders"], scale.company_id),
            "categories": _of_company("quantity", facts["product_categories"], scale.company_id),
            "discount": _of_company("quantity", facts["discount_share"], scale.company_id),
            "contacts_in": _of_any("SUM", "quantity", facts["contacts_in"]),
            "contacts_out": _of_any("SUM", "quantity", facts["contacts_out"]),
        }

    def _profile_measures(self, scale):
        """Return the indicators whose values feed the profiles of a company."""
        standard = map(self._standard_measure, ("purchase_days", "revenue", "invoices", "credit_notes"))
        return scale._measures().union(*standard, *self._relationship_measures().values())

    def _customers_sql(self, company, whom=everybody):
        """Return a SELECT of the partner ids that have a profile in ``company``.

        Whoever has a value of an indicator, a sales order or a lead there. A lead without a company belongs to the
        company of its salesperson, else of its contact, else to our first company. Our own companies are no customers.
        """
        first = self.env["res.company"].with_context(active_test=False).search([], order="id", limit=1)
        return SQL(
            """
            SELECT partner.id AS partner_id FROM res_partner partner
             WHERE %(whom)s AND EXISTS (
                   SELECT FROM crm_measure_value known
                    WHERE known.partner_id = partner.id AND known.company_id = %(company)s)
             UNION
            SELECT partner.id FROM sale_order document
              JOIN res_partner contact ON contact.id = document.partner_id
              JOIN res_partner partner ON partner.id = contact.commercial_partner_id
             WHERE document.company_id = %(company)s AND %(whom)s AND %(foreign)s
             UNION
            SELECT partner.id FROM crm_lead document
              JOIN res_partner contact ON contact.id = document.partner_id
              JOIN res_partner partner ON partner.id = contact.commercial_partner_id
         LEFT JOIN res_users salesperson ON salesperson.id = document.user_id
             WHERE COALESCE(document.company_id, salesperson.company_id, contact.company_id, %(first)s) = %(company)s
               AND %(whom)s AND %(foreign)s
            """,
            whom=whom(SQL("partner.id")),
            company=company.id,
            first=first.id,
            foreign=SQL("partner.id NOT IN (SELECT partner_id FROM res_company)"),
        )


def _as_columns(expressions):
    """Return SQL of several named columns."""
    return SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in expressions.items())


def _of_company(column, measure, company):
    """Return SQL of a column of one indicator's value in ``company``, NULL when there is none.

    An indicator whose documents belong to no company has its only value there.
    """
    counted = measure.numerator_id if measure.kind == "ratio" else measure
    return SQL(
        "MAX(v.%s) FILTER (WHERE v.measure_id = %s AND COALESCE(v.company_id, 0) = %s)",
        SQL.identifier(column),
        measure.id or 0,
        company.id if counted.company_path else 0,
    )


def _of_any(aggregate, column, measures):
    """Return SQL of a column over several indicators, with documents of the company and of none."""
    return SQL(
        "%s(v.%s) FILTER (WHERE v.measure_id IN %s)",
        SQL(aggregate),
        SQL.identifier(column),
        tuple(measures.ids) or (0,),
    )
