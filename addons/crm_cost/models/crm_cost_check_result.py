import ast

from odoo import fields, models
from odoo.exceptions import UserError


class CrmCostCheckResult(models.Model):
    """What a question found in a month; signed with the month."""

    _name = "crm.cost.check.result"
    _description = "Closing Check of a Month"
    _order = "period_id desc, sequence, id"
    _rec_name = "check_id"
    _log_access = False

    period_id = fields.Many2one("crm.cost.period", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    check_id = fields.Many2one("crm.cost.check", required=True, ondelete="restrict", index=True, readonly=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    description = fields.Text(related="check_id.description")
    model_name = fields.Char(readonly=True, help="What kind of document was found.")
    domain = fields.Char(readonly=True, help="Which documents were found.")
    count = fields.Integer(string="Found", readonly=True)
    blocking = fields.Boolean(readonly=True, help="Must be settled before the month is closed.")
    severity = fields.Selection(
        [("fine", "Fine"), ("warning", "Warning"), ("blocking", "Blocks")], compute="_compute_severity"
    )

    _check_uniq = models.UniqueIndex("(period_id, check_id)")

    def _compute_severity(self):
        for result in self:
            found = "blocking" if result.blocking else "warning"
            result.severity = found if result.count else "fine"

    def action_open(self):
        """Open what was found."""
        self.ensure_one()
        if not self.env[self.model_name].has_access("read"):
            raise UserError(self.env._("The documents behind this check need access to the app they belong to."))
        return {
            "type": "ir.actions.act_window",
            "name": self.check_id.name,
            "res_model": self.model_name,
            "view_mode": "list,form",
            "domain": ast.literal_eval(self.domain or "[]"),
            "context": {"create": False, "active_test": False},
        }
