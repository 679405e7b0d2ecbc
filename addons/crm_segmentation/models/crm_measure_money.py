"""Money in the document's own currency becomes the company's, at the rate of the document's day."""

from odoo import models
from odoo.tools import SQL


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _currency_path(self):
        """Return the path to the currency of the amounts; None when it is the company's own, or no money at all."""
        if not self._reads_amount() or self.value_source == "elapsed" or self.aggregate == "distinct":
            return None
        *links, last = (self.value_field or "").split(".")
        model = self.env[self.model_name]
        for link in links:
            model = self.env[model._fields[link].comodel_name]
        field = model._fields.get(last)
        name = field.get_currency_field(model) if field is not None and field.type == "monetary" else None
        if not name or _is_company_currency(model._fields[name]):
            return None
        return ".".join([*links, name])

    def _money_sql(self, model, query, companies, amount):
        """Return SQL of an amount in company currency, and the conditions under which it is known.

        A day without a rate leaves the document out: it is listed with the missing rates and never taken at 1.
        """
        path = self._currency_path()
        if not path:
            return amount, []
        currency = self._path_sql(model, model._table, path, query)
        company = self._home_sql(model, query)
        day = self._day_sql(model, companies, query)
        converted = SQL(
            "CASE WHEN %(currency)s = %(company)s.currency_id THEN COALESCE(%(amount)s, 0)"
            " ELSE COALESCE(%(amount)s, 0) * %(home_rate)s / %(rate)s END",
            currency=currency,
            company=company,
            amount=amount,
            home_rate=_home_rate_sql(company, day),
            rate=_rate_sql(currency, company, day),
        )
        return converted, [SQL("(%s) IS NOT NULL", converted)]

    def _home_sql(self, model, query):
        """Join the company of a document; return its alias."""
        alias = query.make_alias(model._table, "home_company")
        company = self._company_sql(model, query)
        query.add_join("LEFT JOIN", alias, "res_company", SQL("%s = %s", SQL.identifier(alias, "id"), company))
        return SQL.identifier(alias)

    def _missing_rates_sql(self, companies):
        """Return a SELECT of (company_id, currency_id, documents, first_date, last_date) that no rate converts."""
        path = self._currency_path()
        model, query, columns, conditions = self._base_sql(companies)
        currency = self._path_sql(model, model._table, path, query)
        amount = self._path_sql(model, model._table, self.value_field, query)
        known = self._money_sql(model, query, companies, amount)[1]
        return SQL(
            "SELECT company_id, currency_id, COUNT(DISTINCT document_id)::integer AS documents, MIN(day) AS first_date,"
            " MAX(day) AS last_date FROM (SELECT %(columns)s, %(currency)s AS currency_id FROM %(source)s"
            " WHERE %(where)s) doc WHERE currency_id IS NOT NULL GROUP BY company_id, currency_id",
            columns=SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in columns.items()),
            currency=currency,
            source=query.from_clause,
            where=SQL(" AND ").join([*conditions, SQL("%s <> 0", amount), *(SQL("NOT (%s)", sql) for sql in known)]),
        )

    def _refresh_missing_rates(self):
        """List the rates that the last refresh lacked, in place of those of the refresh before."""
        self.ensure_one()
        missing_sudo = self.env["crm.measure.missing.rate"].sudo()
        missing_sudo.search([("measure_id", "=", self.id)]).unlink()
        if self.kind == "ratio" or not self._currency_path():
            return
        names = ("company_id", "currency_id", "documents", "first_date", "last_date")
        for companies in filter(None, self._passes()):
            rows = self.env.execute_query(self._missing_rates_sql(companies))
            missing_sudo.create([{"measure_id": self.id, **dict(zip(names, row, strict=True))} for row in rows])


def _is_company_currency(field):
    """Say whether a currency field names the currency of the document's company."""
    related = (field.related or "").split(".")
    return field.name.startswith("company_currency") or related[-2:] == ["company_id", "currency_id"]


def _rate_sql(currency, company, day):
    """Return SQL of the rate of a day as core finds it: the company's own before the common, the latest until then."""
    return SQL(
        "(SELECT rate.rate FROM res_currency_rate rate WHERE rate.currency_id = %(currency)s AND rate.name <= %(day)s"
        " AND (rate.company_id IS NULL OR rate.company_id = %(root)s)"
        " ORDER BY rate.company_id, rate.name DESC LIMIT 1)",
        currency=currency,
        day=day,
        root=_root_sql(company),
    )


def _home_rate_sql(company, day):
    """Return SQL of the rate of the company's own currency; without any rate it is the one all others refer to."""
    return SQL(
        "COALESCE(%(rate)s, CASE WHEN NOT EXISTS (SELECT FROM res_currency_rate rate"
        " WHERE rate.currency_id = %(company)s.currency_id"
        " AND (rate.company_id IS NULL OR rate.company_id = %(root)s)) THEN 1 END)",
        rate=_rate_sql(SQL("%s.currency_id", company), company, day),
        company=company,
        root=_root_sql(company),
    )


def _root_sql(company):
    return SQL("SPLIT_PART(%s.parent_path, '/', 1)::integer", company)
