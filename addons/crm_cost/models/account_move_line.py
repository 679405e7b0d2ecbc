from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    crm_customer_id = fields.Many2one(
        "res.partner",
        string="For Customer",
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
        copy=False,
        help="The customer this item of the bill was bought for: it becomes his cost. The vendor is never the "
        "customer.",
    )

    @api.constrains("crm_customer_id")
    def _check_crm_customer_id(self):
        """Only bills say for whom they were; a customer document names its customer itself, and we are none."""
        own = set(self.env["crm.measure"]._own_partner_ids())
        for line in self.sudo().filtered("crm_customer_id"):
            if not line.move_id.is_purchase_document(include_receipts=True):
                raise ValidationError(self.env._("Only lines of vendor bills and their refunds are for a customer."))
            if line.crm_customer_id.commercial_partner_id.id in own:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is our own company, no customer.", partner=line.crm_customer_id.display_name
                    )
                )
