"""Whom a question could be about: the documents or profiles of a schedule about which nothing was decided yet."""

from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import periods, sampling
from ..tools.quiet import instant
from .crm_satisfaction_occasion import STAND_FOR

#: Documents stay in sight so long after they are too late, for the decision not to ask to be recorded.
SEEN_LATE = timedelta(days=7)
#: Candidates a statement decides about.
BATCH = 20_000


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    def _candidates_sql(self, owner, span=None, limit=BATCH):
        """Return a SELECT of (subject_key, res_id, partner_id, at, drawn_in, place): what a question could be about.

        ``subject_key`` tells contacts of one document apart, or profiles of one period; ``at`` is when it happened;
        ``drawn_in`` the period in which contacts are drawn; ``place`` the order, oldest first.

        :param owner: with whose rights documents and profiles are looked at
        :param span: (from, until) in which it happened, decided or not; by default what is due now and undecided
        """
        self.ensure_one()
        find = self._documents_sql if self.trigger == "document" else self._profiles_sql
        return SQL(
            "SELECT found.*, ROW_NUMBER() OVER (ORDER BY at, res_id, partner_id) AS place FROM (%s) found"
            " ORDER BY place LIMIT %s",
            find(owner, span),
            limit,
        )

    def _listed_sql(self, partners):
        """Return the same SELECT of contacts somebody chose: nothing is drawn, and asking again is a new decision."""
        return SQL(
            "SELECT NULL::int AS subject_key, NULL::int AS res_id, id AS partner_id, NULL::timestamp AS at,"
            " NULL::text AS drawn_in, place FROM UNNEST(%s::int[]) WITH ORDINALITY AS chosen (id, place)",
            list(partners._origin.ids),
        )

    # Documents

    def _documents_sql(self, owner, span):
        zone, measure = self.company_id._crm_timezone(), self._as_measure(owner)
        many = measure._reaches_many("partner_path")
        model, query, columns, conditions = measure._base_sql(self.company_id, nobody=not many)
        named = measure._path_sql(model, model._table, self.partner_path, query)
        document, subject = columns["document_id"], named if many else SQL("0")
        moment, at = self._moment_sql(model, query, zone)
        conditions += self._within_sql(moment, model._fields[self.date_field].type, span or self._due_span(), zone)
        conditions += self._in_company_sql(measure, model, query) + self._shown_sql(model, query, document, named)
        if not span:
            conditions.append(self._undecided_sql(document, subject))
        return SQL(
            "SELECT DISTINCT %s::int AS subject_key, %s AS res_id, %s AS partner_id, %s AS at, %s AS drawn_in"
            " FROM %s WHERE %s",
            subject,
            document,
            named,
            at,
            SQL("to_char(%s, 'YYYY-MM')", at),
            query.from_clause,
            SQL(" AND ").join(conditions),
        )

    def _due_span(self):
        """Return (from, until): when something must have happened for its question to be due now."""
        now, zone = fields.Datetime.now(), self.company_id._crm_timezone()
        until = now - self._delay_delta()
        begins = [until - timedelta(days=self.late_days) - SEEN_LATE]
        if self.date_from:
            begins.append(instant(self.date_from, 0, zone))
        if self.watch_from:
            begins.append(self.watch_from)
        return max(begins), until

    def _delay_delta(self):
        return timedelta(**{self.delay_unit: self.delay})

    def _moment_sql(self, model, query, zone):
        """Return SQL of the date as it is stored, and of the moment (UTC) at which it happened."""
        stored = model._field_to_sql(model._table, self.date_field, query)
        if model._fields[self.date_field].type == "datetime":
            return stored, stored
        return stored, SQL("(%s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC')", stored, zone)

    def _within_sql(self, stored, kind, span, zone):
        """Return the conditions that something happened within a span; days count where the company is."""
        low, high = span
        if kind == "date":
            low, high = (pytz.utc.localize(end).astimezone(pytz.timezone(zone)).date() for end in span)
        return [SQL("%s >= %s", stored, low), SQL("%s <= %s", stored, high)]

    def _in_company_sql(self, measure, model, query):
        """Return the condition that a document is of the schedule's company, or of none."""
        if not self.company_path:
            return []
        company = measure._path_sql(model, model._table, self.company_path, query)
        return [SQL("(%s IS NULL OR %s = %s)", company, company, self.company_id.id)]

    def _shown_sql(self, model, query, document, named):
        """Return the conditions on meetings: private ones are nobody's business, and who declined was not there."""
        if model._name != "calendar.event":
            return []
        public = Domain(model._get_default_privacy_domain()).optimize_full(model)
        return [
            public._to_sql(model, model._table, query),
            SQL(
                "NOT EXISTS (SELECT FROM calendar_attendee guest WHERE guest.event_id = %s AND guest.partner_id = %s"
                " AND guest.state = 'declined')",
                document,
                named,
            ),
        ]

    def _undecided_sql(self, document, subject):
        return SQL(
            "NOT EXISTS (SELECT FROM crm_satisfaction_request known WHERE known.program_id = %s AND known.res_id = %s"
            " AND known.subject_key = %s AND known.res_model = %s)",
            self.id,
            document,
            subject,
            self._document_model(),
        )

    # Profiles

    def _profiles_sql(self, owner, span):
        """Return the profiles that the owner may see and the filter finds, each on its own day of the period."""
        company, zone = self.company_id, self.company_id._crm_timezone()
        cards = self.env["crm.customer"].with_user(owner).with_company(company)
        cards = cards.with_context(allowed_company_ids=company.ids, active_test=False, tz=zone, lang="en_US")
        domain = self._read_filter(self.customer_domain, self.name)
        query = cards._search(Domain("company_id", "=", company.id) & domain)
        today = company._crm_today()
        start, end = self._period() or (today, today)
        customer = SQL.identifier(cards._table, "partner_id")
        ticket, days = sampling.ticket_sql("day", self.id, customer), (end - start).days if self.spread else 0
        day = SQL("(%s::date + FLOOR(%s * %s)::int)", start, ticket, days)
        conditions = [query.where_clause] if query.where_clause else []
        if not span:
            conditions.append(SQL("%s <= %s", day, today) if self._period() else SQL("FALSE"))
            conditions.append(self._unasked_sql(start, customer))
        return SQL(
            "SELECT %s AS subject_key, NULL::int AS res_id, %s AS partner_id, %s::timestamp AS at,"
            " %s::text AS drawn_in FROM %s WHERE %s",
            customer,
            customer,
            day,
            fields.Date.to_string(start),
            query.from_clause,
            SQL(" AND ").join(conditions or [SQL("TRUE")]),
        )

    def _unasked_sql(self, start, customer):
        return SQL(
            "NOT EXISTS (SELECT FROM crm_satisfaction_request known WHERE known.program_id = %s"
            " AND known.trigger_day = %s AND known.subject_key = %s AND known.res_id IS NULL)",
            self.id,
            start,
            customer,
        )

    def _period(self):
        """Return (first day, first day of the next) of the period of today; None before the schedule begins."""
        today = self.company_id._crm_today()
        return periods.current(self.date_from or today, self.every_months, today)

    def _document_model(self):
        """Return the model of the documents the question is about; False for a question about the whole relation."""
        return STAND_FOR.get(self.model_name, self.model_name) if self.trigger == "document" else False

    def _check_runnable(self):
        """Refuse in words to plan what cannot be asked now; what waits is planned when it can be."""
        survey, owner = self.survey_id, self.owner_id.sudo()
        if not survey.active or not self.question_id:
            raise UserError(self.env._("The survey is archived, or has no question for the score any more."))
        if not owner.active and not owner._is_superuser():
            raise UserError(
                self.env._("%(owner)s, as whom the schedule sees documents, is archived.", owner=owner.name)
            )
        if not owner._is_superuser() and self.company_id not in owner.company_ids:
            raise UserError(
                self.env._(
                    "%(owner)s, as whom the schedule sees documents, does not work in %(company)s.",
                    owner=owner.name,
                    company=self.company_id.name,
                )
            )
        self._check_trigger_parts(owner)
