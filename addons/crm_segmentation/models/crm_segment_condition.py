from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

FIGURES = [
    ("window", "In the window"),
    ("before", "In the window before"),
    ("lifetime", "Since the beginning"),
    ("change", "Change between both windows"),
    ("change_percent", "Change in %"),
    ("percentile", "Percentile of the company"),
    ("documents", "Documents in the window"),
    ("days", "Days since the last document"),
]
OPERATORS = [
    (">=", "at least"),
    (">", "more than"),
    ("<=", "at most"),
    ("<", "less than"),
    ("=", "exactly"),
    ("!=", "not"),
]
#: Column of the values, by figure.
COLUMNS = {
    "window": "quantity_window",
    "before": "quantity_before",
    "lifetime": "quantity",
    "percentile": "quantity_window",
}
#: The same on the profile, for revenue.
ON_PROFILE = {"quantity_window": "monetary", "quantity_before": "monetary_before", "quantity": "lifetime_revenue"}
SIGNS = {operator: SQL(operator) for operator in (">=", ">", "<=", "<", "=")}


class CrmSegmentCondition(models.Model):
    """One condition on an indicator: its figure of the customer, compared with a number."""

    _name = "crm.segment.condition"
    _description = "Segment Condition"
    _order = "sequence, id"

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    measure_id = fields.Many2one(
        "crm.measure",
        string="Indicator",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("reviewed", "=", True)],
        help="Only reviewed indicators. When only some may see its values, only these see who is in the segment.",
    )
    figure = fields.Selection(
        FIGURES,
        required=True,
        default="window",
        help="Which figure of the indicator. Percentile, of the window: at least 90 means the best tenth of all "
        "customers with a figure, at most 10 the worst.",
    )
    operator = fields.Selection(OPERATORS, required=True, default=">=", help="How the figure is compared.")
    value = fields.Float(
        required=True, digits=0, help="Compared with this number; money in the currency of each company."
    )
    unit = fields.Char(compute="_compute_unit", help="Unit of the figure.")

    _percentile_range = models.Constraint(
        "CHECK (figure != 'percentile' OR value BETWEEN 0 AND 100)", "A percentile is between 0 and 100."
    )
    _percentile_compared = models.Constraint(
        "CHECK (figure != 'percentile' OR operator IN ('>=', '>', '<=', '<'))",
        "A percentile is compared by at least, more than, at most or less than.",
    )

    @api.depends("measure_id", "figure")
    @api.depends_context("company", "lang")
    def _compute_unit(self):
        for condition in self:
            measure = condition.measure_id
            percent = (measure.kind == "ratio" and measure.as_percentage) or measure.aggregate == "within"
            condition.unit = {
                "change_percent": "%",
                "percentile": self.env._("of 100"),
                "documents": self.env._("documents"),
                "days": self.env._("days"),
            }.get(condition.figure) or (
                self.env.company.currency_id.name if measure.is_monetary else "%" if percent else measure.unit
            )

    @api.depends("measure_id", "figure", "operator", "value")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["figure"]._description_selection(self.env))
        words = dict(self._fields["operator"]._description_selection(self.env))
        for condition in self:
            condition.display_name = self.env._(
                "%(indicator)s (%(figure)s) %(operator)s %(value)s",
                indicator=condition.measure_id.name,
                figure=labels.get(condition.figure),
                operator=words.get(condition.operator),
                value=f"{condition.value:,.6g} {condition.unit or ''}".strip(),
            )

    @api.constrains("measure_id", "value")
    def _check_condition(self):
        for condition in self:
            if not -1e15 < condition.value < 1e15:
                raise ValidationError(self.env._("%(value)s is no number to compare with.", value=condition.value))
            if not self.env.su:
                condition.measure_id._check_values_access()
            if not condition.measure_id.reviewed:
                raise ValidationError(
                    self.env._(
                        "%(measure)s must be reviewed by an administrator before segments are built on it.",
                        measure=condition.measure_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        conditions = super().create(vals_list)
        conditions.segment_id._condition_changed()
        return conditions

    def write(self, vals):
        """Moved to another rule, a condition changes both."""
        before = self.segment_id
        result = super().write(vals)
        (before | self.segment_id)._condition_changed()
        return result

    def unlink(self):
        """Without a condition a rule finds more."""
        segments = self.segment_id
        result = super().unlink()
        segments.exists()._condition_changed()
        return result

    # SQL

    def _key(self):
        """Return the name under which the figure is kept among the facts of a member."""
        return f"m{self.measure_id.id}.{'window' if self.figure == 'percentile' else self.figure}"

    def _figure_sql(self, company, query):
        """Return SQL of the figure of the profile in ``query``: NULL where it is undefined."""
        self.ensure_one()
        if self.figure == "documents":
            return SQL("COALESCE(%s, 0)", self._column_sql(company, query, "documents_window"))
        if self.figure == "days":
            return SQL("%s::date - %s", company._crm_today(), self._column_sql(company, query, "last_date"))
        if self.figure in COLUMNS:
            return self._quantity_sql(company, query, COLUMNS[self.figure])
        window, before = (self._quantity_sql(company, query, COLUMNS[name]) for name in ("window", "before"))
        change = SQL("(%s - %s)", window, before)
        return change if self.figure == "change" else SQL("100 * %s / NULLIF(ABS(%s), 0)", change, before)

    def _condition_sql(self, company, query):
        """Return SQL of the condition; an undefined figure meets none."""
        self.ensure_one()
        figure, limit = self._figure_sql(company, query), self._limit_sql(company)
        if self.operator == "!=":
            return SQL("COALESCE(%s <> %s, FALSE)", figure, limit)
        return SQL("COALESCE(%s %s %s, FALSE)", figure, SIGNS[self.operator], limit)

    def _limit_sql(self, company):
        """Return SQL of the number compared with; a percentile is the figure there, found once for all customers."""
        if self.figure != "percentile":
            return SQL("%s", self.value)
        return SQL(
            "(SELECT PERCENTILE_DISC(%s) WITHIN GROUP (ORDER BY v.quantity_window) FROM crm_measure_value v"
            " WHERE v.measure_id = %s AND COALESCE(v.company_id, 0) = %s AND v.quantity_window IS NOT NULL)",
            self.value / 100,
            self.measure_id.id,
            self.measure_id._company_of_values(company).id or 0,
        )

    def _quantity_sql(self, company, query, column):
        """Return SQL of a quantity: no documents of what adds up are 0, and undefined for averages and ratios.

        Revenue stands on the profile as well, which saves a join for every profile.
        """
        if self.measure_id == self.env["crm.customer"]._standard_measure("revenue"):
            return SQL("COALESCE(%s, 0)", SQL.identifier("crm_customer", ON_PROFILE[column]))
        column = self._column_sql(company, query, column)
        adds_up = self.measure_id.kind == "documents" and self.measure_id._is_additive()
        return SQL("COALESCE(%s, 0)", column) if adds_up else column

    def _column_sql(self, company, query, column):
        """Join the values of the indicator, once a query, and return SQL of one of their columns."""
        alias = query.make_alias("crm_customer", f"measure_{self.measure_id.id}")
        same = SQL(
            "%s = %s AND %s = crm_customer.partner_id AND COALESCE(%s, 0) = %s",
            SQL.identifier(alias, "measure_id"),
            self.measure_id.id,
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
            self.measure_id._company_of_values(company).id or 0,
        )
        query.add_join("LEFT JOIN", alias, "crm_measure_value", same)
        return SQL.identifier(alias, column)
