from odoo import models

from ..tools import scores


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    def validate_question(self, answer, comment=None):
        """Keep a zero sent as a number: core takes it for "not answered"."""
        return super().validate_question(self._as_text(answer), comment)

    def _validate_scale(self, answer):
        """Refuse what is not a whole number on the scale; core stores 9999 and fails on words."""
        errors = super()._validate_scale(answer)
        if not errors and scores.parse_score(answer, self.scale_min, self.scale_max) is None:
            message = self.env._(
                "Please choose a whole number from %(low)s to %(high)s.", low=self.scale_min, high=self.scale_max
            )
            errors = {self.id: message}
        return errors

    def _as_text(self, answer):
        """Return a whole number on a scale as text, anything else as it is."""
        return str(answer) if self.question_type == "scale" and type(answer) is int else answer
