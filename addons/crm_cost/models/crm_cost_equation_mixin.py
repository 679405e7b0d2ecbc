from decimal import Decimal

from odoo import fields, models


class CrmCostEquationMixin(models.AbstractModel):
    """Base minutes and terms: how long one document takes, now or until some day."""

    _name = "crm.cost.equation.mixin"
    _description = "Time Equation"

    minutes_per_unit = fields.Float(
        string="Minutes Each",
        required=True,
        digits=(16, 4),
        groups="crm_cost.group_profit_manager",
        help="Working time of one unit of the indicator, before the terms of the time equation.",
    )

    _minutes_valid = models.Constraint(
        "CHECK (minutes_per_unit >= 0 AND minutes_per_unit < 1e9)", "The minutes cannot be negative."
    )

    def _base_minutes(self):
        return Decimal(str(self.minutes_per_unit))

    def _equation_terms(self):
        """Return the terms in use."""
        return self.term_ids.filtered("minutes")

    def _term_values(self):
        """Return the terms as plain values, which is what indicators understand: (kind, path, filter, minutes)."""
        return tuple(
            (term.kind, term.field_path or "", term.domain or "[]", Decimal(str(term.minutes)))
            for term in self._equation_terms()
        )
