from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.indicator import grade


class CrmProcessIndicator(models.Model):
    """An indicator of a stage with its target and limits."""

    _name = "crm.process.indicator"
    _inherit = "crm.process.figure"
    _description = "Indicator of a Stage"
    _order = "sheet_id, sequence, id"

    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    measure_id = fields.Many2one(required=True, index=True)
    direction = fields.Selection(
        [("min", "At Least"), ("max", "At Most"), ("between", "Between")],
        string="Wanted",
        help="What the figure should be. Empty: it is only watched.",
    )
    target = fields.Float(digits=0, help="The figure to reach.")
    limit_low = fields.Float(
        string="Lower Limit",
        digits=0,
        help="For At Least: short of the target, but still acceptable. For Between: the lower end.",
    )
    limit_high = fields.Float(
        string="Upper Limit",
        digits=0,
        help="For At Most: over the target, but still acceptable. For Between: the upper end.",
    )
    status = fields.Selection(
        [("good", "On Target"), ("watch", "Within Limit"), ("bad", "Out of Limit")],
        compute="_compute_status",
        help="On target; short of it but within the limit; or outside the limit.",
    )

    @api.depends("measure_id")
    def _compute_name(self):
        for indicator in self:
            indicator.name = indicator.name or indicator.measure_id.name

    @api.depends("value_text", "direction", "target", "limit_low", "limit_high")
    def _compute_status(self):
        for line in self:
            figure, _text = line._figure()
            known = None if figure is False else figure
            line.status = grade(known, line.direction, line.target, line.limit_low, line.limit_high)

    @api.constrains("direction", "target", "limit_low", "limit_high")
    def _check_limits(self):
        for line in self:
            low, high = {
                "min": (line.limit_low, line.target),
                "max": (line.target, line.limit_high),
                "between": (line.limit_low, line.limit_high),
            }.get(line.direction, (0, 0))
            if low > high:
                raise ValidationError(
                    self.env._(
                        "“%(name)s”: %(low)s is above %(high)s. The limit lies on the worse side of the target, and a "
                        "lower limit below the upper one.",
                        name=line.name,
                        low=low,
                        high=high,
                    )
                )
