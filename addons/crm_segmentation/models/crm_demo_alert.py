"""The story of the old lady and her daughter, to be played: a large sum goes out, and a talk turns it into business."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: Months with a credit note in the ordinary course, before the one of yesterday.
MONTHS = 14
USUAL, YESTERDAY = 120.0, 9400.0


class CrmDemo(models.AbstractModel):
    _inherit = "crm.demo"

    @api.model
    def _load_alerts(self):
        """Let a customer of many years take out far more than ever before, and switch the ready rules on."""
        company = self.env.ref("base.main_company")
        lady = self.env.ref("crm_segmentation.partner_demo_lady")
        move = self.env["account.move"].with_company(company).with_context(tracking_disable=True)
        if not company.chart_template or move.search_count([("partner_id", "=", lady.id)], limit=1):
            return
        product = self.env["product.product"].search([("name", "=", "Demo Assortment")], limit=1)
        yesterday = company._crm_today() - relativedelta(days=1)
        vals_list = [self._move_values("out_refund", lady, product, yesterday, YESTERDAY, 0)]
        for back in range(1, MONTHS + 1):
            day = yesterday - relativedelta(months=back)
            vals_list.append(self._move_values("out_invoice", lady, product, day, 1400.0 + 20 * (back % 4), 0))
            vals_list.append(self._move_values("out_refund", lady, product, day, USUAL + 5 * (back % 3), 0))
        move.create(vals_list)._post(soft=False)
        self._load_payout(company, lady, yesterday)
        self.env["crm.alert.rule"].with_context(active_test=False).search([("is_ready", "=", True)]).action_switch_on()

    def _load_payout(self, company, lady, day):
        """Pay out what was credited, from the first bank account that can."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "in", ("bank", "cash"))], limit=1
        )
        if journal.outbound_payment_method_line_ids:
            payment = {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": lady.id,
                "amount": YESTERDAY,
                "date": fields.Date.to_string(day),
                "journal_id": journal.id,
                "company_id": company.id,
            }
            self.env["account.payment"].with_company(company).create(payment).action_post()
