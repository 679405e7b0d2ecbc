from odoo import api, fields, models
from odoo.tools import SQL


class CrmCostUnitReport(models.Model):
    """What one order, call or visit cost, activity by activity and month by month."""

    _name = "crm.cost.unit.report"
    _inherit = ["crm.cost.currency.mixin", "crm.cell.mixin"]
    _description = "Unit Cost"
    _auto = False
    _order = "date_to desc, pool_id, activity_id, id"
    _rec_name = "activity_id"
    _depends = {
        "crm.cost.line": ["period_id", "activity_id", "level", "quantity", "minutes", "amount"],
        "crm.cost.period": ["date_to", "state", "shown"],
    }

    period_id = fields.Many2one("crm.cost.period", string="Month", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date_to = fields.Date(string="Until", readonly=True)
    pool_id = fields.Many2one("crm.cost.pool", string="Cost Pool", readonly=True)
    activity_id = fields.Many2one("crm.cost.activity", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True, aggregator=None)
    quantity = fields.Float(readonly=True, digits=(16, 2), help="How often it was done, for customers and others.")
    minutes = fields.Float(readonly=True, digits=(16, 2))
    cost = fields.Monetary(readonly=True, help="Charged at the rate of the pool; unused capacity is not in it.")
    unit_cost = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Cost / quantity: what one of them cost; of several months, of their sums.",
    )
    unit_minutes = fields.Float(
        string="Minutes Each", readonly=True, digits=(16, 2), aggregator="avg", help="Minutes / quantity."
    )

    _ratios = {"unit_cost": ("cost", "quantity", 1), "unit_minutes": ("minutes", "quantity", 1)}

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(line.id) AS id, line.period_id, line.company_id, line.currency_id, period.date_to,
                   line.pool_id, line.activity_id, COUNT(DISTINCT line.partner_id) AS customer_count,
                   SUM(line.quantity) AS quantity, SUM(line.minutes) AS minutes, -SUM(line.amount) AS cost,
                   -SUM(line.amount) / NULLIF(SUM(line.quantity), 0) AS unit_cost,
                   SUM(line.minutes) / NULLIF(SUM(line.quantity), 0) AS unit_minutes
              FROM crm_cost_line line
              JOIN crm_cost_period period ON period.id = line.period_id AND period.shown AND period.state <> 'open'
             WHERE line.level = 'activity'
             GROUP BY line.period_id, line.company_id, line.currency_id, period.date_to, line.pool_id, line.activity_id
            """
        )

    @api.depends("activity_id", "period_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.activity_id.display_name}, {row.period_id.name}"

    def action_open_lines(self):
        """Open the cost lines of the activity in the month: who it was done for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_line_action")
        domain = [("period_id", "=", self.period_id.id), ("activity_id", "=", self.activity_id.id)]
        return {**action, "name": self.display_name, "domain": domain, "context": {}}
