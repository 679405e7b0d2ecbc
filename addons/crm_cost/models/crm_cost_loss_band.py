from odoo import fields, models


class CrmCostLossBand(models.Model):
    """How much of a receivable is expected to be lost once it is overdue for so many days."""

    _name = "crm.cost.loss.band"
    _description = "Expected Loss by Age"
    _order = "setting_id, days, id"
    _rec_name = "days"

    setting_id = fields.Many2one("crm.cost.setting", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="setting_id.company_id", store=True, index=True)
    days = fields.Integer(
        string="Days Overdue",
        required=True,
        aggregator=None,
        help="The share applies from this day after the due date.",
    )
    share = fields.Float(
        string="Expected Loss", required=True, digits=(16, 4), aggregator="avg", help="Share of the amount due."
    )

    _days_uniq = models.UniqueIndex("(setting_id, days)", "These days have their share already.")
    _days_valid = models.Constraint("CHECK (days >= 0 AND days <= 36500)", "The days cannot be negative.")
    _share_valid = models.Constraint("CHECK (share >= 0 AND share <= 1)", "The share is between 0 and 100 %.")
