"""What customers said, on their profiles: last answer, mean and trend of the year, and the score of all answers."""

from odoo import api, fields, models

from ..tools import scores
from .crm_satisfaction_program import WINDOW_DAYS
from .crm_satisfaction_response import GROUPS

COUNTED = [("counted", "=", True)]
TRENDS = [("up", "Better"), ("steady", "No clear change"), ("down", "Worse"), ("too_few", "Too few answers")]


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    # Plain columns, written only by the job. Scores of all scales as 0 to 100, the worst and the best answer.
    satisfaction_last = fields.Float(
        string="Last Answer (0-100)",
        readonly=True,
        digits=(5, 2),
        aggregator="avg",
        help="Last answer to any survey, on a scale from 0 (worst) to 100 (best).",
    )
    satisfaction_last_date = fields.Datetime(string="Last Answer on", readonly=True)
    satisfaction_group = fields.Selection(
        GROUPS,
        string="Last Answer",
        readonly=True,
        help="Group of the last answer to any survey: good, middle or bad on its own scale.",
    )
    satisfaction_comment = fields.Text(
        string="Last Comment", readonly=True, help="Last words a customer wrote with an answer."
    )
    satisfaction_average = fields.Float(
        string="Satisfaction (0-100)",
        readonly=True,
        digits=(5, 2),
        aggregator="avg",
        help="Mean of the answers of the last 12 months, each on a scale from 0 to 100.",
    )
    satisfaction_count = fields.Integer(
        string="Answers in 12 Months", readonly=True, aggregator="sum", help="Answers the mean stands on."
    )
    satisfaction_before = fields.Float(
        string="Satisfaction Before (0-100)",
        readonly=True,
        digits=(5, 2),
        aggregator="avg",
        help="The same for the 12 months before.",
    )
    satisfaction_trend = fields.Selection(
        TRENDS,
        readonly=True,
        help="Mean of the last 12 months against the 12 months before. Better or worse only when the difference is "
        "larger than chance explains (Welch's test, 95 %); it takes three answers in both years to tell.",
    )
    satisfaction_cumulative = fields.Float(
        string="Cumulative Score (0-100)",
        readonly=True,
        digits=(5, 2),
        aggregator="avg",
        help="All answers there ever were, each weighted by its age: sum(w x score) / sum(w), "
        "w = 0.5 ^ (age / half-life). It changes with answers only, not with time.",
    )
    satisfaction_total = fields.Integer(
        string="Answers", readonly=True, aggregator="sum", help="All answers there ever were."
    )
    satisfaction_asked = fields.Integer(
        string="Asked in 12 Months",
        readonly=True,
        aggregator="sum",
        help="Invitations decided in the last 12 months, whatever became of them.",
    )
    satisfaction_basis = fields.Char(
        compute="_compute_satisfaction_basis", help="Method, period and number of answers behind these figures."
    )

    _satisfaction_trend_idx = models.Index(
        "(company_id, satisfaction_trend) WHERE satisfaction_trend IN ('up', 'down')"
    )

    @api.depends("satisfaction_total", "satisfaction_count", "company_id")
    @api.depends_context("lang")
    def _compute_satisfaction_basis(self):
        for customer in self:
            customer.satisfaction_basis = bool(customer.satisfaction_total) and self.env._(
                "Each score as 100 x (score - lowest) / (highest - lowest). Mean of %(count)s answers of the last "
                "%(days)s days; cumulative score of all %(total)s answers, half the weight after %(half)s days.",
                count=customer.satisfaction_count,
                days=WINDOW_DAYS,
                total=customer.satisfaction_total,
                half=customer.company_id._crm_half_life(),
            )

    def action_open_responses_of_year(self):
        """Open the answers the mean stands on."""
        since = self._window_start(1)
        return self._open_answers_of([*self.action_open_responses()["domain"], *COUNTED, ("answered_at", ">=", since)])

    def action_open_requests(self):
        """Open the invitations of the last 12 months."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_request_action")
        domain = [
            ("customer_id", "in", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("state", "!=", "not_asked"),
            ("decided_at", ">=", self._window_start(1)),
        ]
        return dict(action, domain=domain, context={})

    @api.model
    def _open_answers_of(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_response_action")
        return dict(action, domain=domain, context={})


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_score_half_life = fields.Integer(
        string="Half-Life of Scores (days)",
        help="After so many days an answer weighs half in the cumulative score. 0: 365 days.",
    )

    _crm_score_half_life_range = models.Constraint(
        "CHECK (crm_score_half_life BETWEEN 0 AND 36600)", "The half-life of scores is at most 100 years."
    )

    def _crm_half_life(self):
        self.ensure_one()
        return self.sudo().crm_score_half_life or scores.HALF_LIFE


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_score_half_life = fields.Integer(related="company_id.crm_score_half_life", readonly=False)
