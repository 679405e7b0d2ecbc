from odoo import fields, models


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    crm_cost = fields.Monetary(
        string="Cost",
        help="What the campaign, or the event behind it, cost altogether, in the company's currency. It is divided "
        "equally among the customers who came through it: leads, quotations, registrations.",
    )
