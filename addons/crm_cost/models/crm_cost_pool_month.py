from odoo import api, fields, models

from ..tools.months import fiscal_month


class CrmCostPoolMonth(models.Model):
    """A figure of one month that differs from what the pool says in general: a holiday month, a new budget."""

    _name = "crm.cost.pool.month"
    _description = "Month of a Cost Pool"
    _order = "pool_id, date_from desc, kind, id"
    _rec_name = "date_from"

    pool_id = fields.Many2one("crm.cost.pool", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="pool_id.company_id", store=True, index=True)
    date_from = fields.Date(
        string="Month", required=True, help="Any day of the month; the fiscal month that holds it begins here."
    )
    kind = fields.Selection(
        [("capacity", "Practical capacity (minutes)"), ("budget", "Budget")],
        string="Figure",
        required=True,
        default="capacity",
        help="What is different in this month.",
    )
    value = fields.Float(required=True, digits=(16, 2), help="Figure of this month, in minutes or in money.")
    note = fields.Char(help="Why, for example Company holidays.")

    _month_uniq = models.UniqueIndex("(pool_id, kind, date_from)", "This month has such a figure already.")
    _value_valid = models.Constraint(
        "CHECK (value > -1e15 AND value < 1e15 AND (kind <> 'capacity' OR value >= 0))",
        "The capacity cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Begin every figure with the fiscal month that holds its day."""
        pools = self.env["crm.cost.pool"]
        for vals in vals_list:
            vals.update(self._first_day(vals, pools.browse(vals.get("pool_id"))))
        return super().create(vals_list)

    def write(self, vals):
        """Begin every figure with the fiscal month that holds its day."""
        pool = self.env["crm.cost.pool"].browse(vals.get("pool_id")) or self.pool_id[:1]
        return super().write({**vals, **self._first_day(vals, pool)})

    def _first_day(self, vals, pool):
        """Return the values that move a typed day to the first one of its month."""
        day = fields.Date.to_date(vals.get("date_from"))
        if not day:
            return {}
        ends = self.env["crm.cost.period"]._fiscal_end(pool.company_id or self.env.company)
        return {"date_from": fiscal_month(day, *ends)[0]}
