from odoo import fields, models


class CrmCourtesy(models.Model):
    """Something staff may offer a customer on their own: as a thank-you, or when something went wrong."""

    _name = "crm.courtesy"
    _description = "Courtesy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Short enough to be read on an order.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="When to offer it, and how it is done.")
    cost_hint = fields.Char(
        string="Cost",
        translate=True,
        help="Roughly what it costs us, in words; for example: half an hour of a technician.",
    )
