from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

KINDS = [
    ("opportunity", "Opportunity"),
    ("retained", "Retained"),
    ("won_back", "Won back from a competitor"),
    ("nothing", "Nothing wrong"),
    ("lost", "Lost"),
]


class CrmAlertOutcome(models.Model):
    """What came of an alert, one line for each thing, at the customer or at somebody the talk led to."""

    _name = "crm.alert.outcome"
    _inherit = "crm.cell.mixin"
    _description = "Outcome of an Alert"
    _order = "alert_id, id"
    _rec_name = "kind"
    _check_company_auto = True

    alert_id = fields.Many2one("crm.customer.alert", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="alert_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="opportunity",
        help="An alert whose only outcome is that nothing was wrong is a false alarm of its rule.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Where",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="The customer, or somebody related whom the talk led to.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        index="btree_not_null",
        check_company=True,
        help="Counts with its expected revenue as soon as it is won.",
    )
    order_id = fields.Many2one(
        "sale.order",
        index="btree_not_null",
        check_company=True,
        help="Counts with its untaxed amount as soon as it is confirmed; before the opportunity.",
    )
    amount = fields.Monetary(help="What was kept, won back or lost, where no opportunity and no order says it.")
    note = fields.Char()
    value = fields.Monetary(
        string="Value Counted",
        compute="_compute_value",
        help="The confirmed order, the won opportunity, or the amount kept or won back. Nothing for the rest.",
    )

    _lead_uniq = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL", "This opportunity is already counted for an alert."
    )
    _order_uniq = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL", "This order is already counted for an alert."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount IS NULL OR amount >= 0)", "The amount of an outcome cannot be negative."
    )

    @api.depends("alert_id")
    def _compute_partner_id(self):
        for outcome in self:
            outcome.partner_id = outcome.partner_id or outcome.alert_id.partner_id

    @api.depends("kind", "amount", "lead_id.won_status", "lead_id.expected_revenue", "order_id.state")
    def _compute_value(self):
        """Count with SQL, as the report does; who may see the alert may see what came of it."""
        values = {}
        if self.ids:
            self.env.flush_all()
            values = dict(
                self.env.execute_query(
                    SQL("SELECT id, value FROM (%s) counted WHERE id = ANY(%s)", self._values_sql(), self.ids)
                )
            )
        for outcome in self:
            outcome.value = values.get(outcome._origin.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        outcomes = super().create(vals_list)
        outcomes._check_may_count()
        return outcomes

    def write(self, vals):
        if "alert_id" in vals and not self.env.su:
            raise AccessError(self.env._("An outcome stays with its alert."))
        result = super().write(vals)
        if {"lead_id", "order_id"} & vals.keys():
            self._check_may_count()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_of_closed(self):
        for alert in self.alert_id:
            if alert.state == "closed" and not alert.outcome_ids - self:
                raise UserError(self.env._("%(alert)s is closed: it keeps an outcome.", alert=alert.display_name))

    def _check_may_count(self):
        """Count only what one may read: the value would tell the amount of somebody else's opportunity or order."""
        if not self.env.su:
            self.lead_id.check_access("read")
            self.order_id.check_access("read")

    @api.model
    def _values_sql(self):
        """Return a SELECT of (id, alert_id, value) of all outcomes: what came true, in the company's currency."""
        return SQL(
            """
            SELECT outcome.id, outcome.alert_id,
                   CASE WHEN outcome.kind IN ('nothing', 'lost') THEN 0
                        WHEN sale.state = 'sale' THEN COALESCE(sale.amount_untaxed / NULLIF(sale.currency_rate, 0), 0)
                        WHEN lead.won_status = 'won' AND sale.id IS NULL THEN COALESCE(lead.expected_revenue, 0)
                        WHEN outcome.kind IN ('retained', 'won_back') AND lead.id IS NULL AND sale.id IS NULL
                        THEN COALESCE(outcome.amount, 0) ELSE 0 END::numeric AS value
              FROM crm_alert_outcome outcome
         LEFT JOIN crm_lead lead ON lead.id = outcome.lead_id
         LEFT JOIN sale_order sale ON sale.id = outcome.order_id
            """
        )
