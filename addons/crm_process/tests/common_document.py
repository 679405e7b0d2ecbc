from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import ProcessCommon


class DocumentCommon(ProcessCommon, AccountTestInvoicingCommon):
    """Quotations bring a case to Offer, orders to Won, payment to after-sales; New asks for the expected revenue."""

    @classmethod
    def get_default_groups(cls):
        groups = ("sales_team.group_sale_manager", "crm_segmentation.group_insight_configure", "base.group_system")
        return super().get_default_groups().union(*(cls.env.ref(group) for group in groups))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {"name": "Desk", "type": "consu", "list_price": 100, "invoice_policy": "order", "taxes_id": False}
        )
        cls.service = cls.env["product.product"].create(
            {"name": "Assembly", "type": "service", "list_price": 50, "invoice_policy": "order", "taxes_id": False}
        )
        cls.process.company_id = False
        cls.followup = cls.env["crm.stage"].create(
            {"name": "Care", "is_won": True, "sequence": 200, "team_ids": [cls.team.id]}
        )
        cls.process.followup_stage_id = cls.followup
        rows = [
            (cls.stage_new, False),
            (cls.stage_middle, False),
            (cls.stage_offer, "quotation"),
            (cls.stage_won, "order"),
            (cls.followup, "payment"),
        ]
        cls.sheets = cls.env["crm.process.stage"].create(
            [
                {"process_id": cls.process.id, "stage_id": stage.id, "sequence": place, "document_event": event}
                for place, (stage, event) in enumerate(rows)
            ]
        )
        cls.output = cls.env["crm.process.io"].create(
            {
                "sheet_id": cls.sheets[0].id,
                "kind": "output",
                "name": "Volume",
                "evidence": "field",
                "field_id": cls.env["ir.model.fields"]._get("crm.lead", "expected_revenue").id,
            }
        )

    def _order(self, lead, lines=((1, "goods"),), **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": lead.id,
                "order_line": [
                    Command.create({"product_id": getattr(self, product).id, "product_uom_qty": quantity})
                    for quantity, product in lines
                ],
                **values,
            }
        )
        self._end()
        return order

    def _end(self):
        """End the transaction, as far as a test can."""
        self.env.cr.flush()

    def _stage(self, lead):
        self._end()
        lead.invalidate_recordset()
        return lead.stage_id

    def _invoice(self, orders):
        invoice = orders._create_invoices()
        invoice.action_post()
        return invoice

    def _pay(self, invoice, amount=None):
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard.create({"amount": amount or invoice.amount_total})._create_payments()
        self._end()

    def _log(self, lead):
        return self.env["crm.stage.log"].search([("lead_id", "=", lead.id)], order="id desc", limit=1)
