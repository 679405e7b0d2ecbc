from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    crm_write_off = fields.Boolean(
        string="Written Off",
        help="This credit note gives up a receivable that nobody will pay: customer profit shows it as bad debt, not "
        "as a credit note that lowers revenue.",
        copy=False,
    )
    crm_carry_forward = fields.Boolean(
        string="Carries Profit Forward",
        help="The entry only closes profit-and-loss accounts: it is no result of its own, and customer profit leaves "
        "it out. Journals that hold nothing else have a setting for all their entries.",
        copy=False,
    )

    _crm_carry_forward_idx = models.Index("(id) WHERE crm_carry_forward")
