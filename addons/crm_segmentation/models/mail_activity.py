from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    crm_rhythm_company_id = fields.Many2one(
        "res.company",
        string="Contact Rhythm In",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Company whose contact rhythm asked for this activity; there is one at a time for each customer.",
    )
