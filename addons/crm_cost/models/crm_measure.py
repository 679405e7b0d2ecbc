from ast import literal_eval

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    @api.constrains("model_id")
    def _check_no_profit(self):
        """Everybody with customer profiles reads the values of indicators: none may be made of cost or profit."""
        for measure in self:
            if measure.model_name.startswith("crm.cost."):
                raise ValidationError(
                    self.env._(
                        "%(documents)s cannot be counted by an indicator: cost and profit are for those with the right "
                        "Customer Profitability only.",
                        documents=measure.model_id.name,
                    )
                )

    def _cost_rows_sql(self, company, date_from, date_to):
        """Return a SELECT of (partner_id, quantity): the customers', then that of documents for nobody or for us.

        Work on a document without customer used up capacity too. It must not look unused, and no customer pays for it.
        """
        self.ensure_one()
        customers = self._sql_rows(company, date_from, date_to)
        return SQL(
            "SELECT partner_id, quantity FROM (%s) customer_rows UNION ALL SELECT doc.partner_id,"
            " %s AS quantity FROM (%s) doc WHERE doc.day BETWEEN %s AND %s GROUP BY doc.partner_id",
            customers,
            self._aggregate_sql(),
            self._other_documents_sql(company),
            date_from,
            date_to,
        )

    def _other_documents_sql(self, company):
        """Return a SELECT of (partner_id, day, amount) over the documents for nobody or for our companies."""
        model = self._reader(company)
        domain = Domain(literal_eval(self.domain))
        if self.company_path:
            domain &= Domain(self.company_path, "=", company.id)
        query = model._search(domain, bypass_access=self.reviewed)
        partner = model._read_group_groupby(model._table, self._commercial_path(), query)
        amount = SQL("NULL::numeric")
        if self.aggregate == "sum":
            amount = SQL("%s * %s", int(self.sign), model._field_to_sql(model._table, self.value_field, query))
        return SQL(
            "SELECT %(partner)s AS partner_id, %(day)s AS day, %(amount)s AS amount FROM %(source)s"
            " WHERE %(where)s AND (%(partner)s IS NULL OR %(partner)s IN (%(own)s))",
            partner=partner,
            day=self._day_sql(model, company, query),
            amount=amount,
            source=query.from_clause,
            where=query.where_clause or SQL("TRUE"),
            own=SQL("SELECT partner_id FROM res_company"),
        )
