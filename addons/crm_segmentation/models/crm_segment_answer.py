"""The SQL of one level: every profile of a company once, the answers of all rules as one bit string."""

from odoo import models
from odoo.tools import SQL

from ..tools.bits import mask_sql


class CrmSegment(models.Model):
    _inherit = "crm.segment"

    def _answers_sql(self, company, scope, columns=None):
        """Return a SELECT of (partner_id, customer_id, mask) over the profiles of ``company`` that meet ``scope``.

        Three steps, each evaluated once a profile: what each rule says, which segment of a segmentation is the first,
        and the bits.

        :param self: whole segmentations, or single segments of those in which every rule counts
        :param SQL scope: condition on ``crm_customer``
        :param columns: expressions instead of the mask, made from the answers by a function of {segment: SQL}
        """
        query = self._cards_query()
        said, pins = self._said(company, query)
        profiles = SQL("FROM %s WHERE crm_customer.company_id = %s AND %s", query.from_clause, company.id, scope)
        ids = SQL("crm_customer.partner_id, crm_customer.id AS customer_id")
        if not columns and all(scheme.kind == "overlapping" for scheme in self.scheme_id):
            # Nothing is asked about an answer: the bits are made at once.
            bits = [SQL("(%s OR %s)", said[s], pins[s]) if pins[s] else said[s] for s in self]
            return SQL("SELECT %s, %s AS mask %s", ids, mask_sql(bits), profiles)
        named = self._named(said, "r") + self._named({s: pin for s, pin in pins.items() if pin}, "p")
        inner = SQL("SELECT %s, %s %s OFFSET 0", ids, SQL(", ").join(named), profiles)
        answers, firsts = self._first_sql(pins)
        if firsts:
            inner = SQL("SELECT *, %s FROM (%s) said OFFSET 0", SQL(", ").join(firsts), inner)
        answer = columns(answers) if columns else SQL("%s AS mask", mask_sql([answers[segment] for segment in self]))
        return SQL("SELECT partner_id, customer_id, %s FROM (%s) answered", answer, inner)

    def _said(self, company, query):
        """Return ({segment: SQL of what its rule says}, {segment: SQL of who was put in by hand, or None})."""
        by_hand, said = self._by_hand(company), {}
        for scheme, segments in self.grouped("scheme_id").items():
            if scheme.kind == "rank":
                said.update(segments._ranked_answers(company, query))
            else:
                said.update((segment, segment._rule_sql(company, query)) for segment in segments)
        said = {segment: self._with_exclusions(segment, sql, by_hand) for segment, sql in said.items()}
        return said, {segment: self._by_hand_sql(segment, "include", by_hand) for segment in self}

    def _named(self, answers, letter):
        return [SQL("%s AS %s", sql, segment._column(letter)) for segment, sql in answers.items()]

    def _column(self, letter):
        """Return the name of this segment's column in the inner queries."""
        return SQL.identifier(f"{letter}{self._origin.id or 0}")

    def _first_sql(self, pins):
        """Return ({segment: answer}, columns that say which segment of a segmentation is the customer's)."""
        answers, firsts = {}, []
        for scheme, segments in self.grouped("scheme_id").items():
            if scheme.kind == "overlapping":
                for segment in segments:
                    rule, pin = segment._column("r"), segment._column("p")
                    answers[segment] = SQL("(%s OR %s)", rule, pin) if pins[segment] else rule
                continue
            name = SQL.identifier(f"first{scheme._origin.id or 0}")
            # Whoever was put somewhere by hand is there, whatever fits earlier.
            cases = [(s._column("p"), s) for s in segments if pins[s]] + [(s._column("r"), s) for s in segments]
            whens = SQL(" ").join(SQL("WHEN %s THEN %s", when, s._origin.id or 0) for when, s in cases)
            firsts.append(SQL("CASE %s ELSE -1 END AS %s", whens, name))
            answers.update((s, SQL("(%s = %s)", name, s._origin.id or 0)) for s in segments)
        return answers, firsts

    # Ranked

    def _ranked_answers(self, company, query):
        """Return {class: SQL of whether the profile is in it}: the rule of ``tools/pareto.py`` in SQL."""
        alias = self._ranked_join(company, query)
        value, before, total = (SQL.identifier(alias, name) for name in ("value", "before", "total"))
        ranked = SQL("%s IS NOT NULL", SQL.identifier(alias, "rank"))
        answers = {
            segment: SQL("COALESCE(%s > 0 AND %s < %s * %s, FALSE)", value, before, segment.share_to, total)
            for segment in self[:-1]
        }
        return {**answers, self[-1:]: ranked}

    def _ranked_join(self, company, query):
        """Join the ranked customers of this segmentation, once a query, and return their alias."""
        scheme = self.scheme_id
        alias = query.make_alias("crm_customer", f"rank_{scheme._origin.id or 0}")
        same = SQL("%s = crm_customer.partner_id", SQL.identifier(alias, "partner_id"))
        query.add_join("LEFT JOIN", alias, SQL("(%s)", scheme.measure_id._ranked_sql(company)), same)
        return alias

    # By hand

    def _by_hand(self, company):
        """Return {(segment id, kind)} of which customers are put in or kept out by hand today."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT e.segment_id, e.kind FROM crm_segment_exception e WHERE %s",
                self._counting_sql(self._origin.ids, company),
            )
        )
        return {
            row: SQL(
                "(crm_customer.partner_id IN (SELECT e.partner_id FROM crm_segment_exception e"
                " WHERE %s AND e.kind = %s))",
                self._counting_sql([row[0]], company),
                row[1],
            )
            for row in rows
        }

    def _counting_sql(self, segment_ids, company):
        """Return the condition on exceptions ``e`` that count today."""
        return SQL(
            "e.segment_id = ANY(%s) AND (e.company_id IS NULL OR e.company_id = %s)"
            " AND (e.date_to IS NULL OR e.date_to >= %s)",
            list(segment_ids),
            company.id,
            company._crm_today(),
        )

    def _by_hand_sql(self, segment, kind, by_hand):
        return by_hand.get((segment._origin.id, kind))

    def _with_exclusions(self, segment, rule, by_hand):
        excluded = self._by_hand_sql(segment, "exclude", by_hand)
        return SQL("(%s AND NOT %s)", rule, excluded) if excluded else rule
