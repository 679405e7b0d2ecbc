from odoo import fields, models


class CrmAlertReason(models.Model):
    _name = "crm.alert.reason"
    _description = "Reason Behind an Alert"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Why it happened, as the customer told it.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
