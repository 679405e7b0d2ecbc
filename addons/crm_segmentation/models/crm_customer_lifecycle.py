"""Where a customer stands between the first purchase and the last, judged by the customer's own rhythm."""

from odoo import fields, models
from odoo.tools import SQL

from ..tools.lifecycle import COOLING_AFTER, LOST_AFTER, MIN_GAPS

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
        help="Next day on which the lifecycle or the recency score may change by the passing of time alone.",
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

    def _rhythm_columns(self, scale):
        """Return the columns that say which rhythm and which sign of life a customer is judged by."""
        bought = SQL("first_purchase_date IS NOT NULL")
        if scale.lifecycle_basis == "contacts":
            return {
                "rhythm": SQL("CASE WHEN %s THEN %s::numeric END", bought, scale.typed_rhythm_days),
                "rhythm_from": SQL("CASE WHEN %s THEN 'typed' END", bought),
                "sign": SQL("last_activity_date"),
            }
        typed = scale.company_rhythm_basis in (False, "typed")
        company_rhythm = scale.typed_rhythm_days if typed else scale.company_rhythm_days
        own = SQL("gap_count >= %s", MIN_GAPS)
        return {
            "rhythm": SQL(
                "CASE WHEN %s THEN CASE WHEN %s THEN own_rhythm ELSE %s::numeric END END", bought, own, company_rhythm
            ),
            "rhythm_from": SQL(
                "CASE WHEN %s THEN CASE WHEN %s THEN 'own' ELSE %s END END",
                bought,
                own,
                "typed" if typed else "company",
            ),
            "sign": SQL("last_purchase_date"),
        }

    def _lifecycle_columns(self, scale):
        """Return the columns of ``tools/lifecycle.py`` in SQL; ``test_lifecycle`` compares both on random customers."""
        contacts = scale.lifecycle_basis == "contacts"
        today = scale.company_id._crm_today()
        cooling, lost = (SQL("%s * rhythm", times) for times in (COOLING_AFTER, LOST_AFTER))
        silent = SQL("%s::date - sign", today)
        # Gaps between contacts are not known, so nobody can be seen to return where contacts count.
        returned = SQL("FALSE") if contacts else SQL("last_gap > %s", lost)
        lifecycle = SQL(
            """
            CASE WHEN first_purchase_date IS NULL THEN 'prospect' WHEN %(silent)s > %(lost)s THEN 'lost'
                 WHEN %(silent)s > %(cooling)s THEN 'cooling' WHEN %(returned)s THEN 'returned'
                 WHEN %(today)s::date - first_purchase_date <= rhythm THEN 'new' ELSE 'active' END
            """,
            silent=silent,
            lost=lost,
            cooling=cooling,
            returned=returned,
            today=today,
        )
        return {
            "lifecycle": lifecycle,
            "lifecycle_edge": self._edge_sql(scale, cooling, lost, today),
            "rhythm_days": SQL("rhythm"),
            "rhythm_basis": SQL("rhythm_from"),
            "expected_purchase_date": SQL("NULL::date")
            if contacts
            else SQL("last_purchase_date + CEIL(rhythm)::integer"),
        }

    def _edge_sql(self, scale, cooling, lost, today):
        """Return SQL of the next day on which lifecycle or recency score may change although nothing happens."""
        days = [
            SQL("first_purchase_date + FLOOR(rhythm)::integer + 1"),
            SQL("sign + FLOOR(%s)::integer + 1", cooling),
            SQL("sign + FLOOR(%s)::integer + 1", lost),
            *(SQL("last_purchase_date + %s", cut) for cut in scale._cuts("r")),
        ]
        ahead = (SQL("CASE WHEN %(day)s > %(today)s THEN %(day)s END", day=day, today=today) for day in days)
        return SQL("LEAST(%s)", SQL(", ").join(ahead))
