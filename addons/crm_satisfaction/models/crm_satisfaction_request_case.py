from odoo import fields, models


class CrmSatisfactionRequest(models.Model):
    """An invitation that asks a customer again after a recovery case."""

    _inherit = "crm.satisfaction.request"

    case_id = fields.Many2one(
        "crm.satisfaction.case",
        string="Recovery Case",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="The closed case after which this contact is asked again.",
    )
