from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install")
class InsightCommon(AccountTestInvoicingCommon):
    """A company with a chart of accounts of its own, and short ways to invoice and to run the nightly jobs."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref("crm_segmentation.group_insight_read")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(su=True)  # the nightly jobs run as the system
        cls.company = cls.env.company
        cls.today = cls.company._crm_today()
        cls.revenue = cls.env.ref("crm_segmentation.measure_revenue")
        cls.invoices = cls.env.ref("crm_segmentation.measure_invoices")
        cls.credit_notes = cls.env.ref("crm_segmentation.measure_credit_notes")
        cls.purchase_days = cls.env.ref("crm_segmentation.measure_purchase_days")
        cls.scheme = cls.env.ref("crm_segmentation.scheme_abc")
        cls.class_a, cls.class_b, cls.class_c = cls.scheme.segment_ids

    @classmethod
    def customer(cls, name="Customer", **values):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def days_ago(cls, days):
        return fields.Date.subtract(cls.today, days=days)

    @classmethod
    def invoice(cls, partner, amount, days=10, move_type="out_invoice", post=True, **values):
        """Create an untaxed invoice of ``amount`` dated some days ago."""
        line = {"name": "Goods", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": cls.days_ago(days),
                "date": cls.days_ago(days),
                "invoice_line_ids": [Command.create({**line, "account_id": cls.revenue_account().id})],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def revenue_account(cls):
        return cls.company_data["default_account_revenue"]

    @classmethod
    def run_jobs(cls):
        """Run every step of the chain to its end within the test's transaction."""
        for job in cls.env["crm.job"].search([]):
            job.run_number += 1
            remaining = 1
            while remaining:
                _done, remaining = job._run_batch()

    def card(self, partner, company=None):
        company = company or self.company
        return self.env["crm.customer"].search([("partner_id", "=", partner.id), ("company_id", "=", company.id)])

    def value(self, measure, partner, company=None):
        company = self.company if company is None else company
        return self.env["crm.measure.value"].search(
            [("measure_id", "=", measure.id), ("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        )
