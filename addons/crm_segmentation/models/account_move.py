from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.watch.mixin"]

    _crm_customer_columns = ("commercial_partner_id",)

    # Every figure per customer reads invoices this way; core has no index on the commercial partner.
    _crm_customer_idx = models.Index(
        "(commercial_partner_id, company_id) INCLUDE (id, invoice_date, amount_untaxed_signed, move_type) "
        "WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund')"
    )
