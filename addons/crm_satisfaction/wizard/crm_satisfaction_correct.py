from odoo import fields, models
from odoo.exceptions import UserError


class CrmSatisfactionCorrect(models.TransientModel):
    _name = "crm.satisfaction.correct"
    _description = "Correct a Satisfaction Answer"

    response_id = fields.Many2one("crm.satisfaction.response", string="Answer", required=True, readonly=True)
    score = fields.Integer(string="Right Score", required=True)
    scale_min = fields.Integer(related="response_id.scale_min")
    scale_max = fields.Integer(related="response_id.scale_max")
    counted = fields.Boolean(
        default=True, help="Off: the answer does not count at all, for example because no customer gave it."
    )
    reason = fields.Char(required=True, help="How you know, and who said so. Everybody who sees the answer reads it.")

    def action_correct(self):
        """Store the right score beside the wrong one, which counts no more."""
        self.ensure_one()
        self.response_id.check_access("read")
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say how you know."))
        score = self.score if self.counted else self.response_id.score
        correction = self.response_id._correct(score, f"{reason} ({self.env.user.name})", self.counted)
        return correction.with_env(self.env).get_formview_action()
