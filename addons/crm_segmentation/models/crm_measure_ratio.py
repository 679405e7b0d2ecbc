"""Ratios of two indicators, always a ratio of sums and never a mean of ratios."""

from odoo import fields, models


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
