from odoo import fields, models


class CrmRfmScale(models.Model):
    _inherit = "crm.rfm.scale"

    scores_noted_on = fields.Date(
        readonly=True, copy=False, help="Day of the cut points behind the scores that alerts compare with."
    )
