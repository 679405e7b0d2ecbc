"""Relationship or transaction: what ties a customer to us, with the facts it was judged by."""

from odoo import fields, models


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    relationship_index = fields.Float(
        digits=0,
        readonly=True,
        aggregator="avg",
        help="0 to 100: mean of the customer's ranks in the company by tenure, product categories bought, exchanges per "
        "order and share bought without discount. Empty with too little history.",
    )
    relationship_kind = fields.Selection(
        [
            ("relationship", "Relationship"),
            ("mixed", "Mixed"),
            ("transaction", "Transaction"),
            ("unknown", "Too Little History"),
        ],
        string="Kind of Customer",
        readonly=True,
        help="Relationship from an index of 60, transaction up to 40, mixed between.",
    )
    tenure_days = fields.Integer(
        string="Tenure (days)",
        compute="_compute_tenure_days",
        help="Days from the first purchase to today, in the time zone of the company.",
    )
    relationship_facts = fields.Html(
        string="Evidence",
        compute="_compute_relationship_facts",
        sanitize=False,
        help="The facts behind the index, each with its rank among the company's customers and its documents.",
    )

    def _compute_tenure_days(self):
        for company, customers in self.grouped("company_id").items():
            today = company._crm_today()
            for customer in customers:
                first = customer.first_purchase_date
                customer.tenure_days = (today - first).days if first else False

    def _compute_relationship_facts(self):
        self.relationship_facts = False
