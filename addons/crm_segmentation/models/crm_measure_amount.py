"""What is read from each document: a field, or the time between two dates; and the limit it is held against."""

from datetime import UTC, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import worktime

#: Aggregates that read an amount from each document.
AMOUNT_AGGREGATES = ("sum", "avg", "median", "min", "max", "distinct", "within")
#: Nothing real is larger; NaN and infinity are, for PostgreSQL, larger than everything.
LARGEST = 1e100
#: Working time is counted for documents whose clock runs within so many years around today.
WORKTIME_YEARS = 30

ELAPSED_UNITS = [
    ("days", "Days"),
    ("hours", "Hours"),
    ("minutes", "Minutes"),
    ("working_hours", "Working hours"),
    ("working_minutes", "Working minutes"),
]


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    value_source = fields.Selection(
        [("field", "A field of the document"), ("elapsed", "Time between two dates")],
        string="Amount From",
        required=True,
        default="field",
        help="Where the amount of a document comes from. Time between two dates measures how long something took, "
        "for example from the due date to the payment.",
    )
    elapsed_from = fields.Char(string="From Date", help="Field with the date or time at which the clock starts.")
    elapsed_to = fields.Char(
        string="To Date",
        help="Field with the date or time at which the clock stops. Documents without it do not count.",
    )
    elapsed_unit = fields.Selection(
        ELAPSED_UNITS,
        default="days",
        help="Working time counts the hours of the company's working schedule, without its holidays.",
    )
    limit_operator = fields.Selection([("<=", "at most"), (">=", "at least")], default="<=")
    limit_value = fields.Float(
        string="Limit",
        digits=0,
        help="Documents whose amount meets the limit count as good; the figure is their share.",
    )

    def _reads_amount(self):
        return self.aggregate in AMOUNT_AGGREGATES

    def _uses_working_time(self):
        return self._reads_amount() and self.value_source == "elapsed" and "working" in (self.elapsed_unit or "")

    def _needs_company(self):
        """Say whether an amount means nothing without a company, because it becomes money of its currency."""
        return bool(self._currency_path())

    def _amount_sql(self, model, query, companies):
        """Return SQL of the amount of a document, and the conditions under which the document counts."""
        if not self._reads_amount():
            return SQL("NULL::float8"), []
        if self.value_source == "elapsed":
            amount = self._elapsed_sql(model, query, companies)
            conditions = [SQL("%s IS NOT NULL", amount)]
        else:
            amount = self._path_sql(model, model._table, self.value_field, query)
            if self.aggregate == "distinct":
                return amount, []
            amount, conditions = self._money_sql(model, query, companies, amount)
            conditions.append(self._finite_sql(model, amount))
        return (SQL("-(%s)", amount) if self.sign == "-1" else amount), conditions

    def _finite_sql(self, model, amount):
        """Return a condition that leaves out what is no number: one such amount would spoil every sum.

        Exact numbers are compared with NaN alone, which is much cheaper than with a large number.
        """
        for link in self.value_field.split("."):
            field = model._fields[link]
            model = model.env[field.comodel_name] if field.relational else model
        if field.column_type[0] == "numeric":
            return SQL("(%s < 'NaN') IS NOT FALSE", amount)
        if field.column_type[0] == "float8":
            return SQL("(%s BETWEEN %s AND %s) IS NOT FALSE", amount, -LARGEST, LARGEST)
        return SQL("TRUE")

    # Time between two dates

    def _elapsed_sql(self, model, query, companies):
        """Return SQL of the time between the two dates, in the unit of the indicator; negative when they are turned."""
        if self._uses_working_time():
            return self._worked_sql(model, query, companies)
        names = (self.elapsed_from, self.elapsed_to)
        if self.elapsed_unit == "days" and any(model._fields[name].type == "date" for name in names):
            start, end = (self._date_sql(model, name, companies, query) for name in names)
            return SQL("(%s - %s)::float8", end, start)
        start, end = (self._moment_sql(model, name, companies, query) for name in names)
        seconds = {"days": 86400, "hours": 3600, "minutes": 60}[self.elapsed_unit]
        return SQL("EXTRACT(EPOCH FROM %s - %s)::float8 / %s", end, start, seconds)

    def _moment_sql(self, model, name, companies, query):
        """Return SQL of a moment in universal time; a date begins at midnight where the company is."""
        value = model._field_to_sql(model._table, name, query)
        if model._fields[name].type == "datetime":
            return value
        return SQL("(%s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC')", value, self._zone(companies))

    def _worked_sql(self, model, query, companies):
        """Return SQL of the working time between the two dates: the rule of ``tools/worktime.py`` in SQL."""
        moments = [self._moment_sql(model, name, companies, query) for name in (self.elapsed_from, self.elapsed_to)]
        starts, ends, done = self._working_clock(model, query, companies, moments)
        query.add_join(
            "JOIN",
            "working_clock",
            SQL("(SELECT %s::float8[] AS starts, %s::float8[] AS ends, %s::float8[] AS done)", starts, ends, done),
            SQL("TRUE"),
        )
        first, last = starts[0], ends[-1]
        worked = [_clock_sql(SQL("EXTRACT(EPOCH FROM %s)::float8", moment)) for moment in moments]
        # Outside the clock's range working time is unknown, not zero.
        known = SQL(" AND ").join(
            SQL(
                "%s BETWEEN (TO_TIMESTAMP(%s) AT TIME ZONE 'UTC') AND (TO_TIMESTAMP(%s) AT TIME ZONE 'UTC')",
                m,
                first,
                last,
            )
            for m in moments
        )
        seconds = 3600 if self.elapsed_unit == "working_hours" else 60
        return SQL("CASE WHEN %s THEN (%s - %s) / %s END", known, worked[1], worked[0], seconds)

    def _working_clock(self, model, query, companies, moments):
        """Return starts, ends and seconds worked before, of the company's working hours while documents ran."""
        # A document without a company is answered in the hours of our first one.
        first = self.env["res.company"].sudo().with_context(active_test=False)
        company = companies[:1].sudo() or first.search([], order="id", limit=1)
        calendar = company.resource_calendar_id
        if not calendar:
            raise UserError(
                self.env._(
                    "%(company)s has no working schedule, which working time needs. Choose one in the settings.",
                    company=company.name,
                )
            )
        start, end = self._clock_range(query, moments)
        leaves = [("time_type", "=", "leave"), ("company_id", "in", [False, company.id])]
        intervals = calendar._work_intervals_batch(start, end, domain=leaves)[False]
        clock = worktime.clock((begin.timestamp(), stop.timestamp()) for begin, stop, _attendance in intervals)
        if not clock[0]:
            raise UserError(self.env._("The working schedule %(name)s has no working hours.", name=calendar.name))
        return clock

    def _clock_range(self, query, moments):
        """Return first and last moment that the clocks of the documents need, with whole weeks around them."""
        rows = self.env.execute_query(
            SQL(
                "SELECT MIN(LEAST(%s)), MAX(GREATEST(%s)) FROM %s WHERE %s",
                SQL(", ").join(moments),
                SQL(", ").join(moments),
                query.from_clause,
                query.where_clause or SQL("TRUE"),
            )
        )
        now, margin = fields.Datetime.now(), timedelta(days=14)
        years = timedelta(days=365 * WORKTIME_YEARS)
        start = max(rows[0][0] or now, now - years) - margin
        end = min(rows[0][1] or now, now + years) + margin
        return start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)


def _clock_sql(moment):
    """Return SQL of the seconds worked up to a moment, itself in seconds."""
    return SQL(
        "(CASE WHEN WIDTH_BUCKET(%(moment)s, working_clock.starts) = 0 THEN 0"
        " ELSE working_clock.done[WIDTH_BUCKET(%(moment)s, working_clock.starts)]"
        " + LEAST(%(moment)s, working_clock.ends[WIDTH_BUCKET(%(moment)s, working_clock.starts)])"
        " - working_clock.starts[WIDTH_BUCKET(%(moment)s, working_clock.starts)] END)",
        moment=moment,
    )
