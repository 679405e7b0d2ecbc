from odoo import fields, models
from odoo.fields import Domain

from ..tools.statement import BLOCKS

MANY = 40


class CrmCostStatementLine(models.TransientModel):
    """One row of a statement: a figure of this span and of the one it is compared with."""

    _name = "crm.cost.statement.line"
    _inherit = "crm.cell.mixin"
    _description = "Row of a Customer Statement"
    _order = "sequence, id"

    statement_id = fields.Many2one("crm.cost.statement", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
    sequence = fields.Integer()
    name = fields.Char()
    block = fields.Char(help="Block of the statement the row stands in.")
    level = fields.Char(help="Level of the cost lines behind it; empty for a result.")
    key = fields.Integer(help="Number of the activity or direct cost.")
    quantity = fields.Float(digits=(16, 2), help="How often.")
    unit_cost = fields.Float(digits=(16, 2), help="Cost / quantity.")
    amount = fields.Monetary(help="Contribution to profit: revenue positive, cost negative.")
    quantity_before = fields.Float(digits=(16, 2), help="How often in the months compared with.")
    amount_before = fields.Monetary(string="Before", help="The same in the months compared with.")
    difference = fields.Monetary(help="Amount less the one before: positive is better for us.")
    change = fields.Float(string="Change %", help="Difference / amount before.")
    has_change = fields.Boolean(help="There was something before that it can be compared with.")

    def action_open(self):
        """Open what the figure was made of: journal items, documents, or cost lines for those who may not read them."""
        return self._open("now")

    def action_open_before(self):
        """Open what the figure of the months before was made of."""
        return self._open("before")

    def _shown(self, name):
        """Return a figure as it is printed: nothing where there is none."""
        empty = {"quantity": not self.quantity, "unit_cost": not self.quantity, "change": not self.has_change}
        return "" if empty.get(name) else self[name] or ("" if name == "name" else 0.0)

    def _open(self, side):
        self.ensure_one()
        page = self.statement_id
        if page.credits_by_invoice and self.level == "credit_note" and self.env["account.move"].has_access("read"):
            return self._credits_action(page._sides()[side])
        lines = self.env["crm.cost.line"].search(self._lines_domain(side))
        sources = [] if not self.level or len(lines) > MANY else [line.period_id._source_action(line) for line in lines]
        models_found = {source["res_model"] for source in sources}
        if len(models_found) == 1 and models_found != {"crm.cost.line"}:
            return {**sources[0], "name": self.name, "domain": list(Domain.OR(s["domain"] for s in sources))}
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_line_action")
        return {**action, "name": self.name, "domain": [("id", "in", lines.ids)], "context": {}}

    def _lines_domain(self, side):
        """Return the domain of the cost lines that add up to the figure."""
        page = self.statement_id
        domain = (
            Domain("period_id", "in", page._sides()[side].ids)
            & Domain("partner_id", "in", page._partners().ids)
            & Domain("attribution", "=", "customer")
        )
        if self.level:
            domain &= Domain("level", "=", self.level)
        else:
            above = list(BLOCKS)[: list(BLOCKS).index(self.block) + 1]
            below = [level for block in BLOCKS if block not in above for level in BLOCKS[block]]
            domain &= Domain("level", "not in", below)
        if self.level in ("activity", "direct"):
            domain &= Domain(f"{self.level}_id", "=", self.key or False)
        return domain

    def _credits_action(self, periods):
        """Return the action that opens the credit notes whose invoice stands in these months."""
        days = [
            Domain(path, ">=", period.date_from) & Domain(path, "<=", period.date_to) & known
            for period in periods
            for path, known in (
                ("date", Domain("reversed_entry_id", "=", False)),
                ("reversed_entry_id.date", Domain("reversed_entry_id", "!=", False)),
            )
        ]
        domain = (
            Domain("move_type", "=", "out_refund")
            & Domain("state", "=", "posted")
            & Domain("company_id", "in", periods.company_id.ids)
            & Domain("commercial_partner_id", "in", self.statement_id._partners().ids)
            & Domain.OR(days)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"create": False},
        }
