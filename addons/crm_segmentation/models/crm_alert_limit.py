from odoo import fields, models


class CrmAlertLimit(models.Model):
    """Amounts of one rule in one currency: nothing is ever converted to compare with a limit."""

    _name = "crm.alert.limit"
    _description = "Amounts of an Alert Rule"
    _order = "rule_id, currency_id, id"
    _rec_name = "currency_id"

    rule_id = fields.Many2one("crm.alert.rule", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(
        "res.currency",
        help="Companies with this currency. Leave empty for indicators that count no money.",
    )
    amount = fields.Float(string="At Least", digits=(16, 2), help="Less than this is no alert.")
    high_from = fields.Float(digits=(16, 2), help="From here on severity is high. 0: never.")
    urgent_from = fields.Float(digits=(16, 2), help="From here on severity is urgent. 0: never.")

    _currency_uniq = models.UniqueIndex(
        "(rule_id, COALESCE(currency_id, 0))", "Each currency can have one line with amounts."
    )
    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND high_from >= 0 AND urgent_from >= 0)", "Amounts cannot be negative."
    )
