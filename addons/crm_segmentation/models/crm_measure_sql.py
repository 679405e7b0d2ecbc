"""The SQL of an indicator's documents: the ORM writes filter and paths, PostgreSQL reads the rows."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, groupby

#: Our own companies' contacts are never customers.
OWN_PARTNERS = SQL("SELECT partner_id FROM res_company")


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    # Whose documents, in which surroundings

    def _companies(self):
        """Return the companies whose documents count: all of them, or those of an owner nobody reviewed."""
        companies = self.env["res.company"].with_context(active_test=False).search([], order="id")
        return companies if self.reviewed else companies & self.owner_id.company_ids

    def _passes(self):
        """Return the recordsets of companies that one statement each computes.

        Several companies go together when the measure is plain and their day and clock are the same; an empty
        recordset stands for documents without a company.
        """
        self._check_computable()
        if self.kind == "ratio":
            return self._ratio_passes()
        if not self.company_path:
            return [self.env["res.company"]]
        companies = self._companies()
        if self._plainness()[0]:
            companies = companies.sorted(lambda company: (self._clock(company), company.id))
            passes = [self.env["res.company"].concat(*same) for _clock, same in groupby(companies, self._clock)]
        else:
            passes = list(companies)
        return passes + ([self.env["res.company"]] if self._may_lack_company() else [])

    def _clock(self, company):
        """Return what the day of a document, and today, depend on in ``company``."""
        return fields.Date.to_string(company._crm_today()), company._crm_timezone()

    def _may_lack_company(self):
        """Say whether there are documents, or values left over from them, that belong to no company."""
        if self._needs_company():
            return False
        model = self.env[self.model_name].sudo()
        field = model._fields.get(self.company_path)
        if not field or not field.store:
            return True
        if field.required:
            return False
        rows = self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM %s AS document WHERE %s IS NULL) OR EXISTS (SELECT FROM crm_measure_value"
                " WHERE measure_id = %s AND COALESCE(company_id, 0) = 0)",
                model._table_sql,
                SQL.identifier("document", field.name, to_flush=field),
                self.id,
            )
        )
        return rows[0][0]

    def _reader(self, companies):
        """Return the documents' model with the rights and the surroundings in which the measure is computed.

        Company calendar, time zone and language come from the company and never from the caller.
        """
        model = self.env[self.model_name]
        model = model.sudo() if self.reviewed else model.with_user(self.owner_id)
        if companies:
            model = model.with_company(companies[0]).with_context(
                allowed_company_ids=companies.ids, tz=companies[0]._crm_timezone()
            )
        return model.with_context(active_test=False, lang="en_US")

    # Documents

    def _documents_sql(self, companies, only=None, people=False):
        """Return a SELECT of (document_id, company_id, partner_id, day, amount, share): the documents of customers.

        One row per document and customer. ``amount`` is NULL for indicators that read none; ``share`` is the part of
        the document that is this customer's.

        :param companies: one of ``_passes()``; empty for documents without a company
        :param SQL only: SELECT of the ids of the only customers wanted
        :param bool people: also give user_id and team_id, a row for each of them
        """
        return self._rows_sql(companies, only, people, SQL("partner_id NOT IN (%s)", OWN_PARTNERS))

    def _rows_sql(self, companies, only=None, people=False, whose=None):
        """Return the rows of ``_documents_sql`` of the partners that meet ``whose``, a condition on partner_id."""
        self.ensure_one()
        rows = self._reached_sql(companies, only, people)
        if self._reaches_many("partner_path") and self.multi_customer == "shared":
            # A share is one of all the customers of the document, whoever was asked for; we ourselves are none.
            sharers = SQL("SELECT * FROM (%s) reached WHERE partner_id NOT IN (%s)", rows, OWN_PARTNERS)
            each = SQL("document_id, user_id, team_id") if people else SQL("document_id")
            rows = SQL(
                "SELECT shared.*, 1 / (COUNT(*) OVER (PARTITION BY %s))::float8 AS share FROM (%s) shared",
                each,
                sharers,
            )
            whose = only and SQL("partner_id IN (%s)", only)
        else:
            rows = SQL("SELECT reached.*, 1::float8 AS share FROM (%s) reached", rows)
        return SQL("SELECT * FROM (%s) doc WHERE %s", rows, whose) if whose else rows

    def _reached_sql(self, companies, only, people):
        """Return a SELECT of each document with each partner it reaches, once."""
        model, query, columns, conditions = self._parts_sql(companies, people)
        if only and self._reaches_many("partner_path") and self.multi_customer == "shared":
            _model, touched, other, wanted = self._parts_sql(companies, False)
            conditions.append(
                SQL(
                    "%s IN (SELECT %s FROM %s WHERE %s)",
                    columns["document_id"],
                    other["document_id"],
                    touched.from_clause,
                    SQL(" AND ").join([*wanted, SQL("%s IN (%s)", other["partner_id"], only)]),
                )
            )
        elif only:
            conditions.append(SQL("%s IN (%s)", columns["partner_id"], only))
        many = self._reaches_many("partner_path") or people
        return SQL(
            "SELECT %s %s FROM %s WHERE %s",
            SQL("DISTINCT") if many else SQL(),
            SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in columns.items()),
            query.from_clause,
            SQL(" AND ").join(conditions),
        )

    def _parts_sql(self, companies, people):
        """Return (model, query, columns by name, conditions) of the documents that count for anybody."""
        model, query, columns, conditions = self._base_sql(companies)
        columns["amount"], counted = self._amount_sql(model, query, companies)
        if people:
            columns.update(self._people_sql(model, query))
        return model, query, columns, conditions + counted

    def _base_sql(self, companies, nobody=False):
        """Return (model, query, columns, conditions) of the documents with a partner and a day, of any amount.

        :param bool nobody: also those without a partner, or with our own people
        """
        model = self._reader(companies)
        query = model._search(self._parsed_domain() & self._shown_domain(model), bypass_access=self.reviewed)
        if query._ids:
            # The model filtered in Python: every document would pass through the server's memory.
            raise UserError(
                self.env._(
                    "%(documents)s can only be counted by an indicator that an administrator reviewed.",
                    documents=self._model_label(model),
                )
            )
        columns = {
            "document_id": SQL.identifier(model._table, "id"),
            "company_id": self._company_sql(model, query),
            "partner_id": self._path_sql(model, model._table, self._commercial_path(), query),
            "day": self._day_sql(model, companies, query),
        }
        conditions = [query.where_clause] if query.where_clause else []
        if self.company_path:
            among = SQL("IN %s", tuple(companies.ids)) if companies else SQL("IS NULL")
            conditions.append(SQL("%s %s", columns["company_id"], among))
        conditions.append(SQL("%s IS NOT NULL", columns["day"]))
        if not nobody:
            conditions.append(SQL("%s IS NOT NULL", columns["partner_id"]))
        if self._reaches_many("partner_path") and not nobody:
            # Among several guests some are our own people, who are there for the customers and are none.
            contact = self._commercial_path().removesuffix("commercial_partner_id")
            outside = self._path_sql(model, model._table, f"{contact}partner_share", query)
            conditions.append(SQL("%s IS NOT FALSE", outside))
        return model, query, columns, conditions

    # Columns

    def _company_sql(self, model, query):
        """Return SQL of the company of a document."""
        return self._path_sql(model, model._table, self.company_path, query) if self.company_path else SQL("NULL::int")

    def _day_sql(self, model, companies, query):
        """Return SQL of the day on which a document counts, where the company is."""
        return self._date_sql(model, self.date_field, companies, query)

    def _date_sql(self, model, name, companies, query):
        """Return SQL of the day of a date or time, where the company is."""
        day = model._field_to_sql(model._table, name, query)
        if model._fields[name].type == "date":
            return day
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", day, self._zone(companies))

    def _zone(self, companies):
        return companies[0]._crm_timezone() if companies else "UTC"

    def _people_sql(self, model, query):
        """Return SQL of user and team of a document, by name; NULL where no path leads to them."""
        paths = {"user_id": self.user_path, "team_id": self.team_path}
        return {
            name: self._path_sql(model, model._table, path, query) if path else SQL("NULL::int")
            for name, path in paths.items()
        }
