"""Questions about documents of apps that may or may not be installed."""

from odoo import fields, models
from odoo.tools import SQL, float_compare

#: How many order lines are compared at a time, so that memory stays flat.
BATCH = 1000


class CrmCostCheck(models.Model):
    _inherit = "crm.cost.check"

    def _check_not_invoiced(self, period):
        """Order lines of which more was delivered than invoiced at the end of the month: cost without revenue."""
        return self._lines_out_of_step(period, 1)

    def _check_not_delivered(self, period):
        """Order lines of which more was invoiced than delivered at the end of the month: revenue without cost."""
        return self._lines_out_of_step(period, -1)

    def _lines_out_of_step(self, period, sign):
        """Return the order lines that were out of step on the last day, as core itself counts for accruals."""
        if "sale.order.line" not in self.env:
            return None
        lines = period.env["sale.order.line"].with_context(accrual_entry_date=str(period.date_to))
        ids = [number for (number,) in period.env.execute_query(self._moving_lines_sql(period))]
        found = []
        for start in range(0, len(ids), BATCH):
            for line in lines.browse(ids[start : start + BATCH]):
                digits = line.product_uom_id.rounding or 0.01
                manual = line.qty_delivered_method == "manual"
                # Nobody knows when a quantity typed by hand was delivered: core takes it for nothing in the past.
                delivered = line.qty_delivered if manual else line.qty_delivered_at_date
                step = float_compare(delivered, line.qty_invoiced_at_date, precision_rounding=digits)
                if step == sign:
                    found.append(line.id)
            lines.env.invalidate_all()
        return {"model": "sale.order.line", "domain": [("id", "in", found)]}

    def _moving_lines_sql(self, period):
        """Return SQL of the order lines worth asking: out of step today, or moved since the end of the month."""
        after = SQL(
            "EXISTS (SELECT FROM sale_order_line_invoice_rel rel"
            " JOIN account_move_line item ON item.id = rel.invoice_line_id"
            " WHERE rel.order_line_id = line.id AND item.date > %s)",
            period.date_to,
        )
        moves = period.env["stock.move"]._fields if "stock.move" in period.env else {}
        if "sale_line_id" in moves:
            after = SQL(
                "%s OR EXISTS (SELECT FROM stock_move move WHERE move.sale_line_id = line.id AND move.state = 'done'"
                " AND move.date >= %s)",
                after,
                fields.Date.add(period.date_to, days=1),
            )
        return SQL(
            """
            SELECT line.id FROM sale_order_line line JOIN sale_order orders ON orders.id = line.order_id
             WHERE orders.company_id = %s AND line.state = 'sale' AND line.display_type IS NULL
               AND line.is_downpayment IS NOT TRUE AND orders.date_order < %s
               AND (line.qty_delivered IS DISTINCT FROM line.qty_invoiced OR %s)
             ORDER BY line.id
            """,
            period.company_id.id,
            fields.Date.add(period.date_to, days=1),
            after,
        )

    def _check_timesheet(self, period):
        """People who recorded time in the three months before and nothing in this one."""
        if "hr.employee" not in self.env or "project_id" not in self.env["account.analytic.line"]._fields:
            return None
        rows = period.env.execute_query(
            SQL(
                """
                SELECT time.employee_id FROM account_analytic_line time
                  JOIN hr_employee employee ON employee.id = time.employee_id AND employee.active
                 WHERE time.project_id IS NOT NULL AND time.company_id = %s AND time.date BETWEEN %s AND %s
                 GROUP BY time.employee_id HAVING MAX(time.date) < %s
                """,
                period.company_id.id,
                fields.Date.subtract(period.date_from, months=3),
                period.date_to,
                period.date_from,
            )
        )
        return {"model": "hr.employee", "domain": [("id", "in", [employee for (employee,) in rows])]}

    def _check_stock(self, period):
        """The stock of the month is not closed: with periodic valuation the ledger lacks its cost of goods."""
        company = period.company_id
        if "inventory_valuation" not in company._fields or company.inventory_valuation == "real_time":
            return None
        key = f"{company.id}.stock_valuation_closing_ids"
        numbers = (period.env["ir.config_parameter"].sudo().get_param(key) or "").split(",")
        closed = period.env["account.move"].search_count(
            [
                ("id", "in", [int(number) for number in numbers if number.isdigit()]),
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("date", ">=", period.date_to),
            ],
            limit=1,
        )
        return {"model": "res.company", "domain": [("id", "=", company.id)], "count": int(not closed)}
