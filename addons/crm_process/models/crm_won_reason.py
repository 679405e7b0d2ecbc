from odoo import fields, models


class CrmWonReason(models.Model):
    """Why opportunities are won; the counterpart of Odoo's lost reasons."""

    _name = "crm.won.reason"
    _description = "Won Reason"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    asks_competitor = fields.Boolean(
        string="Ask for the Competitor", default=True, help="Whoever wins for this reason says against whom."
    )
