from odoo import api, models
from odoo.exceptions import ValidationError
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

    @api.model
    def _shown(self):
        """Whoever may read cost reads how often each activity was done for a customer."""
        activities_sudo = self.env["crm.cost.activity"].sudo().with_context(active_test=False).search([])
        return [*super()._shown(), (self.env._("Cost Activities"), activities_sudo.measure_id)]

    def _cost_rows_sql(self, company, date_from, date_to):
        """Return a SELECT of (partner_id, quantity): the customers', then that of documents for nobody or for us.

        Work on a document without customer used up capacity too. It must not look unused, and no customer pays for it.
        """
        self.ensure_one()
        return SQL(
            "SELECT doc.partner_id, %s AS quantity FROM (%s) doc WHERE doc.day BETWEEN %s AND %s"
            " GROUP BY doc.partner_id",
            self._aggregate_sql(),
            self._cost_documents_sql(company),
            date_from,
            date_to,
        )

    def _cost_documents_sql(self, company):
        """Return a SELECT of (partner_id, day, amount, share, ...) over all documents, in one pass if possible."""
        if self._reaches_many("partner_path"):
            return SQL("%s UNION ALL %s", self._documents_sql(company), self._other_documents_sql(company))
        model, query, columns, conditions = self._base_sql(company, nobody=True)
        columns["amount"], counted = self._amount_sql(model, query, company)
        return SQL(
            "SELECT %s, 1::float8 AS share FROM %s WHERE %s",
            SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in columns.items()),
            query.from_clause,
            SQL(" AND ").join([*conditions, *counted]),
        )

    def _other_documents_sql(self, company):
        """Return a SELECT of (partner_id, day, amount, share) over the documents for nobody.

        Only for documents that reach several contacts; of the others one statement finds everybody's.
        """
        model, query, columns, conditions = self._base_sql(company, nobody=True)
        columns["amount"], counted = self._amount_sql(model, query, company)
        # Whoever else was there: a document with a customer is that customer's.
        customers = SQL("SELECT document_id FROM (%s) reached", self._documents_sql(company))
        conditions.append(SQL("%s NOT IN (%s)", columns["document_id"], customers))
        columns["partner_id"] = SQL("NULL::integer")
        return SQL(
            "SELECT DISTINCT %s, 1::float8 AS share FROM %s WHERE %s",
            SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in columns.items()),
            query.from_clause,
            SQL(" AND ").join([*conditions, *counted]),
        )
