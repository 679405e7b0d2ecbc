from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    crm_carry_forward = fields.Boolean(
        string="Carries Profit Forward",
        help="Entries of this journal only close profit-and-loss accounts, each year or each month: they are no result "
        "of their own, and customer profit leaves them out.",
    )
