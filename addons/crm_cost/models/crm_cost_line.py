from odoo import api, fields, models

from .crm_cost_account_role import ROLES

#: In the order of the statement. Revenue and discount together are what was booked: a discount is never a cost.
LEVELS = [
    ("revenue", "Revenue"),
    ("discount", "Discounts"),
    ("credit_note", "Credit notes"),
    ("down_payment", "Down payments"),
    ("rebate", "Rebates"),
    ("cost_of_goods", "Cost of goods"),
    ("activity", "Activity"),
    ("direct", "Direct cost"),
    ("bad_debt", "Bad debt"),
    ("collection", "Collection"),
    ("litigation", "Litigation"),
    ("exchange", "Exchange differences"),
    ("unused", "Unused capacity"),
    ("variance", "Variance"),
    ("unmapped", "Not attributed account"),
    ("kept_out", "Kept out"),
    # In no account of the ledger: below the result that agrees with it, and in no sum above
    ("expected_loss", "Movement of expected loss"),
    ("cost_of_money", "Cost of money"),
]
#: Block of the customer's statement a level stands in; "rest" is what no customer carries.
BLOCKS = {
    "revenue": "margin",
    "discount": "margin",
    "credit_note": "margin",
    "down_payment": "margin",
    "rebate": "margin",
    "cost_of_goods": "margin",
    "activity": "service",
    "direct": "service",
    "bad_debt": "credit",
    "collection": "credit",
    "litigation": "credit",
    "exchange": "credit",
    "unused": "rest",
    "variance": "rest",
    "unmapped": "rest",
    "kept_out": "rest",
    "expected_loss": "imputed",
    "cost_of_money": "imputed",
}
#: Price paid: list price, discounts, credit notes, down payments and rebates.
NET_REVENUE = ("revenue", "discount", "credit_note", "down_payment", "rebate")
IMPUTED = tuple(level for level, block in BLOCKS.items() if block == "imputed")
VARIANCES = [
    ("none", "None"),
    ("rate", "Rate: capacity at the rate"),
    ("budget", "Budget: booked against planned"),
    ("service", "Moved between pools"),
]
ATTRIBUTIONS = [("customer", "Customer"), ("intercompany", "Own company"), ("none", "Nobody")]
#: How an amount came to its customer, the first that applies.
FOUND_BY = [
    ("document", "Customer's document"),
    ("receivable", "Receivable in the same entry"),
    ("partner", "Contact of the item"),
    ("for_customer", "For Customer on the bill"),
    ("analytic", "Analytic account"),
    ("order", "Sales order or project"),
    ("key", "Key"),
    ("activity", "Activity"),
    ("none", "Not attributed"),
]


class CrmCostLine(models.Model):
    """One contribution to the profit of a month: all lines but the imputed ones add up to the profit of the ledger.

    Written only by the computation of the period. Revenue is positive and cost negative, so that every sum is a profit.
    """

    _name = "crm.cost.line"
    _inherit = "crm.cell.mixin"
    _description = "Cost Line"
    _order = "period_id desc, level, amount desc, id"
    _rec_name = "customer_name"
    _log_access = False

    period_id = fields.Many2one("crm.cost.period", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    level = fields.Selection(LEVELS, required=True, readonly=True, help="Where in the statement the amount stands.")
    attribution = fields.Selection(
        ATTRIBUTIONS,
        required=True,
        readonly=True,
        help="Whose the amount is: a customer's, one of our own companies', or nobody's.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="set null", readonly=True, help="Empty when it is nobody's."
    )
    # What was written when the period was computed; the link above follows when contacts are merged.
    customer_ref = fields.Integer(string="Customer Number", readonly=True, aggregator=None)
    customer_name = fields.Char(readonly=True, help="Name of the customer when the line was written.")
    role = fields.Selection(
        [*ROLES, ("imputed", "In no account")],
        string="Account Group",
        required=True,
        readonly=True,
        help="Place of the amount in the account map.",
    )
    found_by = fields.Selection(
        FOUND_BY,
        string="Customer Found By",
        required=True,
        readonly=True,
        default="none",
        help="What told whose the amount is: the first in this list that applied.",
    )
    # Written when the month is closed, and never again.
    position = fields.Integer(readonly=True, aggregator=None, help="Place among the lines of a closed month.")
    sources = fields.Char(readonly=True, help="Activity, pool, account and the like, as they were called at closing.")
    fingerprint = fields.Char(readonly=True, help="SHA-256 of the line of a closed month.")
    activity_id = fields.Many2one("crm.cost.activity", ondelete="cascade", index="btree_not_null", readonly=True)
    pool_id = fields.Many2one(
        "crm.cost.pool", string="Cost Pool", ondelete="cascade", index="btree_not_null", readonly=True
    )
    account_id = fields.Many2one(
        "account.account",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        help="Account the amount is booked on; empty for what was worked out from pools.",
    )
    direct_id = fields.Many2one(
        "crm.cost.direct", string="Direct Cost", ondelete="cascade", index="btree_not_null", readonly=True
    )
    # Dimensions
    categ_id = fields.Many2one("product.category", string="Product Category", ondelete="set null", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", ondelete="set null", readonly=True)
    country_id = fields.Many2one(
        "res.country", ondelete="set null", readonly=True, help="Country of the customer when the line was written."
    )
    variance_kind = fields.Selection(
        VARIANCES,
        readonly=True,
        default="none",
        help="What the variance of a pool is: rate, budget, or what pools do for each other.",
    )
    quantity = fields.Float(digits=(16, 4), readonly=True, help="How often the activity was done.")
    minutes = fields.Float(digits=(16, 4), readonly=True, help="Working time used.")
    amount = fields.Monetary(
        readonly=True, help="Contribution to profit in the company's currency: revenue positive, cost negative."
    )

    _key_uniq = models.UniqueIndex(
        "(period_id, COALESCE(partner_id, -customer_ref, 0), level, attribution, role, found_by, "
        "COALESCE(activity_id, 0), COALESCE(pool_id, 0), COALESCE(account_id, 0), COALESCE(direct_id, 0), "
        "COALESCE(categ_id, 0), COALESCE(team_id, 0), COALESCE(user_id, 0), variance_kind)"
        " WHERE position IS NULL"
    )
    _partner_id_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    @api.depends("level", "partner_id", "activity_id", "direct_id")
    def _compute_display_name(self):
        """Name who and what, never how much."""
        levels = dict(self._fields["level"]._description_selection(self.env))
        for line in self:
            what = line.activity_id.name or line.direct_id.name or levels.get(line.level, "")
            line.display_name = f"{line.customer_name}: {what}" if line.customer_name else what

    def action_open_source(self):
        """Open what the line was made of: journal items, or the documents that count as activity."""
        self.ensure_one()
        action = self.period_id._source_action(self)
        if action["res_model"] == self._name and self.env.context.get("crm_cost_from_lines"):
            # Whoever may not see the documents would be led back to the line he came from.
            message = self.env._("You see the figure. The documents behind it need access to the app they belong to.")
            return {"type": "ir.actions.client", "tag": "display_notification", "params": {"message": message}}
        return action
