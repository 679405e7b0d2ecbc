from odoo import fields, models


class CrmCostSetupLine(models.TransientModel):
    _name = "crm.cost.setup.line"
    _description = "Proposed Activity"
    _order = "id"

    setup_id = fields.Many2one("crm.cost.setup", required=True, ondelete="cascade", index=True)
    name = fields.Char(required=True)
    measure_id = fields.Many2one(
        "crm.measure",
        string="How Often",
        required=True,
        ondelete="cascade",
        domain=[("reviewed", "=", True), ("aggregate", "in", ("count", "days", "sum"))],
        help="Customer indicator that counts how often the activity was done.",
    )
    minutes_per_unit = fields.Float(string="Minutes Each", required=True, digits=(16, 4))
