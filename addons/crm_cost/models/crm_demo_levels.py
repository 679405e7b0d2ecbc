"""Freight, rebates, a write-off and a law suit, so that every level of a demo customer's statement has a figure."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

from .crm_demo import MONTHS

#: Kind of direct cost -> name, code of its account, and how what is booked for nobody in particular is divided.
DIRECTS = {
    "freight": ("Freight out", "6610", "measure"),
    "rebate": ("Yearly bonus", "4910", "none"),
    "bad_debt": ("Bad debt", "6620", "none"),
    "litigation": ("Lawyers and courts", "6630", "none"),
}
FREIGHT = 420.0
#: Months back, kind, demo customer, amount: 05 presses for a bonus every quarter, 20 never paid, 05 went to court.
BOOKED = (
    *((back, "rebate", 5, 950.0) for back in (1, 4, 7, 10)),
    (1, "litigation", 5, 640.0),
    (2, "litigation", 5, 380.0),
    (1, "bad_debt", 20, 310.0),
    (6, "bad_debt", 21, 185.0),
)
MONEY_RATE = 6.0
#: From so many days overdue, that share is expected to be lost.
LOSS_BANDS = ((30, 0.02), (60, 0.05), (90, 0.2), (180, 0.5))


class CrmDemo(models.AbstractModel):
    _inherit = "crm.demo"

    @api.model
    def _load_set_up(self, company, accounts):
        super()._load_set_up(company, accounts)
        directs = self._load_directs(company)
        receivable = self._customer(5).with_company(company).property_account_receivable_id
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "general")], limit=1
        )
        payable = accounts["current_liabilities"]
        today, vals_list = fields.Date.today(), []
        for back in range(MONTHS, -1, -1):
            items = [(directs["freight"], FREIGHT + 11 * (back % 4), payable, False)]
            for month, kind, number, amount in BOOKED:
                if month == back:
                    # A law suit is paid to lawyers; the others lower what the customer owes.
                    against = payable if kind == "litigation" else receivable
                    items.append((directs[kind], amount, against, self._customer(number).id))
            vals_list += [
                self._prepare_level_entry(journal, today - relativedelta(months=back), *item) for item in items
            ]
        self.env["account.move"].create(vals_list)._post(soft=False)
        bands = [Command.create({"days": days, "share": share}) for days, share in LOSS_BANDS]
        self.env["crm.cost.setting"]._ensure(company).write({"money_rate": MONEY_RATE, "band_ids": bands})

    def _load_directs(self, company):
        """Return ``{kind: its account}`` of the direct costs of the demo company."""
        accounts = {}
        for kind, (name, code, method) in DIRECTS.items():
            accounts[kind] = self.env["account.account"].create(
                {"name": name, "code": code, "account_type": "expense", "company_ids": [Command.link(company.id)]}
            )
            measure = self.env.ref("crm_segmentation.measure_invoices") if method == "measure" else False
            self.env["crm.cost.direct"].create(
                {
                    "name": name,
                    "company_id": company.id,
                    "kind": kind,
                    "method": method,
                    "measure_id": measure and measure.id,
                    "account_ids": [Command.set(accounts[kind].ids)],
                }
            )
        return accounts

    def _prepare_level_entry(self, journal, day, account, amount, against, partner):
        lines = ({"account_id": account.id, "debit": amount}, {"account_id": against.id, "credit": amount})
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": day,
            "ref": account.name,
            "line_ids": [Command.create({**line, "partner_id": partner, "name": account.name}) for line in lines],
        }
