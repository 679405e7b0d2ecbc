"""The trend of an indicator: this window against the one before."""

from odoo import api, fields, models
from odoo.tools import SQL


class CrmMeasureValue(models.Model):
    _inherit = "crm.measure.value"

    change = fields.Float(
        compute="_compute_trend",
        digits=0,
        help="Figure of this window less that of the window before, in the unit of the indicator; 0 where undefined.",
    )
    change_percent = fields.Float(
        string="Change (%)",
        compute="_compute_trend",
        digits=(16, 1),
        help="Change in percent of the size of the window before; 0 where there is nothing to compare with.",
    )
    trend = fields.Selection(
        [("up", "Up"), ("same", "Unchanged"), ("down", "Down"), ("begun", "Nothing Before"), ("unknown", "Undefined")],
        string="Direction",
        compute="_compute_trend",
        help="Nothing before: the window before was 0, so there is a change and no percentage. Undefined: one of the "
        "two has no figure, such as an average of no documents.",
    )

    @api.depends("quantity_window", "quantity_before")
    def _compute_trend(self):
        """Read the columns themselves: fields of numbers show an undefined figure as 0."""
        self.flush_model(["quantity_window", "quantity_before"])
        figures = self.env.execute_query(
            SQL(
                "SELECT id, quantity_window::float8, quantity_before::float8 FROM crm_measure_value WHERE id = ANY(%s)",
                list(self._ids),
            )
        )
        by_id = {id_: (window, before) for id_, window, before in figures}
        for value in self:
            window, before = by_id.get(value.id, (None, None))
            value.update(_trend(window, before))


def _trend(window, before):
    """Return the trend of two figures, each None where undefined.

    >>> _trend(120, 100)
    {'change': 20, 'change_percent': 20.0, 'trend': 'up'}
    >>> _trend(-150, -100)
    {'change': -50, 'change_percent': -50.0, 'trend': 'down'}
    >>> _trend(5, 0), _trend(0, 0)
    ({'change': 5, 'change_percent': 0.0, 'trend': 'begun'}, {'change': 0, 'change_percent': 0.0, 'trend': 'same'})
    >>> _trend(None, 3)
    {'change': 0.0, 'change_percent': 0.0, 'trend': 'unknown'}
    """
    if window is None or before is None:
        return {"change": 0.0, "change_percent": 0.0, "trend": "unknown"}
    change = window - before
    trend = "same" if not change else "begun" if not before else "up" if change > 0 else "down"
    return {"change": change, "change_percent": 100 * change / abs(before) if before else 0.0, "trend": trend}
