"""The SQL behind an indicator: the ORM writes filter and paths, PostgreSQL counts."""

from ast import literal_eval

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

#: Aggregates that read an amount from the document, and the SQL function of each.
AMOUNT_AGGREGATES = {"sum": SQL("SUM"), "avg": SQL("AVG"), "min": SQL("MIN"), "max": SQL("MAX")}


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _reader(self, company):
        """Return the documents' model with the rights and the surroundings in which the measure is computed.

        Company calendar, time zone and language come from the company and never from the caller.
        """
        model = self.env[self.model_name]
        model = model.sudo() if self.reviewed else model.with_user(self.owner_id)
        if company:
            model = model.with_company(company).with_context(
                allowed_company_ids=company.ids, tz=company._crm_timezone()
            )
        return model.with_context(active_test=False, lang="en_US")

    def _documents_sql(self, company):
        """Return a SELECT of (partner_id, day, amount): one row per document that counts for a customer."""
        self.ensure_one()
        model = self._reader(company)
        domain = Domain(literal_eval(self.domain)) & Domain(self.partner_path, "!=", False)
        if self.company_path:
            domain &= Domain(self.company_path, "=", company.id or False)
        query = model._search(domain, bypass_access=self.reviewed)
        partner = model._read_group_groupby(model._table, self._commercial_path(), query)
        amount = SQL("NULL::numeric")
        if self.aggregate in AMOUNT_AGGREGATES:
            amount = SQL("%s * %s", int(self.sign), model._field_to_sql(model._table, self.value_field, query))
        day = self._day_sql(model, company, query)
        own = SQL("SELECT partner_id FROM res_company")
        return SQL(
            "SELECT %(partner)s AS partner_id, %(day)s AS day, %(amount)s AS amount FROM %(source)s"
            " WHERE %(where)s AND %(partner)s IS NOT NULL AND %(partner)s NOT IN (%(own)s)",
            partner=partner,
            day=day,
            amount=amount,
            source=query.from_clause,
            where=query.where_clause or SQL("TRUE"),
            own=own,
        )

    def _commercial_path(self):
        """Return the path to the customer proper: the commercial partner of whoever the path leads to."""
        if self.partner_path.split(".")[-1] == "commercial_partner_id":
            return self.partner_path
        return f"{self.partner_path}.commercial_partner_id"

    def _day_sql(self, model, company, query):
        """Return SQL of the day on which a document counts, where the company is."""
        day = model._field_to_sql(model._table, self.date_field, query)
        if model._fields[self.date_field].type == "date":
            return day
        zone = company._crm_timezone() if company else "UTC"
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", day, zone)

    def _aggregate_sql(self, condition=None):
        """Return SQL that aggregates alias ``doc`` (day, amount), over the rows that meet ``condition``."""
        only = SQL(" FILTER (WHERE %s)", condition) if condition else SQL()
        if self.aggregate == "count":
            return SQL("COUNT(*)%s", only)
        if self.aggregate == "days":
            return SQL("COUNT(DISTINCT doc.day)%s", only)
        return SQL("%s(doc.amount)%s", AMOUNT_AGGREGATES[self.aggregate], only)
