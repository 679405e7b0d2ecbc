"""Whose an item of the ledger is: the first thing that tells it, and the customer it names."""

from odoo import models
from odoo.tools import SQL

from .crm_cost_period_places import BILLS


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _found_by_sql(self):
        """Return SQL of what tells the customer of alias ``item`` of entry ``move`` at ``place``.

        Customer documents name the customer. A bill is for whom it says, whose analytic account or order it is; its
        partner is the supplier, never the customer served, also when he buys from us. In other entries the customer is
        the one whose receivable is booked in the same entry; in entries about bad debt, collection and litigation the
        contact himself, unless the entry is about what we owe him.
        """
        return SQL(
            """
            CASE WHEN place.role IN ('pool', 'unmapped', 'kept_out') OR place.customer_rule = 'none' THEN 'none'
                 WHEN move.move_type IN ('out_invoice', 'out_refund', 'out_receipt') THEN 'document'
                 WHEN move.move_type IN %(bills)s THEN
                      CASE WHEN item.crm_customer_id IS NOT NULL THEN 'for_customer'
                           WHEN place.partner_id IS NOT NULL THEN place.found_by
                           WHEN %(order)s IS NOT NULL THEN 'order'
                           ELSE 'none' END
                 WHEN %(order)s IS NOT NULL THEN 'order'
                 WHEN item.partner_id IS NULL OR %(staff)s THEN 'none'
                 WHEN %(receivable)s THEN 'receivable'
                 WHEN place.customer_rule = 'partner' THEN 'partner'
                 WHEN %(credit)s AND NOT %(payable)s THEN 'partner'
                 ELSE 'none' END
            """,
            bills=BILLS,
            order=self._order_partner_sql(),
            staff=self._staff_sql(),
            receivable=self._counterpart_sql("asset_receivable"),
            payable=self._counterpart_sql("liability_payable"),
            credit=SQL(
                "(place.role IN %(own)s OR %(kind)s IN %(own)s)", own=self._credit_levels(), kind=self._kind_sql()
            ),
        )

    def _customer_sql(self):
        """Return SQL of the customer, once alias ``found`` says what tells it."""
        return SQL(
            """
            CASE found.found_by
                 WHEN 'none' THEN NULL
                 WHEN 'document' THEN move.commercial_partner_id
                 WHEN 'analytic' THEN place.partner_id
                 WHEN 'order' THEN COALESCE(place.partner_id, %s)
                 ELSE (SELECT commercial_partner_id FROM res_partner WHERE id = CASE found.found_by
                       WHEN 'for_customer' THEN item.crm_customer_id ELSE item.partner_id END) END
            """,
            self._order_partner_sql(),
        )

    def _credit_levels(self):
        return ("bad_debt", "collection", "litigation")

    def _kind_sql(self):
        return SQL("(SELECT direct.kind FROM crm_cost_direct direct WHERE direct.id = place.direct_id)")

    def _counterpart_sql(self, account_type):
        """Return SQL: the entry has an item of the same contact on such an account."""
        return SQL(
            """
            EXISTS (SELECT FROM account_move_line due
                      JOIN account_account due_account ON due_account.id = due.account_id
                     WHERE due.move_id = item.move_id AND due.partner_id = item.partner_id
                       AND due_account.account_type = %s)
            """,
            account_type,
        )

    def _staff_sql(self):
        """Return SQL: the contact of the item is one of our own people, who is no customer outside his invoices."""
        users = SQL("SELECT FROM res_partner staff WHERE staff.id = item.partner_id AND staff.partner_share IS FALSE")
        if "hr.employee" not in self.env:
            return SQL("EXISTS (%s)", users)
        return SQL("(EXISTS (%s) OR EXISTS (SELECT FROM hr_employee WHERE work_contact_id = item.partner_id))", users)

    def _order_partner_sql(self):
        """Return SQL of the customer of the sales order a bill's item was bought or spent for, by what is installed."""
        orders = [
            # Reinvoiced cost: the analytic line born of the item goes on a sales order.
            SQL(
                "SELECT sold.order_id FROM account_analytic_line spent"
                " JOIN sale_order_line sold ON sold.id = spent.so_line WHERE spent.move_line_id = item.id"
            )
        ]
        if "purchase.order.line" in self.env and "sale_line_id" in self.env["purchase.order.line"]:
            orders.append(
                SQL(
                    "SELECT sold.order_id FROM purchase_order_line bought JOIN sale_order_line sold"
                    " ON sold.id = bought.sale_line_id WHERE bought.id = item.purchase_line_id"
                )
            )
        if "hr.expense" in self.env and "sale_order_id" in self.env["hr.expense"]:
            orders.append(SQL("SELECT sale_order_id FROM hr_expense WHERE hr_expense.id = item.expense_id"))
        return SQL(
            "(SELECT MIN(customer.commercial_partner_id) FROM (%s) sale JOIN sale_order ordered"
            " ON ordered.id = sale.order_id JOIN res_partner customer ON customer.id = ordered.partner_id)",
            SQL(" UNION ALL ").join(orders),
        )
