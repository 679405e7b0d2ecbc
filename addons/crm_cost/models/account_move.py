from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    crm_write_off = fields.Boolean(
        string="Written Off",
        help="This credit note gives up a receivable that nobody will pay: customer profit shows it as bad debt, not "
        "as a credit note that lowers revenue.",
        copy=False,
    )
