"""How long the documents of an indicator took: its quantity times minutes, a time equation, or recorded time."""

from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.time_equation import LONGEST

#: Only what adds up over customers can be work: an average of something is not twice the work for two.
ADDITIVE = ("count", "days", "sum")
#: Larger than every number on a document; NaN and infinity are, for PostgreSQL, larger than this.
LARGEST = 1e12


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _check_carries_cost(self):
        """Refuse indicators that nobody reviewed, that are not for everybody, or that do not add up."""
        self._check_open()
        for measure in self:
            if not measure.reviewed:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s has not been reviewed. An administrator must review an indicator before it can "
                        "carry cost.",
                        indicator=measure.name,
                    )
                )
            if measure.aggregate not in ADDITIVE or measure.kind != "documents":
                raise ValidationError(
                    self.env._(
                        "%(indicator)s cannot be added up over customers. Choose an indicator that counts or sums.",
                        indicator=measure.name,
                    )
                )

    def _time_rows_sql(self, company, date_from, date_to, base, terms, recorded=False):
        """Return a SELECT of (partner_id, quantity, minutes, doubtful): of customers, of nobody, of our companies.

        :param Decimal base: minutes of one unit
        :param tuple terms: (kind, path, filter, minutes) of the time equation
        :param bool recorded: the documents are timesheets; their hours are the minutes, and each counts once
        :return: ``doubtful`` is the number of documents whose minutes were impossible and count as none
        """
        if recorded:
            base, terms = Decimal(0), (("recorded", "unit_amount", "[]", Decimal(60)),)
        if not terms:
            return SQL(
                "SELECT work.partner_id, work.quantity, work.quantity::numeric * %s::numeric AS minutes, 0 AS doubtful"
                " FROM (%s) work",
                base,
                self._cost_rows_sql(company, date_from, date_to),
            )
        timed = self.with_context(crm_cost_terms=terms, crm_cost_span=(date_from, date_to))
        shared = self._reaches_many("partner_path") and self.multi_customer == "shared"
        possible = SQL("doc.spent BETWEEN %s AND %s", -LONGEST if recorded else 0, LONGEST)
        return SQL(
            """
            SELECT doc.partner_id, %(quantity)s AS quantity,
                   COALESCE(SUM(doc.spent%(share)s) FILTER (WHERE %(possible)s), 0) AS minutes,
                   COUNT(*) FILTER (WHERE NOT %(possible)s) AS doubtful
              FROM (SELECT timed.partner_id, timed.day, timed.amount, timed.share,
                           timed.term_minutes + %(base)s AS spent
                      FROM (%(documents)s) timed
                     WHERE timed.day BETWEEN %(date_from)s AND %(date_to)s
                    OFFSET 0) doc -- a fence: minutes are worked out once for each document
             GROUP BY doc.partner_id
            """,
            quantity=SQL("COUNT(*)") if recorded else self._aggregate_sql(),
            share=SQL(" * doc.share::numeric") if shared else SQL(),
            possible=possible,
            base=SQL("%s::numeric * timed.amount::numeric", base)
            if self.aggregate == "sum" and base
            else SQL("%s::numeric", base),
            documents=timed._cost_documents_sql(company),
            date_from=date_from,
            date_to=date_to,
        )

    def _base_sql(self, companies, nobody=False):
        """Add the minutes of the terms to every document, where a time equation asks for them."""
        model, query, columns, conditions = super()._base_sql(companies, nobody)
        if self.env.context.get("crm_cost_span"):
            # The exact day is asked later; what is asked of the column itself can use its index.
            conditions.append(self._span_sql(model, query))
        terms = self.env.context.get("crm_cost_terms")
        if terms:
            minutes = [self._term_sql(model, query, *term) for term in terms]
            if self.env.context.get("crm_cost_apart"):
                columns.update({f"term_{number}": sql for number, sql in enumerate(minutes)})
            else:
                columns["term_minutes"] = SQL(" + ").join(minutes)
            if terms[0][0] == "recorded":
                columns["partner_id"] = self._recorded_partner_sql(model, query, columns["partner_id"])
        return model, query, columns, conditions

    def _span_sql(self, model, query):
        """Return a condition on the date of a document: a day too wide on both sides, for every time zone."""
        date_from, date_to = self.env.context["crm_cost_span"]
        column = model._field_to_sql(model._table, self.date_field, query)
        return SQL(
            "%s >= %s::date AND %s < %s::date",
            column,
            date_from - timedelta(days=1),
            column,
            date_to + timedelta(days=2),
        )

    def _recorded_partner_sql(self, model, query, partner):
        """Return SQL of the customer of a timesheet: its own, else that of its task, project or sales order line.

        Odoo fills the contact of a timesheet or not, by which of its apps came last.
        """
        paths = {"task_id": "partner_id", "project_id": "partner_id", "so_line": "order_partner_id"}
        others = [
            self._path_sql(model, model._table, f"{link}.{path}.commercial_partner_id", query)
            for link, path in paths.items()
            if link in model._fields
        ]
        return SQL("COALESCE(%s)", SQL(", ").join([partner, *others]))

    def _term_sql(self, model, query, kind, path, condition, minutes):
        """Return SQL of the minutes that a term adds to a document; NaN when the document has no proper number."""
        if kind == "condition":
            domain = self._read_filter(condition, self.name).optimize_full(model)
            met = domain._to_sql(model, model._table, query)
            return SQL("CASE WHEN %s THEN %s::numeric ELSE 0 END", met, minutes)
        if kind == "lines":
            number = self._lines_sql(model, query, path, self._read_filter(condition, self.name))
        else:
            number = self._number_sql(model, query, path)
        if kind == "recorded" and "product_uom_id" in model._fields:
            # Hours, unless the company keeps its timesheets in days.
            hour = self.env.ref("uom.product_uom_hour").sudo()
            unit = self._path_sql(model, model._table, "product_uom_id.factor", query)
            number = SQL("%s * COALESCE(%s::numeric / %s::numeric, 1)", number, unit, Decimal(str(hour.factor)))
        return SQL("%s::numeric * (%s)", minutes, number)

    def _lines_sql(self, model, query, path, domain):
        """Return SQL of the number of lines of a document: linked records that are no headings, notes or taxes."""
        *links, last = path.split(".")
        alias = model._table
        for link in links:
            model, alias = self._follow(model, alias, link, query)
        field = model._fields[last]
        lines = model.env[field.comodel_name].with_context(active_test=True)
        kinds = lines._fields.get("display_type")
        if kinds is not None and kinds.type == "selection":
            domain &= Domain("display_type", "in", [False, "product"])
        domain &= field.get_comodel_domain(model)
        document = SQL.identifier(alias, "id")
        if field.type == "one2many" and lines._fields[field.inverse_name].type == "many2one_reference":
            domain &= Domain(lines._fields[field.inverse_name].model_field, "=", model._name)
        counted = lines._search(domain, bypass_access=self.reviewed)
        if field.type == "one2many":
            owner = lines._field_to_sql(lines._table, field.inverse_name, counted)
            source = counted.from_clause
        else:
            owner = SQL.identifier(field.relation, field.column1)
            source = SQL(
                "%s JOIN %s ON %s = %s",
                counted.from_clause,
                SQL.identifier(field.relation),
                SQL.identifier(field.relation, field.column2),
                SQL.identifier(lines._table, "id"),
            )
        conditions = [counted.where_clause] if counted.where_clause else []
        if not links and self.env.context.get("crm_cost_span"):
            # Only lines of documents of these days: not all that were ever written.
            span = model._search([])
            conditions.append(
                SQL(
                    "%s IN (SELECT %s FROM %s WHERE %s)",
                    owner,
                    SQL.identifier(model._table, "id"),
                    span.from_clause,
                    self._span_sql(model, span),
                )
            )
        coalias = query.make_alias(alias, f"{last}_number_{len(query._joins)}")
        table = SQL(
            "(SELECT %s AS owner_id, COUNT(*) AS number FROM %s WHERE %s GROUP BY 1)",
            owner,
            source,
            SQL(" AND ").join(conditions) if conditions else SQL("TRUE"),
        )
        query.add_join("LEFT JOIN", coalias, table, SQL("%s = %s", SQL.identifier(coalias, "owner_id"), document))
        return SQL("COALESCE(%s, 0)", SQL.identifier(coalias, "number"))

    def _number_sql(self, model, query, path):
        """Return SQL of a number of a document: 0 where it is empty, NaN where it is none."""
        number = self._path_sql(model, model._table, path, query)
        for link in path.split("."):
            field = model._fields[link]
            model = model.env[field.comodel_name] if field.relational else model
        if field.column_type[0] != "float8":
            return SQL("COALESCE(%s, 0)::numeric", number)
        return SQL(
            "CASE WHEN %(number)s IS NULL THEN 0 WHEN %(number)s BETWEEN %(low)s AND %(high)s"
            " THEN %(number)s::numeric ELSE 'NaN'::numeric END",
            number=number,
            low=-LARGEST,
            high=LARGEST,
        )
