from odoo import api, fields, models

from .crm_cost_account_role import ROLES


class CrmCostReconciliation(models.Model):
    """One account (or pool) of a period: what customers and the rest carry together is what the ledger says."""

    _name = "crm.cost.reconciliation"
    _description = "Agreement with the Ledger"
    _order = "period_id desc, sequence, pool_id, direct_id, account_id, id"
    _log_access = False

    period_id = fields.Many2one("crm.cost.period", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    role = fields.Selection(ROLES, string="Account Group", required=True, readonly=True)
    pool_id = fields.Many2one(
        "crm.cost.pool", string="Cost Pool", ondelete="cascade", index="btree_not_null", readonly=True
    )
    direct_id = fields.Many2one(
        "crm.cost.direct", string="Direct Cost", ondelete="cascade", index="btree_not_null", readonly=True
    )
    account_id = fields.Many2one(
        "account.account",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        help="Empty for a cost pool, which is one row whatever its accounts.",
    )
    customers = fields.Monetary(readonly=True, help="Contribution to profit of the customers.")
    intercompany = fields.Monetary(string="Own Companies", readonly=True, help="Trade with our own companies.")
    not_attributed = fields.Monetary(readonly=True, help="Items and activities without a customer.")
    unused = fields.Monetary(readonly=True, help="Capacity nobody used.")
    variance = fields.Monetary(readonly=True, help="Cost of the month less capacity at the rate.")
    kept_out = fields.Monetary(readonly=True, help="Accounts kept out of customer profit by the account map.")
    total = fields.Monetary(string="Sum", readonly=True, help="All columns before this one.")
    ledger = fields.Monetary(readonly=True, help="Posted journal items of the accounts, counted on their own.")
    difference = fields.Monetary(readonly=True, help="Sum less ledger: it must be zero.")

    _group_uniq = models.UniqueIndex(
        "(period_id, role, COALESCE(pool_id, 0), COALESCE(direct_id, 0), COALESCE(account_id, 0))"
    )

    @api.depends("role", "pool_id", "direct_id", "account_id")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for row in self:
            group = row.pool_id.name or row.direct_id.name or roles.get(row.role, "")
            row.display_name = f"{group}: {row.account_id.name}" if row.account_id else group

    def action_open_customers(self):
        """Open the cost lines of the customers behind the first column."""
        return self._lines_action([("attribution", "=", "customer")])

    def action_open_rest(self):
        """Open the cost lines behind the columns without customer."""
        return self._lines_action([("attribution", "!=", "customer")])

    def action_open_items(self):
        """Open the journal items of the account or pool."""
        self.ensure_one()
        return self.period_id._items_action(self.role, self.pool_id, account=self.account_id, direct=self.direct_id)

    def _lines_action(self, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_line_action")
        domain = [("period_id", "=", self.period_id.id), ("role", "=", self.role), *domain]
        links = ("pool_id",) if self.role == "pool" else ("direct_id", "account_id")
        domain += [(name, "=", self[name].id) for name in links if self[name]]
        return {**action, "name": self.display_name, "domain": domain, "context": {}}
