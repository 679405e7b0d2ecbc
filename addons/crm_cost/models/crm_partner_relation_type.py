from odoo import fields, models


class CrmPartnerRelationType(models.Model):
    _inherit = "crm.partner.relation.type"

    is_cost_group = fields.Boolean(
        string="Same Group",
        help="Contacts related in this way can be read as one customer in customer profit, for example a parent "
        "company and its subsidiaries.",
    )
