from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_segmentation.tests.common import InsightCommon


@tagged("post_install", "-at_install")
class TestAskPaid(InsightCommon):
    """Questions about invoices on the day on which nothing was left to pay."""

    def _pay(self, move, days, amount):
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        wizard.create({"payment_date": self.days_ago(days), "amount": amount})._create_payments()

    def test_contact_of_an_invoice_is_asked_when_it_is_paid_in_full(self):
        customer = self.customer("Payer", email="payer@paid.example.com")
        clerk = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": customer.id, "email": "clerk@paid.example.com"}
        )
        paid, half = self.invoice(clerk, 100, days=40), self.invoice(customer, 100, days=40)
        self._pay(paid, 20, 60), self._pay(paid, 3, 40), self._pay(half, 3, 50)
        shipped = self.env.ref("crm_satisfaction.program_relationship_nps")
        program = shipped.copy({"name": "Paid", "company_id": self.company.id, "user_id": False, "active": True})
        program.write({"trigger": "document", "occasion": "paid"})
        program.sudo().watch_from = fields.Datetime.now() - timedelta(days=60)
        program.date_from = False
        self.assertEqual(program._ask_due()[:2], (1, 1))
        request = self.env["crm.satisfaction.request"].search([("program_id", "=", program.id)])
        self.assertRecordValues(request, [{
            "partner_id": clerk.id,
            "customer_id": customer.id,
            "res_model": "account.move",
            "res_id": paid.id,
            "trigger_day": self.days_ago(3),
            "document_name": paid.display_name,
        }])  # fmt: skip
        self.assertEqual(program._ask_due()[0], 0)
