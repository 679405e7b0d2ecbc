from odoo import api, fields, models

LEVELS = [
    ("revenue", "Revenue"),
    ("cost_of_goods", "Cost of goods"),
    ("activity", "Activity"),
    ("unused", "Unused capacity"),
    ("variance", "Variance"),
    ("unmapped", "Not attributed account"),
    ("kept_out", "Kept out"),
]
ATTRIBUTIONS = [("customer", "Customer"), ("intercompany", "Own company"), ("none", "Nobody")]


class CrmCostLine(models.Model):
    """One contribution to the profit of a month: all lines of a period add up to the profit of the ledger.

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
        help="Only where nobody is charged.",
    )
    quantity = fields.Float(digits=(16, 4), readonly=True, help="How often the activity was done.")
    minutes = fields.Float(digits=(16, 4), readonly=True, help="Working time used.")
    amount = fields.Monetary(
        readonly=True, help="Contribution to profit in the company's currency: revenue positive, cost negative."
    )

    _key_uniq = models.UniqueIndex(
        "(period_id, COALESCE(partner_id, -customer_ref, 0), level, attribution, COALESCE(activity_id, 0), "
        "COALESCE(pool_id, 0), COALESCE(account_id, 0)) WHERE position IS NULL"
    )
    _partner_id_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")
    # The customer report addresses a customer of a period by one number.
    _customer_idx = models.Index("((period_id::bigint * 2147483648 + partner_id)) WHERE attribution = 'customer'")

    @api.depends("level", "partner_id", "activity_id")
    def _compute_display_name(self):
        """Name who and what, never how much."""
        levels = dict(self._fields["level"]._description_selection(self.env))
        for line in self:
            what = line.activity_id.name or levels.get(line.level, "")
            line.display_name = f"{line.customer_name}: {what}" if line.customer_name else what

    def action_open_source(self):
        """Open what the line was made of: journal items, or the documents that count as activity."""
        self.ensure_one()
        action = self._source_action()
        if action["res_model"] == self._name and self.env.context.get("crm_cost_from_lines"):
            # Whoever may not see the documents would be led back to the line he came from.
            message = self.env._("You see the figure. The documents behind it need access to the app they belong to.")
            return {"type": "ir.actions.client", "tag": "display_notification", "params": {"message": message}}
        return action

    def _source_action(self):
        period = self.period_id
        if self.level == "activity" and self.partner_id:
            return period._documents_action(self.activity_id, self.partner_id)
        role = "pool" if self.level in ("unused", "variance") else self.level
        return period._items_action(role, self.pool_id, self.partner_id, self.account_id, self.attribution)
