"""What is read from each document: a field, or the time between two dates; and the limit it is held against."""

from odoo import fields, models

ELAPSED_UNITS = [
    ("days", "Days"),
    ("hours", "Hours"),
    ("minutes", "Minutes"),
    ("working_hours", "Working hours"),
    ("working_minutes", "Working minutes"),
]


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    value_source = fields.Selection(
        [("field", "A field of the document"), ("elapsed", "Time between two dates")],
        string="Amount From",
        required=True,
        default="field",
        help="Where the amount of a document comes from. Time between two dates measures how long something took, "
        "for example from the due date to the payment.",
    )
    elapsed_from = fields.Char(string="From Date", help="Field with the date or time at which the clock starts.")
    elapsed_to = fields.Char(
        string="To Date",
        help="Field with the date or time at which the clock stops. Documents without it do not count.",
    )
    elapsed_unit = fields.Selection(
        ELAPSED_UNITS,
        default="days",
        help="Working time counts the hours of the company's working schedule, without its holidays.",
    )
    limit_operator = fields.Selection([("<=", "at most"), (">=", "at least")], default="<=")
    limit_value = fields.Float(
        string="Limit",
        digits=0,
        help="Documents whose amount meets the limit count as good; the figure is their share.",
    )
