"""The demo company closes its months: all but the last one, with a bill that came too late."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models


class CrmDemo(models.AbstractModel):
    _inherit = "crm.demo"

    @api.model
    def _load_cost(self):
        """Close the months once they are there; a second call finds them closed."""
        before = self.env.ref("crm_cost.pool_demo", raise_if_not_found=False)
        super()._load_cost()
        if not before and self.env.ref("crm_cost.pool_demo", raise_if_not_found=False):
            self._load_closings(self.env.ref("base.main_company"))

    @api.model
    def _load_closings(self, company):
        """Close what is over since a month, book a bill into a closed month, and reopen another one."""
        periods = self.env["crm.cost.period"].search([("company_id", "=", company.id)], order="date_from")
        to_close = periods[-6:-1]
        to_close = to_close.with_user(self.env.ref("base.user_admin")).with_company(company)
        for period in to_close:
            period._close("Closed with the demonstration data")
        account = self.env.ref(f"account.{company.id}_expense_sales")
        owed = self.env.ref(f"account.{company.id}_current_liabilities")
        last = to_close[-1]
        for period, ref, amount in ((last, "Freight bill that came late", 187.4), (to_close[-2], "Bonus", 640.0)):
            late = {
                "move_type": "entry",
                "company_id": company.id,
                "date": period.date_from + relativedelta(days=20),
                "ref": ref,
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": amount}),
                    Command.create({"account_id": owed.id, "credit": amount}),
                ],
            }
            self.env["account.move"].create(late)._post(soft=False)
        second = to_close[-2]._reopen("A bonus of the sales department was booked in the wrong month")
        second._close("Second version, agreed with the tax adviser")
        last._compute_period()
