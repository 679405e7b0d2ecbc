from odoo import models

#: Status of payment in which nothing is left to pay.
SETTLED = ("paid", "in_payment", "reversed")


class AccountMove(models.Model):
    """Invoices tell the opportunity of their orders that they are posted, and that they are paid."""

    _inherit = "account.move"

    def _write_multi(self, vals_list):
        super()._write_multi(vals_list)
        # What is paid may be the last that was missing to be invoiced, too.
        for column, values, events in (
            ("state", ("posted",), ("invoice",)),
            ("payment_state", SETTLED, ("invoice", "payment")),
        ):
            told = [id_ for id_, vals in zip(self._ids, vals_list, strict=True) if vals.get(column) in values]
            if told and self.env["crm.process"]._document_index():
                invoices = self.browse(told).filtered(lambda move: move.move_type == "out_invoice")
                self.env["crm.lead"]._note_documents(invoices, *events)
