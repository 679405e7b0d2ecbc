from odoo import fields, models


class CrmSatisfactionCause(models.Model):
    _name = "crm.satisfaction.cause"
    _description = "Cause of a Recovery Case"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="What went wrong, in the words of the people who put it right."
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="What belongs here, and what does not.")
