from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_discount_check = fields.Selection(related="company_id.crm_discount_check", readonly=False)
    crm_contact_rhythm = fields.Boolean(related="company_id.crm_contact_rhythm", readonly=False)
    crm_contact_rhythm_limit = fields.Integer(related="company_id.crm_contact_rhythm_limit", readonly=False)
