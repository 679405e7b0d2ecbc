"""What other addons ask an indicator: figures of any range of dates, and the documents behind them."""

from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    @api.model
    def _own_partner_ids(self):
        """Return the ids of our own companies' contacts, which are never customers; branches included."""
        return self.env["res.company"].sudo().with_context(active_test=False).search([]).partner_id.ids

    # Figures of any range

    def _values(self, date_from, date_to, company, partners=None):
        """Return ``{commercial partner id: quantity}`` over the documents dated in a range, both ends included.

        :param company: ``res.company``, or an empty one for documents without a company
        :param partners: the only customers wanted; None for all
        :return: quantities in the measure's unit; money in the currency of ``company``; None where undefined
        """
        self._check_values_access()
        only = None if partners is None else SQL("SELECT UNNEST(%s::integer[])", partners.ids)
        rows = self.env.execute_query(self._sql_rows(company, date_from, date_to, only))
        return {partner: quantity for partner, quantity, _documents in rows}

    def _values_by_user(self, date_from, date_to, company):
        """Return ``{user id: quantity}`` over the documents of each user dated in a range, both ends included.

        A document of two users counts in full for each of them, one of two customers once.
        """
        return self._values_by("user_id", date_from, date_to, company)

    def _values_by_team(self, date_from, date_to, company):
        """Return ``{sales team id: quantity}``: by the document's team, else by that of its user."""
        return self._values_by("team_id", date_from, date_to, company)

    def _total(self, date_from, date_to, company):
        """Return the quantity of all customers together; a document of several customers counts once."""
        self._check_values_access()
        query = self._range_sql(SQL("0"), SQL("key"), company, date_from, date_to, once=True)
        rows = self.env.execute_query(query)
        return rows[0][1] if rows else self._nothing()

    def _months(self, partner, company, months=24):
        """Return ``[{"month": first day, "quantity": number or None, "documents": number}]``, oldest first.

        Months without documents are there too; the last one is the current month.
        """
        self._check_values_access()
        today = company._crm_today() if company else fields.Date.today()
        first = today.replace(day=1) - relativedelta(months=months - 1)
        only = SQL("SELECT UNNEST(%s::integer[])", partner.commercial_partner_id.ids)
        month = SQL("DATE_TRUNC('month', doc.day)::date")
        # With the customer's share of each document, so that the months add up to the figure.
        query = self._range_sql(month, SQL("key"), company, first, today, only)
        found = {row[0]: row[1:] for row in self.env.execute_query(query)}
        result = []
        for number in range(months):
            day = first + relativedelta(months=number)
            quantity, documents = found.get(day, (self._nothing(), 0))
            result.append({"month": day, "quantity": quantity, "documents": documents})
        return result

    def _nothing(self):
        """Return the quantity of no documents."""
        return 0.0 if self.kind == "documents" and self._is_additive() else None

    # Their SQL

    def _sql_rows(self, company, date_from, date_to, only=None):
        """Return a SELECT of (partner_id, quantity, documents) over the documents dated in a range."""
        return self._range_sql(SQL("doc.partner_id"), SQL("partner_id"), company, date_from, date_to, only)

    def _values_by(self, column, date_from, date_to, company):
        self._check_values_access()
        key = SQL("doc.%s", SQL.identifier(column))
        query = self._range_sql(key, SQL("key"), company, date_from, date_to, once=column)
        return {person: quantity for person, quantity, _documents in self.env.execute_query(query) if person}

    def _range_sql(self, key, name, company, date_from, date_to, only=None, once=None):
        """Return a SELECT of (key AS name, quantity, documents) of the documents dated in a range.

        :param once: count each document once and not once a customer; or the column of people to count it once for
        """
        self.ensure_one()
        if self.kind == "ratio":
            parts = [
                part._range_sql(key, name, company, date_from, date_to, only, once)
                for part in (self.numerator_id, self.denominator_id)
            ]
            return SQL(
                "SELECT whole.%(name)s, %(ratio)s AS quantity, whole.documents FROM (%(whole)s) whole"
                " LEFT JOIN (%(part)s) part ON part.%(name)s IS NOT DISTINCT FROM whole.%(name)s",
                name=name,
                ratio=self._ratio_sql(SQL("part.quantity"), SQL("whole.quantity")),
                whole=parts[1],
                part=parts[0],
            )
        people = isinstance(once, str)
        documents = self._documents_sql(company, only, people=people)
        if once and (people or self._reaches_many("partner_path")):
            documents = self._once_sql(documents, once if people else None)
        return SQL(
            "SELECT %s AS %s, %s AS quantity, COUNT(*)::integer AS documents FROM (%s) doc"
            " WHERE doc.day BETWEEN %s AND %s GROUP BY 1",
            key,
            name,
            self._defined_sql(self._aggregate_sql()),
            documents,
            date_from,
            date_to,
        )

    def _once_sql(self, documents, column):
        """Return the documents once each, or once for each user or team, whatever the number of customers."""
        person = SQL()
        if column == "user_id":
            person = SQL(", user_id")
        elif column:
            # The membership that makes the user's own sales team: the first one that is active.
            person = SQL(
                ", COALESCE(team_id, (SELECT member.crm_team_id FROM crm_team_member member"
                " WHERE member.user_id = reached.user_id AND member.active"
                " ORDER BY member.create_date, member.id LIMIT 1)) AS team_id"
            )
        return SQL(
            "SELECT DISTINCT document_id%s, day, amount, 1::float8 AS share FROM (%s) reached", person, documents
        )

    # Documents

    def _documents_action(self, partners, company, date_from=None, date_to=None):
        """Return the action that opens the documents behind a figure of some customers.

        :param partners: commercial partners
        :param company: ``res.company``, or an empty one
        """
        self.ensure_one()
        if self.kind == "ratio":
            return {**self.denominator_id._documents_action(partners, company, date_from, date_to), "name": self.name}
        domain = self._parsed_domain() & Domain(self._commercial_path(), "in", partners.ids)
        if self.company_path:
            domain &= Domain(self.company_path, "=", company.id or False)
        if date_from:
            domain &= Domain(self.date_field, ">=", self._day_start(date_from, company))
        if date_to:
            # For a moment in time the whole last day counts.
            domain &= Domain(self.date_field, "<", self._day_start(date_to + timedelta(days=1), company))
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model_name,
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"create": False, "active_test": False},
        }

    def _day_start(self, day, company):
        """Return the day, or for a field with time the moment it begins where the company is, as text."""
        if self.env[self.model_name]._fields[self.date_field].type == "date":
            return fields.Date.to_string(day)
        midnight = pytz.timezone(self._zone(company)).localize(datetime.combine(day, time.min))
        return fields.Datetime.to_string(midnight.astimezone(pytz.utc).replace(tzinfo=None))
