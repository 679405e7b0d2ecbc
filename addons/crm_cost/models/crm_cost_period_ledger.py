"""What the ledger says of revenue, cost of goods and everything that is no cost of a pool."""

from odoo import models
from odoo.tools import SQL

from .crm_cost_direct import OWN_LEVELS


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _fill_ledger(self):
        """Take in every item of the ledger that is no cost of a pool, with the sign of a contribution to profit.

        Items are added up first; then revenue is split into list price and discount, which are together what was
        booked.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_fresh (partner_id, level, attribution, account_id, amount, direct_id, role,
                                            found_by, categ_id, team_id, user_id)
                WITH source AS (%(source)s)
                SELECT who.partner_id, part.level, %(attribution)s, who.account_id, SUM(part.amount), who.direct_id,
                       who.role, who.found_by, who.categ_id, who.team_id, who.user_id
                  FROM (
                       SELECT partner_id, level, account_id, direct_id, role, found_by, categ_id, team_id, user_id,
                              -SUM(balance) AS amount, SUM(discount) AS discount
                         FROM source
                        GROUP BY partner_id, level, account_id, direct_id, role, found_by, categ_id, team_id, user_id
                       ) who
            CROSS JOIN LATERAL (
                       SELECT who.level, who.amount + who.discount AS amount
                        UNION ALL SELECT 'discount', -who.discount WHERE who.level = 'revenue'
                       ) part
                 GROUP BY 1, 2, 3, 4, 6, 7, 8, 9, 10, 11
                HAVING SUM(part.amount) <> 0
                """,
                source=self._ledger_source_sql(),
                attribution=self._attribution_sql(),
            )
        )

    def _ledger_source_sql(self):
        """Return a SELECT of the items with their level, their customer and their dimensions."""
        columns = SQL(
            """
            item.id, item.account_id, item.product_id, move.team_id, move.invoice_user_id AS user_id, place.role,
            place.direct_id, place.balance, %(level)s AS level, found.found_by, %(customer)s AS partner_id,
            CASE WHEN item.discount <> 0 AND place.role = 'revenue' AND move.move_type IN ('out_invoice', 'out_receipt')
                      AND item.display_type = 'product' AND NOT COALESCE(item.is_downpayment, FALSE)
                 THEN %(discount)s ELSE 0 END AS discount
            """,
            level=self._level_sql(),
            customer=self._customer_sql(),
            discount=self._discount_sql(),
        )
        return SQL(
            """
            SELECT placed.*, template.categ_id
              FROM (%(placed)s) placed
         LEFT JOIN product_product product ON product.id = placed.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE placed.role <> 'pool'
            """,
            placed=self._placed_sql(columns, found_by=self._found_by_sql()),
        )

    def _level_sql(self):
        """Return SQL of the level of alias ``item`` of entry ``move`` at ``place``."""
        accounts = self.env["crm.cost.account.role"]._discount_accounts(self.company_id)
        product = self.company_id.sale_discount_product_id
        return SQL(
            """
            CASE WHEN place.role = 'direct' THEN
                      (SELECT CASE WHEN direct.kind IN %(own)s THEN direct.kind ELSE 'direct' END
                         FROM crm_cost_direct direct WHERE direct.id = place.direct_id)
                 WHEN place.role = 'cost_of_goods' AND %(closing)s THEN 'variance'
                 WHEN place.role <> 'revenue' THEN place.role
                 WHEN move.move_type = 'out_refund' AND move.crm_write_off THEN 'bad_debt'
                 WHEN item.is_downpayment THEN 'down_payment'
                 WHEN move.move_type = 'out_refund' THEN 'credit_note'
                 WHEN item.display_type = 'discount' OR item.account_id IN %(accounts)s OR item.product_id = %(product)s
                 THEN 'discount'
                 ELSE 'revenue' END
            """,
            own=OWN_LEVELS,
            closing=self._stock_closing_sql(),
            accounts=tuple(accounts.ids) or (0,),
            product=product.id or 0,
        )

    def _stock_closing_sql(self):
        """Return SQL: the entry closes the stock of a month, for all customers and for none in particular."""
        names = self.env["ir.config_parameter"].sudo()
        ids = names.get_param(f"{self.company_id.id}.stock_valuation_closing_ids") or ""
        moves = tuple(int(number) for number in ids.split(",") if number.strip().isdigit())
        return SQL("item.move_id IN %s", moves) if moves else SQL("FALSE")

    def _discount_sql(self):
        """Return SQL of the discount on an invoice line, in company currency: list price is what was booked and this.

        A line given away has nothing booked to work it out from: there it is quantity times price, less included tax.
        """
        return SQL(
            """
            CASE WHEN item.discount < 100 THEN
                      ROUND(-place.balance * item.discount::numeric / (100 - item.discount::numeric) / %(unit)s)
                      * %(unit)s
                 ELSE ROUND(item.price_unit::numeric * item.quantity::numeric
                            / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)::numeric
                            / (1 + %(included)s) / %(unit)s) * %(unit)s END
            """,
            unit=self._unit(),
            included=SQL(
                "(SELECT COALESCE(SUM(tax.amount) / 100, 0) FROM account_move_line_account_tax_rel rel"
                " JOIN account_tax tax ON tax.id = rel.account_tax_id WHERE rel.account_move_line_id = item.id"
                " AND tax.amount_type = 'percent' AND COALESCE(tax.price_include_override, %s) = 'tax_included')",
                self.company_id.account_price_include or "tax_excluded",
            ),
        )
