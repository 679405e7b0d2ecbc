"""Where a customer stands between the first purchase and the last, judged by the customer's own rhythm."""

from odoo import fields, models

LIFECYCLES = [
    ("prospect", "Prospect"),
    ("new", "New"),
    ("active", "Active"),
    ("returned", "Returned"),
    ("cooling", "Cooling"),
    ("lost", "Lost"),
]


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    lifecycle = fields.Selection(
        LIFECYCLES,
        readonly=True,
        help="By the rhythm between purchases. Prospect: never bought. New: first purchase within one rhythm. Active: "
        "silent for at most 1.5 times the rhythm. Cooling: up to 3 times. Lost: longer. Returned: bought again after "
        "having been lost.",
    )
    lifecycle_edge = fields.Date(
        string="Next Change",
        readonly=True,
        help="Next day on which the lifecycle or the recency score changes by the passing of time alone.",
    )
    rhythm_days = fields.Float(
        string="Rhythm (days)",
        digits=0,
        readonly=True,
        aggregator="avg",
        help="Days that usually pass between two signs of life: the median between the customer's own purchase days, "
        "or the company's where there are fewer than four gaps.",
    )
    rhythm_basis = fields.Selection(
        [("own", "Own purchases"), ("company", "All customers"), ("typed", "Typed")],
        string="Rhythm From",
        readonly=True,
        help="Own purchases: at least four gaps between purchase days. All customers: the rhythm of the company. "
        "Typed: from the settings of the company.",
    )
    expected_purchase_date = fields.Date(
        string="Next Purchase Expected",
        readonly=True,
        help="Last purchase plus one rhythm. Empty where the rhythm is one of contacts and not of purchases.",
    )
    last_gap = fields.Integer(
        string="Last Gap (days)", readonly=True, aggregator=None, help="Days between the last two purchase days."
    )
    last_activity_date = fields.Date(
        string="Last Sign of Life",
        readonly=True,
        help="Latest of the last purchase and of the contacts and offers chosen in the settings of the company.",
    )

    _lifecycle_edge_idx = models.Index("(company_id, lifecycle_edge) WHERE lifecycle_edge IS NOT NULL")
