"""Customers whose state is not normal: overdue by their own rhythm, silent, falling or rising, giving goods back.

States that begin on a day (overdue, silent) are found when that day is news; those without one again after the
cool-down of the rule.
"""

from odoo import models
from odoo.tools import SQL

from .crm_alert_rule_documents import LOOK_BACK


class CrmAlertRule(models.Model):
    _inherit = "crm.alert.rule"

    def _overdue_found_sql(self, company):
        """Silent for more than so many of the customer's own rhythms: the rule of ``tools/robust.py`` in SQL."""
        purchase = self.env["crm.customer"]._standard_measure("purchase_days")
        return SQL(
            """
            SELECT c.partner_id, 'overdue:' || c.last_purchase_date AS key, NULL::integer AS res_id, edge.day,
                   %(today)s::date - c.last_purchase_date AS figure,
                   (%(today)s::date - c.last_purchase_date) / c.rhythm_days AS score, c.monetary AS value,
                   JSONB_BUILD_OBJECT('last', c.last_purchase_date, 'rhythm', c.rhythm_days, 'points', v.gap_count)
                   AS evidence
              FROM crm_customer c
              JOIN crm_measure_value v ON v.partner_id = c.partner_id AND v.company_id = c.company_id
                   AND v.measure_id = %(purchase)s AND v.gap_count >= %(points)s
        CROSS JOIN LATERAL (SELECT c.last_purchase_date + FLOOR(c.rhythm_days * %(factor)s)::integer + 1 AS day) edge
             WHERE c.company_id = %(company)s AND c.rhythm_basis = 'own' AND c.rhythm_days > 0
               AND edge.day BETWEEN %(today)s::date - %(look_back)s AND %(today)s
            """,
            today=company._crm_today(),
            purchase=purchase.id,
            points=self.min_points,
            factor=self.threshold,
            company=company.id,
            look_back=LOOK_BACK,
        )

    def _silence_found_sql(self, company):
        """No sign of life for so many days: of the profile, or of the documents of the rule's indicator."""
        sign, joined = SQL("c.last_activity_date"), SQL()
        if self.measure_id:
            of = self.measure_id._company_of_values(company)
            sign = SQL("v.last_date")
            joined = SQL(
                "JOIN crm_measure_value v ON v.partner_id = c.partner_id AND v.measure_id = %s"
                " AND COALESCE(v.company_id, 0) = %s",
                self.measure_id.id,
                of.id or 0,
            )
        return SQL(
            """
            SELECT c.partner_id, 'silence:' || %(sign)s AS key, NULL::integer AS res_id, %(sign)s + %(days)s AS day,
                   %(today)s::date - %(sign)s AS figure, %(today)s::date - %(sign)s AS score, c.monetary AS value,
                   JSONB_BUILD_OBJECT('last', %(sign)s) AS evidence
              FROM crm_customer c %(joined)s
             WHERE c.company_id = %(company)s AND c.first_purchase_date IS NOT NULL
               AND %(sign)s + %(days)s BETWEEN %(today)s::date - %(look_back)s AND %(today)s
            """,
            sign=sign,
            days=int(self.threshold),
            today=company._crm_today(),
            joined=joined,
            company=company.id,
            look_back=LOOK_BACK,
        )

    def _change_found_sql(self, company):
        """The window of an indicator against the window before, in percent of that; nothing to compare, no alert."""
        sides = {"up": SQL("> 0"), "down": SQL("< 0"), "both": SQL("<> 0")}
        return SQL(
            """
            SELECT partner_id, CASE WHEN quantity_window < quantity_before THEN 'down:' ELSE 'up:' END || %(today)s
                   AS key, NULL::integer AS res_id, %(today)s::date AS day, quantity_window AS figure,
                   ABS(100 * (quantity_window - quantity_before) / quantity_before) AS score,
                   ABS(quantity_window - quantity_before) AS value,
                   JSONB_BUILD_OBJECT('before', quantity_before, 'points', documents_before) AS evidence
              FROM crm_measure_value
             WHERE measure_id = %(measure)s AND COALESCE(company_id, 0) = %(company)s AND quantity_before > 0
               AND documents_before >= %(points)s AND quantity_window - quantity_before %(side)s
               AND ABS(100 * (quantity_window - quantity_before) / quantity_before) >= %(percent)s
            """,
            today=str(company._crm_today()),
            measure=self.measure_id.id,
            company=self.measure_id._company_of_values(company).id or 0,
            points=self.min_points,
            side=sides[self.direction],
            percent=self.threshold,
        )

    def _credit_found_sql(self, company):
        """Credit notes of the window as a share of what was invoiced before them."""
        return SQL(
            """
            SELECT c.partner_id, 'credit:' || %(today)s AS key, NULL::integer AS res_id, %(today)s::date AS day,
                   c.credit_note_amount AS figure, share.percent AS score, c.credit_note_amount AS value,
                   JSONB_BUILD_OBJECT('invoiced', c.monetary + c.credit_note_amount) AS evidence
              FROM crm_customer c
        CROSS JOIN LATERAL (SELECT c.monetary + c.credit_note_amount AS amount) invoiced
        CROSS JOIN LATERAL (SELECT CASE WHEN invoiced.amount > 0
                                        THEN LEAST(100, 100 * c.credit_note_amount / invoiced.amount)
                                        ELSE 100 END::float8 AS percent) share
             WHERE c.company_id = %(company)s AND c.credit_note_amount > 0 AND share.percent >= %(percent)s
               AND c.invoice_count >= %(points)s
            """,
            today=str(company._crm_today()),
            company=company.id,
            percent=self.threshold,
            points=self.min_points,
        )
