"""What the ledger says of revenue, cost of goods and everything that is no cost of a pool."""

from odoo import models
from odoo.tools import SQL


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _customer_sql(self):
        """Return SQL of the customer of a journal item: alias ``item`` of entry ``move``.

        Customer documents name the customer. In other entries he is the one whose receivable is booked in the same
        entry; the partner of a vendor bill is the supplier, never the customer served.
        """
        return SQL(
            """
            CASE WHEN role.role NOT IN ('revenue', 'cost_of_goods') THEN NULL
                 WHEN move.move_type IN ('out_invoice', 'out_refund', 'out_receipt') THEN move.commercial_partner_id
                 WHEN move.move_type = 'entry' AND item.partner_id IS NOT NULL AND EXISTS (
                      SELECT FROM account_move_line due
                        JOIN account_account receivable ON receivable.id = due.account_id
                       WHERE due.move_id = item.move_id AND due.partner_id = item.partner_id
                         AND receivable.account_type = 'asset_receivable')
                 THEN (SELECT commercial_partner_id FROM res_partner WHERE id = item.partner_id) END
            """
        )

    def _fill_ledger(self):
        """Take in every item of the ledger that is no cost of a pool, with the sign of a contribution to profit."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_fresh (partner_id, level, attribution, activity_id, pool_id, account_id,
                                            quantity, minutes, amount)
                SELECT source.partner_id, source.role, source.attribution, NULL, NULL, source.account_id, NULL, NULL,
                       -SUM(source.balance)
                  FROM (
                       SELECT who.partner_id, role.role, item.balance,
                              %(attribution)s AS attribution,
                              CASE WHEN role.role IN ('unmapped', 'kept_out') THEN item.account_id END AS account_id
                         FROM %(items)s
                         JOIN account_move move ON move.id = item.move_id
                         JOIN (%(roles)s) role ON role.account_id = item.account_id AND role.role <> 'pool'
                   CROSS JOIN LATERAL (SELECT %(customer)s AS partner_id) who
                       ) source
                 GROUP BY source.partner_id, source.role, source.attribution, source.account_id
                HAVING SUM(source.balance) <> 0
                """,
                attribution=self._attribution_sql(),
                items=self._items_sql(),
                roles=self.env["crm.cost.account.role"]._roles_sql(self.company_id),
                customer=self._customer_sql(),
            )
        )
