from odoo import api, fields, models
from odoo.exceptions import UserError

SIGNED = {"period_id", "kind", "account_ref", "closed"}


class CrmCostLate(models.Model):
    """What an account or a figure of a closed month was when it was signed, and what it would be today."""

    _name = "crm.cost.late"
    _inherit = "crm.cell.mixin"
    _description = "Changed After Closing"
    _order = "period_id desc, kind desc, name, id"
    _log_access = False

    period_id = fields.Many2one("crm.cost.period", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind = fields.Selection(
        [("ledger", "Account of the ledger"), ("figure", "Figure of the statement")],
        required=True,
        readonly=True,
        help="Accounts add up to the profit of the ledger; figures say how it would be divided today.",
    )
    name = fields.Char(readonly=True, help="Account, activity or pool, as it was called when the row was written.")
    account_id = fields.Many2one("account.account", ondelete="set null", index="btree_not_null", readonly=True)
    account_ref = fields.Integer(string="Account Number at Closing", readonly=True, aggregator=None)
    level = fields.Selection("_selection_level", readonly=True, help="Level of the statement, for figures.")
    activity_id = fields.Many2one("crm.cost.activity", ondelete="set null", index="btree_not_null", readonly=True)
    pool_id = fields.Many2one(
        "crm.cost.pool", string="Cost Pool", ondelete="set null", index="btree_not_null", readonly=True
    )
    closed = fields.Monetary(string="At Closing", readonly=True, help="Contribution to profit when it was signed.")
    now = fields.Monetary(string="Today", readonly=True, help="What a new version would say.")
    change = fields.Monetary(readonly=True, help="Today less closing: what the next version would change.")

    def _selection_level(self):
        return self.env["crm.cost.line"]._fields["level"].selection

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._signed().period_id._refuse_closed()
        return rows

    def write(self, vals):
        signed = [(row[name], vals[name]) for name in SIGNED & vals.keys() for row in self._signed()]
        if any(one != other for one, other in signed):
            self.period_id._refuse_closed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._signed().period_id._refuse_closed()

    def _signed(self):
        """Return the rows that the signature covers; what would be divided otherwise comes and goes."""
        return self.filtered(lambda row: row.kind == "ledger" and row.closed)

    def action_open_items(self):
        """Open the journal items of the account in the month that were written after it was closed."""
        self.ensure_one()
        self.check_access("read")
        if not self.env["account.move.line"].has_access("read"):
            raise UserError(self.env._("The journal items behind this figure need access to accounting."))
        # An entry carries the time its transaction began, which may lie before a closing that did not see it.
        since = fields.Datetime.subtract(self.period_id.closed_at, minutes=5)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(name)s: Written After Closing", name=self.name),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("account_id", "=", self.account_id.id),
                ("date", ">=", self.period_id.date_from),
                ("date", "<=", self.period_id.date_to),
                ("parent_state", "in", ("posted", "cancel")),
                "|",
                ("write_date", ">=", since),
                ("move_id.write_date", ">=", since),
            ],
            "context": {"create": False},
        }
