"""What the ledger says of revenue, cost of goods and everything that is no cost of a pool."""

from odoo import models
from odoo.tools import SQL

from .crm_cost_direct import OWN_LEVELS


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    def _fill_ledger(self):
        """Take in every item of the ledger that is no cost of a pool, with the sign of a contribution to profit.

        Revenue is split into list price and discount, which are together what was booked.
        """
        self._gather()
        sources = [self._gathered_sql(), *([self._single_sql()] if self._has_single() else [])]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_fresh (partner_id, level, attribution, account_id, amount, direct_id, role,
                                            found_by, categ_id, team_id, user_id)
                WITH source AS MATERIALIZED (%(source)s),
                     part AS (
                     SELECT partner_id, level, account_id, discount - balance AS amount, direct_id, role, found_by,
                            categ_id, team_id, user_id FROM source
                      UNION ALL
                     SELECT partner_id, 'discount', account_id, -discount, direct_id, role, found_by, categ_id, team_id,
                            user_id FROM source WHERE discount <> 0)
                SELECT who.partner_id, who.level, %(attribution)s, who.account_id, SUM(who.amount), who.direct_id,
                       who.role, who.found_by, who.categ_id, who.team_id, who.user_id
                  FROM part who
                 GROUP BY 1, 2, 3, 4, 6, 7, 8, 9, 10, 11
                HAVING SUM(who.amount) <> 0
                """,
                source=SQL(" UNION ALL ").join(sources),
                attribution=self._attribution_sql(),
            )
        )

    def _gathered_sql(self):
        """Return a SELECT of the items that were added up at once, with their level, customer and dimensions."""
        return SQL(
            """
            SELECT gathered.partner_id, COALESCE(gathered.level, %s) AS level, place.account_id, place.direct_id,
                   place.role, CASE WHEN place.has_customer THEN 'document' ELSE 'none' END AS found_by,
                   gathered.categ_id, gathered.team_id, gathered.user_id, gathered.balance,
                   COALESCE(gathered.discount, 0) AS discount
              FROM crm_cost_gathered gathered
              JOIN crm_cost_place place ON place.place_id = gathered.place_id
             WHERE gathered.item_id IS NULL
            """,
            self._place_level_sql(),
        )

    def _single_sql(self):
        """Return the same of the items that need a look of their own, and of the shares of those that are divided."""
        columns = SQL(
            """
            item.product_id, move.team_id, move.invoice_user_id AS user_id, item.account_id, place.role,
            place.direct_id, place.balance, %(level)s AS level, found.found_by, %(customer)s AS partner_id,
            COALESCE(%(discount)s, 0) AS discount
            """,
            level=self._level_sql(),
            customer=self._customer_sql(),
            discount=self._discount_sql(),
        )
        return SQL(
            """
            SELECT placed.partner_id, placed.level, placed.account_id, placed.direct_id, placed.role, placed.found_by,
                   template.categ_id, placed.team_id, placed.user_id, placed.balance, placed.discount
              FROM (%(placed)s) placed
         LEFT JOIN product_product product ON product.id = placed.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE placed.role <> 'pool'
            """,
            placed=self._placed_sql(columns, found_by=self._found_by_sql(), single=True),
        )

    def _level_sql(self):
        """Return SQL of the level of alias ``item`` of entry ``move`` at ``place``."""
        return SQL("COALESCE(%s, %s)", self._item_level_sql(), self._place_level_sql())

    def _place_level_sql(self):
        """Return SQL of the level that alias ``place`` gives to all of its items."""
        return SQL(
            "CASE WHEN place.role = 'direct' THEN (SELECT CASE WHEN direct.kind IN %s THEN direct.kind ELSE 'direct'"
            " END FROM crm_cost_direct direct WHERE direct.id = place.direct_id) ELSE place.role END",
            OWN_LEVELS,
        )

    def _item_level_sql(self):
        """Return SQL of the level where the item itself decides; else it is that of its place."""
        return SQL(
            """
            CASE WHEN place.role = 'revenue' THEN
                 CASE WHEN move.move_type = 'out_refund' AND move.crm_write_off THEN 'bad_debt'
                      WHEN item.is_downpayment THEN 'down_payment'
                      WHEN move.move_type = 'out_refund' THEN 'credit_note'
                      WHEN %(discount)s THEN 'discount' ELSE 'revenue' END
                 WHEN place.role = 'cost_of_goods' AND %(closing)s THEN 'variance' END
            """,
            discount=self._is_discount_sql(),
            closing=self._stock_closing_sql(),
        )

    def _is_discount_sql(self):
        """Return SQL: the item as a whole is a discount."""
        return SQL(
            "(item.display_type = 'discount' OR item.account_id IN %s OR item.product_id = %s)",
            tuple(self.env["crm.cost.account.role"]._discount_accounts(self.company_id).ids) or (0,),
            self.company_id.sale_discount_product_id.id or 0,
        )

    def _stock_closing_sql(self):
        """Return SQL: the entry closes the stock of a month, for all customers and for none in particular."""
        names = self.env["ir.config_parameter"].sudo()
        ids = names.get_param(f"{self.company_id.id}.stock_valuation_closing_ids") or ""
        moves = tuple(int(number) for number in ids.split(",") if number.strip().isdigit())
        return SQL("item.move_id IN %s", moves) if moves else SQL("FALSE")

    def _discount_sql(self, given=None):
        """Return SQL of the discount on an invoice line, in company currency: list price is what was booked and this.

        A line given away has nothing booked to work it out from: there it is quantity times price, less included tax.
        An item that is a discount as a whole is one already.

        :param SQL given: says the value of a line given away instead
        """
        return SQL(
            """
            CASE WHEN item.discount <> 0 AND place.role = 'revenue' AND move.move_type IN ('out_invoice', 'out_receipt')
                      AND item.display_type = 'product' AND item.is_downpayment IS NOT TRUE
                      AND %(whole)s IS NOT TRUE THEN
                 CASE WHEN item.discount < 100 THEN
                           ROUND(-place.balance * item.discount::numeric / (100 - item.discount::numeric) / %(unit)s)
                           * %(unit)s
                      ELSE %(given)s END END
            """,
            unit=self._unit(),
            whole=self._is_discount_sql(),
            given=given or self._given_sql(),
        )

    def _given_sql(self):
        """Return SQL of the list price of a line given away."""
        return SQL(
            """
            ROUND(item.price_unit::numeric * item.quantity::numeric
                  / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)::numeric / (1 + %(included)s) / %(unit)s)
            * %(unit)s
            """,
            unit=self._unit(),
            included=SQL(
                "(SELECT COALESCE(SUM(tax.amount) / 100, 0) FROM account_move_line_account_tax_rel rel"
                " JOIN account_tax tax ON tax.id = rel.account_tax_id WHERE rel.account_move_line_id = item.id"
                " AND tax.amount_type = 'percent' AND COALESCE(tax.price_include_override, %s) = 'tax_included')",
                self.company_id.account_price_include or "tax_excluded",
            ),
        )
