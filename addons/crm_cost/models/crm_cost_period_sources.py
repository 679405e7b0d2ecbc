"""What a closed line says by value: its text, its fingerprint, and the names of what it points at."""

import json

from odoo import models
from odoo.tools import SQL

from ..tools.line import FIGURES, NAMES

#: What the fingerprint of a line covers. The links are not in it: they may follow a merge.
SIGNED = (*NAMES, "customer_ref", "customer_name", "sources", *FIGURES)
#: Links of a line that say where it stands, not what it is made of.
PLACE = ("period_id", "company_id", "currency_id", "partner_id")


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _fingerprint_sql(self):
        """Return SQL of the fingerprint of a line: its place and values as JSON text, whose form depends on nothing."""
        columns = SQL(", ").join(SQL("line.%s", SQL.identifier(name)) for name in self._signed_columns())
        return SQL(
            "encode(sha256(convert_to(jsonb_build_array(line.position, %s)::text, 'UTF8')), 'hex')",
            columns,
        )

    def _signed_columns(self):
        """Return the columns that were signed: a closed month keeps those it was closed with."""
        record = json.loads(self.closing_record or "{}")
        known = self.env["crm.cost.line"]._fields
        return [name for name in record.get("lines", {}).get("columns", SIGNED) if name in known]

    def _line_links(self):
        """Return the fields by which a line says what it is made of, apart from the customer."""
        line_fields = self.env["crm.cost.line"]._fields.items()
        return [
            field
            for name, field in sorted(line_fields)
            if field.type == "many2one" and field.store and name not in PLACE
        ]

    def _sources_sql(self):
        """Return SQL of number and name of all that a line points at."""
        parts = [
            SQL(
                "%s, CASE WHEN line.%s IS NOT NULL THEN jsonb_build_array(line.%s, %s) END",
                field.name,
                SQL.identifier(field.name),
                SQL.identifier(field.name),
                self._source_name_sql(field),
            )
            for field in self._line_links()
        ]
        return SQL("jsonb_strip_nulls(jsonb_build_object(%s))::text", SQL(", ").join(parts))

    def _sources_joins(self):
        return SQL(" ").join(
            SQL(
                "LEFT JOIN %s %s ON %s.id = line.%s",
                SQL.identifier(self.env[field.comodel_name]._table),
                SQL.identifier(f"of_{field.name}"),
                SQL.identifier(f"of_{field.name}"),
                SQL.identifier(field.name),
            )
            for field in self._line_links()
        )

    def _source_name_sql(self, field):
        """Return SQL of the name of what a link points at: accounts by code, others in the language of the system."""
        fields_ = self.env[field.comodel_name]._fields
        alias = SQL.identifier(f"of_{field.name}")
        if "code_store" in fields_:
            return SQL("%s.code_store ->> %s", alias, str(self.company_id.root_id.id))
        name = next((name for name in ("name", "login") if name in fields_ and fields_[name].store), None)
        if not name:
            return SQL("NULL::text")
        column = SQL("%s.%s", alias, SQL.identifier(name))
        return SQL("%s ->> 'en_US'", column) if fields_[name].translate else column

    def _freeze_lines(self):
        """Number the lines, name what they point at, take their fingerprints: one statement, whatever their number."""
        self.env.flush_all()
        signed = SQL(", ").join(SQL("line.%s", SQL.identifier(name)) for name in SIGNED if name != "sources")
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_cost_line target
                   SET position = line.position, sources = line.sources, fingerprint = %(fingerprint)s
                  FROM (SELECT line.id, %(signed)s, %(sources)s AS sources,
                               ROW_NUMBER() OVER (ORDER BY line.level COLLATE "C", line.customer_ref, line.id)
                               AS position
                          FROM crm_cost_line line %(joins)s
                         WHERE line.period_id = %(period)s) line
                 WHERE target.id = line.id
                """,
                fingerprint=self._fingerprint_sql(),
                signed=signed,
                sources=self._sources_sql(),
                joins=self._sources_joins(),
                period=self.id,
            )
        )
        self.env["crm.cost.line"].invalidate_model()

    def _lines_digest(self):
        """Return number and digest of the fingerprints of the lines, in their order."""
        [(count, digest)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*), encode(sha256(convert_to(COALESCE(string_agg(fingerprint, '' ORDER BY position), ''),"
                " 'UTF8')), 'hex') FROM crm_cost_line WHERE period_id = %s",
                self.id,
            )
        )
        return count, digest
