from odoo import models

from .sale_order_discount import PAID_ONLINE


class PaymentTransaction(models.Model):
    """Money that has arrived is never refused because of a discount, whoever's session brings it."""

    _inherit = "payment.transaction"

    def _post_process(self):
        return super(PaymentTransaction, self.with_context(crm_paid_online=PAID_ONLINE))._post_process()
