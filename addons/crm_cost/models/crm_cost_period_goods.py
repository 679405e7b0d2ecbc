"""What the goods of each customer cost, when the ledger does not say it customer by customer."""

from odoo import fields, models
from odoo.tools import SQL

from .crm_cost_setting import GOODS_SOURCES

#: Invoiced lines of the month with a product, as alias ``item`` of entry ``move``, and the sign of their quantity.
INVOICED = SQL(
    "account_move_line item JOIN account_move move ON move.id = item.move_id"
    " AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt') AND item.display_type = 'product'"
    " JOIN product_product product ON product.id = item.product_id"
    " JOIN product_template template ON template.id = product.product_tmpl_id"
)


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    goods_source = fields.Selection(
        GOODS_SOURCES,
        string="Cost of Goods by",
        readonly=True,
        copy=False,
        help="Where the cost of goods of the customers was taken from when the month was computed.",
    )

    def _fill_goods(self):
        """Replace the ledger's cost of goods by what the setting says; what differs from the ledger is variance."""
        source = self.env["crm.cost.setting"]._of(self.company_id).goods_source
        if source == "ledger":
            return
        cr = self.env.cr
        cr.execute(
            "WITH gone AS (DELETE FROM crm_cost_fresh WHERE role = 'cost_of_goods' RETURNING amount)"
            " SELECT COALESCE(SUM(amount), 0) FROM gone"
        )
        [(booked,)] = cr.fetchall()
        cr.execute(
            SQL(
                """
                INSERT INTO crm_cost_fresh (partner_id, level, attribution, quantity, amount, role, found_by, categ_id,
                                            team_id, user_id)
                SELECT who.partner_id, 'cost_of_goods', %(attribution)s, ROUND(SUM(who.quantity)::numeric, 4),
                       -ROUND(SUM(who.cost)::numeric / %(unit)s) * %(unit)s, 'cost_of_goods',
                       CASE WHEN who.partner_id IS NULL THEN 'none' ELSE 'document' END, who.categ_id, who.team_id,
                       who.user_id
                  FROM (%(goods)s) who
                 GROUP BY who.partner_id, who.categ_id, who.team_id, who.user_id
                HAVING ROUND(SUM(who.cost)::numeric / %(unit)s) <> 0
                """,
                attribution=self._attribution_sql(),
                unit=self._unit(),
                goods=self._goods_sql(source),
            )
        )
        cr.execute(
            SQL(
                "INSERT INTO crm_cost_fresh (level, attribution, amount, role, found_by)"
                " SELECT 'variance', 'none', gap.amount, 'cost_of_goods', 'none' FROM (SELECT %s::numeric -"
                " COALESCE(SUM(amount), 0) AS amount FROM crm_cost_fresh WHERE role = 'cost_of_goods') gap"
                " WHERE gap.amount <> 0",
                booked,
            )
        )

    def _goods_sql(self, source):
        """Return a SELECT of (partner_id, categ_id, team_id, user_id, quantity, cost) of the goods of the month."""
        valued = "stock.move" in self.env and "value" in self.env["stock.move"]
        linked = "sale_line_id" in self.env["stock.move"] if valued else False
        if source == "standard" and valued:
            return self._goods_delivered_sql(linked)
        price = self._product_cost_sql()
        if source == "margin" and "purchase_price" in self.env["sale.order.line"]:
            price = SQL("COALESCE(%s, %s)", self._margin_price_sql(), price)
        elif source == "valuation" and linked:
            price = SQL("COALESCE(%s, %s)", self._valuation_price_sql(), price)
        return self._goods_invoiced_sql(price)

    def _goods_delivered_sql(self, linked):
        """Return the goods that left for customers in the month, at what they cost when they left; returns negative."""
        order = SQL("NULL::integer")
        joins = SQL()
        if linked:
            order = SQL("ordered.partner_id")
            joins = SQL(
                "LEFT JOIN sale_order_line sold ON sold.id = moved.sale_line_id"
                " LEFT JOIN sale_order ordered ON ordered.id = sold.order_id"
            )
        return SQL(
            """
            SELECT customer.commercial_partner_id AS partner_id, template.categ_id, %(team)s AS team_id,
                   %(user)s AS user_id, moved.quantity * way.sign AS quantity, moved.value * way.sign AS cost
              FROM stock_move moved
              JOIN stock_location origin ON origin.id = moved.location_id
              JOIN stock_location target ON target.id = moved.location_dest_id
        CROSS JOIN LATERAL (SELECT (target.usage = 'customer')::integer
                                 - (origin.usage = 'customer')::integer AS sign) way
              JOIN product_product product ON product.id = moved.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN stock_picking picking ON picking.id = moved.picking_id
              %(joins)s
         LEFT JOIN res_partner customer ON customer.id = COALESCE(%(order)s, picking.partner_id, moved.partner_id)
             WHERE moved.company_id = %(company)s AND moved.state = 'done' AND way.sign <> 0 AND moved.value <> 0
               AND (moved.date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date BETWEEN %(begin)s AND %(end)s
            """,
            joins=joins,
            order=order,
            team=SQL("ordered.team_id") if linked else SQL("NULL::integer"),
            user=SQL("ordered.user_id") if linked else SQL("NULL::integer"),
            company=self.company_id.id,
            zone=self.company_id._crm_timezone(),
            begin=self.date_from,
            end=self.date_to,
        )

    def _goods_invoiced_sql(self, price):
        """Return the goods invoiced in the month at a ``price`` for each unit of measure of the line."""
        return SQL(
            """
            SELECT move.commercial_partner_id AS partner_id, template.categ_id, move.team_id,
                   move.invoice_user_id AS user_id, sold.quantity, sold.quantity * (%(price)s)::numeric AS cost
              FROM %(items)s
        CROSS JOIN LATERAL (SELECT item.quantity::numeric * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                                   AS quantity) sold
             WHERE item.company_id = %(company)s AND item.parent_state = 'posted'
               AND item.date BETWEEN %(begin)s AND %(end)s AND template.type <> 'service'
               AND item.is_downpayment IS NOT TRUE
            """,
            price=price,
            items=INVOICED,
            company=self.company_id.id,
            begin=self.date_from,
            end=self.date_to,
        )

    def _product_cost_sql(self):
        """Return SQL of the cost on the product of today, in the line's unit of measure."""
        return SQL(
            """
            COALESCE((product.standard_price ->> %s)::numeric, 0)
            * COALESCE((SELECT line_unit.factor / NULLIF(own_unit.factor, 0) FROM uom_uom line_unit, uom_uom own_unit
                         WHERE line_unit.id = item.product_uom_id AND own_unit.id = template.uom_id), 1)::numeric
            """,
            str(self.company_id.id),
        )

    def _margin_price_sql(self):
        """Return SQL of the cost the sales order noted, in company currency."""
        return SQL(
            """
            (SELECT AVG(sold_line.purchase_price / COALESCE(NULLIF(ordered.currency_rate, 0), 1))
               FROM sale_order_line_invoice_rel rel
               JOIN sale_order_line sold_line ON sold_line.id = rel.order_line_id
               JOIN sale_order ordered ON ordered.id = sold_line.order_id
              WHERE rel.invoice_line_id = item.id)
            """
        )

    def _valuation_price_sql(self):
        """Return SQL of the value, for each unit of measure of the line, of what was delivered for the invoice line."""
        return SQL(
            """
            (SELECT SUM(moved.value) / NULLIF(SUM(moved.quantity * moved_unit.factor / own_unit.factor), 0)
                    * MAX(line_unit.factor / own_unit.factor)
               FROM sale_order_line_invoice_rel rel
               JOIN stock_move moved ON moved.sale_line_id = rel.order_line_id AND moved.state = 'done'
                AND moved.product_id = item.product_id
               JOIN stock_location target ON target.id = moved.location_dest_id AND target.usage = 'customer'
               JOIN uom_uom moved_unit ON moved_unit.id = moved.product_uom
               JOIN uom_uom own_unit ON own_unit.id = template.uom_id
               JOIN uom_uom line_unit ON line_unit.id = COALESCE(item.product_uom_id, template.uom_id)
              WHERE rel.invoice_line_id = item.id)
            """
        )
