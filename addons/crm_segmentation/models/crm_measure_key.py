"""Customers ranked by an indicator, and the few that bring most of it (80/20). See ``tools/pareto.py``."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL, formatLang

#: Key customers are the smallest set that brings this share of the total.
KEY_SHARE = 0.8


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _company_of_values(self, company):
        """Return the company under which the values for ``company`` are kept: none where documents have none."""
        self.ensure_one()
        counted = self.sudo().numerator_id if self.kind == "ratio" else self
        return company if counted.company_path else company.browse()

    def _ranked_sql(self, company):
        """Return a SELECT of the customers of a company that have a value, best first.

        Columns: partner_id, customer_id (the profile), value, rank, ranked (how many), total (of the positive values),
        before (what all strictly better ones hold). Undefined values come last and hold nothing, like negative ones.
        """
        positive = SQL("GREATEST(v.quantity_window::numeric, 0)")
        return SQL(
            """
            SELECT v.partner_id, customer.id AS customer_id, v.quantity_window AS value,
                   RANK() OVER (ORDER BY v.quantity_window DESC NULLS LAST) AS rank, COUNT(*) OVER () AS ranked,
                   SUM(%(positive)s) OVER () AS total,
                   SUM(%(positive)s) OVER (ORDER BY v.quantity_window DESC NULLS LAST RANGE UNBOUNDED PRECEDING)
                   - SUM(%(positive)s) OVER (PARTITION BY v.quantity_window) AS before
              FROM crm_measure_value v
              JOIN crm_customer customer ON customer.partner_id = v.partner_id AND customer.company_id = %(company)s
             WHERE v.measure_id = %(measure)s AND COALESCE(v.company_id, 0) = %(place)s
            """,
            positive=positive,
            company=company.id,
            measure=self.id,
            place=self._company_of_values(company).id or 0,
        )

    def _key_customers(self, company, share=KEY_SHARE):
        """Return who brings most of the indicator's window in ``company``.

        :return: dict with ``key`` (number of customers), ``ranked`` (of how many), ``total`` (of the positive values,
            in the unit of the indicator; money in the currency of the company) and ``share`` (what they bring, 0 to 1)
        """
        self._check_values_access()
        self.env.flush_all()
        key, ranked, total, held = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FILTER (WHERE %(is_key)s), COUNT(*), COALESCE(MAX(total), 0)::float8,
                       COALESCE(SUM(value) FILTER (WHERE %(is_key)s), 0)::float8
                  FROM (%(ranked)s) customer
                """,
                is_key=SQL("value > 0 AND before < %s * total", share),
                ranked=self._ranked_sql(company),
            )
        )[0]
        return {"key": key, "ranked": ranked, "total": total, "share": held / total if total > 0 else 0.0}

    def _key_customers_text(self, company):
        """Return the answer to 80/20 in words, or why there is none."""
        self.ensure_one()
        if self.kind == "ratio" or not self._is_additive():
            return self.env._("%(indicator)s cannot be added up, so nobody holds a share of it.", indicator=self.name)
        try:
            found = self._key_customers(company)
        except AccessError:
            return self.env._("You may not see the values of %(indicator)s.", indicator=self.name)
        if not found["ranked"]:
            return self.env._("No customer has a value yet.")
        if found["total"] <= 0:
            return self.env._("The total is not positive, so nobody brings a share of it.")
        currency = company.currency_id if self.is_monetary else None
        total = formatLang(self.env, found["total"], digits=0, currency_obj=currency)
        if not currency and self.unit:
            total = f"{total} {self.unit}"
        return self.env._(
            "%(key)s of %(ranked)s customers bring %(share)s %% of %(total)s (%(indicator)s, %(days)s days).",
            key=found["key"],
            ranked=found["ranked"],
            share=formatLang(self.env, 100 * found["share"], digits=1),
            total=total,
            indicator=self.name,
            days=self.window_days,
        )
