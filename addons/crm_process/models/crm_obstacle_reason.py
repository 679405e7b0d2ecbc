from odoo import fields, models


class CrmObstacleReason(models.Model):
    _name = "crm.obstacle.reason"
    _description = "Obstacle Reason"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
