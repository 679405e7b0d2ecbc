from odoo import fields, models


class CrmCostWhaleTile(models.TransientModel):
    _name = "crm.cost.whale.tile"
    _description = "Group of Customers by Profit"
    _order = "number, id"
    _rec_name = "number"

    whale_id = fields.Many2one("crm.cost.whale", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="whale_id.currency_id")
    number = fields.Integer(string="Group", help="1 holds the customers who earn most.")
    customers = fields.Integer(string="Number", help="Customers, categories, countries or people in the group.")
    revenue = fields.Monetary()
    total_cost = fields.Monetary(help="Cost of goods and cost to serve.")
    gross_margin = fields.Monetary()
    service = fields.Monetary(string="Cost to Serve")
    profit = fields.Monetary()
    profit_share = fields.Float(string="Profit %", help="Of the profit of all customers.")
    cumulative = fields.Monetary(string="Cumulative Profit")
    cumulative_share = fields.Float(string="Cumulative %")
    revenue_to_cost = fields.Float(
        string="Revenue / Cost", digits=(16, 3), help="Revenue / total cost. A trader's total cost is mostly goods."
    )
    margin_to_service = fields.Float(
        string="Margin / Service", digits=(16, 2), help="Gross margin / cost to serve: comparable between trades."
    )

    def action_open_customers(self):
        """Open the customers of this group."""
        self.ensure_one()
        return self.whale_id._keys_action(self.whale_id._tile_keys(self.number))
