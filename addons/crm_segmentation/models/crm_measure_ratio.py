"""Ratios of two indicators, always a ratio of sums and never a mean of ratios."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .crm_measure import DEFINITION


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    kind = fields.Selection(
        [("documents", "Counted from documents"), ("ratio", "Ratio of two indicators")],
        string="Type",
        required=True,
        default="documents",
        help="A ratio divides one indicator by another, for example accepted quotations by all quotations. Groups of "
        "customers show the ratio of their sums.",
    )
    numerator_id = fields.Many2one(
        "crm.measure",
        ondelete="restrict",
        domain=[("kind", "=", "documents")],
        help="What is divided: the part, for example returned goods.",
    )
    denominator_id = fields.Many2one(
        "crm.measure",
        ondelete="restrict",
        domain=[("kind", "=", "documents")],
        help="What it is divided by: the whole, for example delivered goods.",
    )
    as_percentage = fields.Boolean(string="In Percent", default=True, help="Show the ratio times 100, as a percentage.")

    model_id = fields.Many2one(compute="_compute_model_id", store=True, readonly=False, precompute=True)

    @api.depends("kind", "denominator_id")
    def _compute_model_id(self):
        """The documents of a ratio are those of what it is divided by."""
        for measure in self.filtered(lambda m: m.kind == "ratio"):
            measure.model_id = measure.denominator_id.model_id

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures.filtered(lambda measure: measure.reviewed and measure._unreviewed_parts()).sudo().reviewed = False
        return measures

    def write(self, vals):
        """Keep a ratio from being better reviewed than what it is made of."""
        if vals.get("reviewed") and self._unreviewed_parts():
            names = ", ".join(self._unreviewed_parts().mapped("name"))
            raise UserError(self.env._("Review first what the ratio is made of: %(names)s", names=names))
        result = super().write(vals)
        if "reviewed" in vals or DEFINITION & vals.keys():
            parts = self.filtered(lambda measure: not measure.reviewed).ids
            either = ["|", ("numerator_id", "in", parts), ("denominator_id", "in", parts)]
            ratios = self.sudo().with_context(active_test=False).search([("reviewed", "=", True), *either])
            if ratios:
                ratios.reviewed = False
        return result

    def _unreviewed_parts(self):
        return (self.numerator_id | self.denominator_id).filtered(lambda part: not part.reviewed)

    @api.constrains("kind", "numerator_id", "denominator_id", "aggregate", "company_path")
    def _check_ratio(self):
        """Check ratios, and the ratios that these measures are parts of."""
        parts_of = [("kind", "=", "ratio"), "|", ("numerator_id", "in", self.ids), ("denominator_id", "in", self.ids)]
        for measure in self.filtered(lambda m: m.kind == "ratio") | self.with_context(active_test=False).search(
            parts_of
        ):
            problem = measure._ratio_problem()
            if problem:
                raise ValidationError(problem)

    def _ratio_problem(self):
        """Return in words why this ratio cannot be computed; None when it can."""
        parts = [self.numerator_id, self.denominator_id]
        if not all(parts):
            return self.env._("%(name)s needs two indicators: one is divided by the other.", name=self.name)
        for part in parts:
            if part.kind != "documents":
                return self.env._(
                    "%(name)s cannot be made of the ratio %(part)s: choose indicators that count documents.",
                    name=self.name,
                    part=part.name,
                )
            if not part._is_additive():
                return self.env._(
                    "%(name)s cannot be made of %(part)s: only numbers and sums can be divided, no averages, medians, "
                    "extremes or shares.",
                    name=self.name,
                    part=part.name,
                )
        if bool(parts[0].company_path) != bool(parts[1].company_path):
            return self.env._(
                "%(one)s and %(two)s cannot be divided: one counts per company and the other does not.",
                one=parts[0].name,
                two=parts[1].name,
            )
        return None

    def _check_ratio_windows(self):
        """Refuse to divide figures of windows of different length."""
        one, two = self.numerator_id, self.denominator_id
        if one.window_days != two.window_days:
            raise UserError(
                self.env._(
                    "%(one)s looks at %(days)s days and %(two)s at %(other)s: give both the same window.",
                    one=one.name,
                    two=two.name,
                    days=one.window_days,
                    other=two.window_days,
                )
            )

    def _ratio_passes(self):
        """Return the passes of a ratio: reading values needs no company's surroundings, so few are enough."""
        nothing = self.env["res.company"]
        companies = self._companies() if self.denominator_id.company_path else nothing
        return [companies, nothing] if companies else [nothing]

    def _ratio_sql(self, numerator, denominator):
        """Return SQL of a quotient; undefined where there is nothing to divide by."""
        factor = 100 if self.as_percentage else 1
        return SQL("(%s * COALESCE(%s, 0)::float8 / NULLIF(%s, 0))::float8", factor, numerator, denominator)

    def _ratio_values_sql(self, companies, only=None):
        """Return the SELECT of ``_values_sql`` from the values of both indicators; documents are the denominator's."""
        self._check_ratio_windows()
        names = ("quantity", "quantity_window", "quantity_before")
        quantities = [
            SQL("%s AS %s", self._ratio_sql(SQL("part.%s", name), SQL("whole.%s", name)), name)
            for name in map(SQL.identifier, names)
        ]
        among = SQL("IN %s", tuple(companies.ids)) if companies else SQL("IS NULL")
        return SQL(
            """
            SELECT whole.company_id, whole.partner_id, %(quantities)s, whole.documents, whole.documents_window,
                   whole.documents_before, whole.first_date, whole.last_date,
                   LEAST(part.next_edge, whole.next_edge) AS next_edge, NULL::float8 AS rhythm_days,
                   NULL::integer AS gap_count, NULL::integer AS last_gap
              FROM crm_measure_value whole
         LEFT JOIN crm_measure_value part
                ON part.measure_id = %(numerator)s AND part.partner_id = whole.partner_id
               AND COALESCE(part.company_id, 0) = COALESCE(whole.company_id, 0)
             WHERE whole.measure_id = %(denominator)s AND whole.company_id %(among)s AND %(only)s
            """,
            quantities=SQL(", ").join(quantities),
            numerator=self.numerator_id.id,
            denominator=self.denominator_id.id,
            among=among,
            only=SQL("whole.partner_id IN (%s)", only) if only else SQL("TRUE"),
        )
