"""What the demo customers paid, so that cost of money and expected loss tell who pays late."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

#: Days until a demo customer pays: 05 takes its time; 20 and 21 pay slowly, and 20 stopped a year ago.
PAYS_AFTER = {5: 75, 20: 60, 21: 60}
USUAL = 32
STOPPED = {20: 12}


class CrmDemo(models.AbstractModel):
    _inherit = "crm.demo"

    @api.model
    def _load_goods(self, customers, accounts):
        super()._load_goods(customers, accounts)
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "bank")], limit=1
        )
        if journal.default_account_id:
            for number, customer in customers.items():
                self._load_receipts(journal, number, customer)

    def _load_receipts(self, journal, number, customer):
        """Book one receipt a month for what a customer paid in it, and match it with the invoices."""
        today = fields.Date.today()
        stopped = today - relativedelta(months=STOPPED.get(number, 0))
        months = {}
        items = self.env["account.move.line"].search(
            [
                ("move_id.commercial_partner_id", "=", customer.id),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        for item in items:
            day = item.move_id.invoice_date + relativedelta(days=PAYS_AFTER.get(number, USUAL))
            if day <= stopped:
                months.setdefault((day.year, day.month), []).append((day, item))
        receipts = self.env["account.move"].create(
            [self._prepare_receipt(journal, customer, due) for due in months.values()]
        )
        receipts._post(soft=False)
        paid = items.browse([item.id for due in months.values() for _day, item in due])
        (paid | receipts.line_ids.filtered(lambda item: item.account_id in items.account_id)).reconcile()

    def _prepare_receipt(self, journal, customer, due):
        """Return the entry of one month: the bank, and the receivable it settles."""
        account = due[0][1].account_id
        balance = round(sum(item.balance for _day, item in due), 2)
        label = {"partner_id": customer.id, "name": "Payment"}
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": max(day for day, _item in due),
            "ref": f"Payment of {customer.name}",
            "line_ids": [
                Command.create({"account_id": journal.default_account_id.id, "balance": balance, **label}),
                Command.create({"account_id": account.id, "balance": -balance, **label}),
            ],
        }
