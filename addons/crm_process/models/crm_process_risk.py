from odoo import fields, models

LEVELS = [("1", "Low"), ("2", "Moderate"), ("3", "High")]


class CrmProcessRisk(models.Model):
    """Something uncertain about a stage: what it may do to whom, and what is done about it."""

    _name = "crm.process.risk"
    _inherit = "crm.process.detail"
    _description = "Risk or Opportunity of a Stage"
    _order = "sheet_id, kind desc, sequence, id"

    kind = fields.Selection(
        [("risk", "Risk"), ("opportunity", "Chance")],
        required=True,
        default="risk",
        help="A risk may do harm, a chance (the opportunity of ISO 9001) may do good. Both are treated, and both "
        "leave something over.",
    )
    likelihood = fields.Selection(LEVELS, required=True, default="2", help="How probable it is before the treatment.")
    party = fields.Selection(
        [("customer", "Customer"), ("supplier", "Supplier"), ("other", "Other Party"), ("company", "Our Company")],
        string="Affects",
        required=True,
        default="customer",
        help="Who feels the effect.",
    )
    effect = fields.Char(help="What it does to the customer, the supplier or the other party.")
    impact = fields.Selection(LEVELS, required=True, default="2", help="How strong the effect is before the treatment.")
    treatment = fields.Char(help="What is done: avoid, lessen, share or accept the risk; take up the opportunity.")
    user_id = fields.Many2one(
        "res.users", string="In Charge", domain=[("share", "=", False)], help="Sees to the treatment."
    )
    residual = fields.Selection(LEVELS, string="Remaining", help="What is left of it once the treatment works.")
