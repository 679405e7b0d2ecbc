from odoo import api, fields, models

GOODS_SOURCES = [
    ("ledger", "As booked in the ledger"),
    ("standard", "Quantity delivered x cost at that date"),
    ("valuation", "Stock valuation of what was invoiced"),
    ("margin", "Cost on the sales order (sales margin)"),
]


class CrmCostSetting(models.Model):
    """How customer profit is counted in a company: one record for each."""

    _name = "crm.cost.setting"
    _description = "Customer Profit Settings"
    _order = "company_id, id"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", default=lambda self: self.env.company
    )
    plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Analytic Plan",
        ondelete="restrict",
        domain=[("parent_id", "=", False)],
        help="The one plan whose analytic accounts divide journal items in the account map. Two plans would divide "
        "them twice.",
    )
    goods_source = fields.Selection(
        GOODS_SOURCES,
        string="Cost of Goods",
        required=True,
        default="ledger",
        help="What a customer's goods cost. With periodic stock valuation the ledger holds no cost of goods for each "
        "customer: take the quantity delivered. Whatever differs from the ledger is shown as variance.",
    )
    money_rate = fields.Float(
        string="Cost of Money (% a year)",
        digits=(16, 4),
        help="Yearly rate charged on what customers owe at the end of each day. Zero: no cost of money. It is imputed: "
        "it stands below the result that agrees with the ledger.",
    )
    band_ids = fields.One2many(
        "crm.cost.loss.band",
        "setting_id",
        string="Expected Loss",
        help="Share of overdue receivables that is expected to be lost. Without any: no expected loss.",
    )

    _company_uniq = models.UniqueIndex("(company_id)", "This company has its settings already.")
    _money_rate_valid = models.Constraint(
        "CHECK (money_rate >= 0 AND money_rate <= 100)", "The rate is between 0 and 100 % a year."
    )

    @api.model
    def _of(self, company):
        """Return the settings of a company, or what is assumed when there are none."""
        return self.search([("company_id", "=", company.id)], limit=1) or self.new({"company_id": company.id})

    @api.model
    def _ensure(self, company):
        """Return the settings of a company, created when there are none."""
        setting = self.search([("company_id", "=", company.id)], limit=1)
        return setting or self.create({"company_id": company.id})

    @api.model
    def action_open(self):
        """Open the settings of the current company."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Profit Settings"),
            "res_model": self._name,
            "res_id": self._ensure(self.env.company).id,
            "view_mode": "form",
        }
