from odoo import fields, models
from odoo.tools import SQL

from .crm_alert_finding import SEVERITIES
from .crm_alert_rule import KINDS
from .crm_customer_alert import STATES


class CrmAlertReport(models.Model):
    """Alerts, one row each, for pivot and graph: how many, how soon, how many real, what they brought."""

    _name = "crm.alert.report"
    _inherit = "crm.cell.mixin"
    _description = "Results of Customer Alerts"
    _auto = False
    _order = "raised_on desc, id desc"
    _rec_name = "alert_id"
    _depends = {
        "crm.customer.alert": [
            "partner_id", "company_id", "rule_id", "kind", "severity", "state", "user_id", "team_id", "raised_on",
            "contacted_at", "hours_to_contact", "reason_id", "result", "value",
        ],
        "crm.alert.outcome": ["alert_id", "kind", "amount", "lead_id", "order_id"],
        "crm.lead": ["won_status", "expected_revenue"],
        "sale.order": ["state", "amount_untaxed", "currency_rate"],
        "res.company": ["currency_id"],
    }  # fmt: skip

    alert_id = fields.Many2one("crm.customer.alert", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    rule_id = fields.Many2one("crm.alert.rule", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    state = fields.Selection(STATES, string="Status", readonly=True)
    user_id = fields.Many2one("res.users", string="Person in Charge", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    reason_id = fields.Many2one("crm.alert.reason", readonly=True)
    raised_on = fields.Date(string="Raised", readonly=True)
    alerts = fields.Integer(readonly=True, help="Number of alerts.")
    contacted = fields.Integer(readonly=True, help="Alerts after which somebody spoke to the customer.")
    judged = fields.Integer(string="Closed with Outcome", readonly=True, help="What the hit rate is a share of.")
    hits = fields.Integer(
        string="Something Real", readonly=True, help="Closed, and not only because nothing was wrong."
    )
    hit_rate = fields.Float(
        string="Hit Rate (%)", readonly=True, aggregator="avg", help="Something real, in percent of those closed."
    )
    hours_to_contact = fields.Float(
        string="Hours to Contact", readonly=True, aggregator="avg", help="Mean of the alerts contacted."
    )
    at_stake = fields.Monetary(readonly=True, help="Amounts of the transactions or changes that raised them.")
    value = fields.Monetary(
        string="Value Counted", readonly=True, help="Won, confirmed, kept or won back, in company currency."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT a.id, a.id AS alert_id, a.partner_id, a.company_id, company.currency_id, a.rule_id, a.kind,
                   a.severity, a.state, a.user_id, a.team_id, a.reason_id, a.raised_on, 1 AS alerts,
                   (a.contacted_at IS NOT NULL)::integer AS contacted, (a.result IS NOT NULL)::integer AS judged,
                   (a.result IS NOT DISTINCT FROM 'hit')::integer AS hits,
                   CASE a.result WHEN 'hit' THEN 100.0 WHEN 'false' THEN 0.0 END::float8 AS hit_rate,
                   CASE WHEN a.contacted_at IS NOT NULL THEN a.hours_to_contact END AS hours_to_contact,
                   a.value AS at_stake, COALESCE(counted.value, 0) AS value
              FROM crm_customer_alert a
              JOIN res_company company ON company.id = a.company_id
         LEFT JOIN (SELECT alert_id, SUM(value) AS value FROM (%s) o GROUP BY alert_id) counted
                ON counted.alert_id = a.id
            """,
            self.env["crm.alert.outcome"]._values_sql(),
        )

    def get_formview_action(self, access_uid=None):
        """Open the alert."""
        self.ensure_one()
        return self.alert_id.get_formview_action(access_uid=access_uid)
