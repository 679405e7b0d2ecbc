from odoo import fields, models


class CrmCostDirectResult(models.Model):
    """What became of a direct cost in a month: booked for customers, divided by the key, or not attributed."""

    _name = "crm.cost.direct.result"
    _description = "Use of Direct Cost"
    _order = "period_id desc, direct_id, id"
    _rec_name = "direct_id"
    _log_access = False

    period_id = fields.Many2one("crm.cost.period", required=True, ondelete="cascade", index=True, readonly=True)
    direct_id = fields.Many2one(
        "crm.cost.direct", string="Direct Cost", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", index=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    booked = fields.Monetary(readonly=True, help="Booked on the accounts of the cost, or available in its cost pool.")
    for_customers = fields.Monetary(readonly=True, help="Booked for a particular customer.")
    by_key = fields.Monetary(readonly=True, help="Divided by the key, or charged for each unit.")
    rest = fields.Monetary(readonly=True, help="Not attributed to any customer.")
    issue = fields.Selection(
        [
            ("exceeds", "More than was booked: not charged"),
            ("no_weights", "No figures to divide by: not charged"),
            ("not_reviewed", "The indicator is not reviewed: not charged"),
        ],
        readonly=True,
        help="What to look at before trusting the amounts.",
    )

    _direct_uniq = models.UniqueIndex("(direct_id, period_id)")
