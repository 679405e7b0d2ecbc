"""Numbers that are none: core takes them and fails later, with an error page for the visitor."""

import math

from odoo import models

#: Beyond this, floating point numbers have gaps; nobody means such a number.
LARGEST = 10**15


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    def _validate_numerical_box(self, answer):
        """Refuse what is not a finite number of sensible size, such as nan, inf, 1e308 or a list."""
        try:
            number = float(answer)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number) or abs(number) > LARGEST:
            return {self.id: self.env._("This is not a number")}
        return super()._validate_numerical_box(answer)
