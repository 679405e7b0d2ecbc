from datetime import timedelta
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.robust import MIN_POINTS, OUTLIER

KINDS = [
    ("unusual", "Transaction unusual for the customer"),
    ("large", "Transaction large in itself"),
    ("money", "Money in or out"),
    ("overdue", "Purchase overdue"),
    ("change", "Drop or jump of an indicator"),
    ("credit", "Credit notes"),
    ("late", "Late payment"),
    ("silence", "Silence"),
    ("score", "Change of scores"),
    ("segment", "Change of segment"),
]
#: Kinds that judge single documents of an indicator, and follow them one by one.
DOCUMENT_KINDS = ("unusual", "large", "money")
#: Kinds that describe a state: the same may be found again after the cool-down. All others name an event, found once.
STATE_KINDS = ("change", "credit")
#: Kind -> (threshold, least number of points before a customer can be judged) to begin with.
DEFAULTS = {
    "unusual": (OUTLIER, MIN_POINTS),
    "large": (1, 0),
    "money": (OUTLIER, MIN_POINTS),
    "overdue": (1.5, 4),
    "change": (50, 3),
    "credit": (20, 0),
    "late": (15, MIN_POINTS),
    "silence": (180, 0),
    "score": (2, 0),
    "segment": (1, 0),
}
#: What is found changes with these: everybody is judged again in the next run.
SETTINGS = {
    "active",
    "kind",
    "measure_id",
    "direction",
    "threshold",
    "min_points",
    "history_days",
    "score_field",
    "segment_from_ids",
    "segment_to_ids",
    "limit_ids",
    "company_id",
}


class CrmAlertRule(models.Model):
    """What is not normal, how far from normal it must be, and who should look at it.

    A rule finds customers set by set in SQL (``crm_alert_rule_*.py``), notes each finding once (``crm.alert.finding``),
    and raises alerts from what it noted (``crm_alert_rule_raise.py``).
    """

    _name = "crm.alert.rule"
    _description = "Alert Rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Short, in words of the reader: it heads each alert.")
    active = fields.Boolean(default=True, help="Only rules that are switched on are looked at during the night.")
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="What to do about such an alert: whom to ask, what to offer.")
    is_ready = fields.Boolean(
        string="Ready Rule", readonly=True, copy=False, help="Delivered with the addon, switched off until you decide."
    )
    company_id = fields.Many2one(
        "res.company", help="Only customers of this company. Empty: each company by itself, in its own currency."
    )
    # What is unusual
    kind = fields.Selection(KINDS, required=True, default="unusual", help="What the rule looks at.")
    measure_id = fields.Many2one(
        "crm.measure",
        string="Indicator",
        ondelete="restrict",
        index="btree_not_null",
        domain=[("reviewed", "=", True)],
        context={"active_test": False},
        help="Whose documents or figures are judged. Only reviewed indicators, because others count what their owner "
        "sees. Alerts on restricted figures are for the members of the same groups only.",
    )
    direction = fields.Selection(
        [("up", "Large, or more than before"), ("down", "Small, or less than before"), ("both", "Both")],
        required=True,
        default="up",
        help="Which side is worth an alert: more than usual, less than usual, or both.",
    )
    threshold = fields.Float(
        compute="_compute_defaults",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        digits=(12, 2),
        help="From where on it is unusual, in the unit named beside it.",
    )
    min_points = fields.Integer(
        string="Minimum History",
        compute="_compute_defaults",
        store=True,
        readonly=False,
        precompute=True,
        help="Fewer documents, gaps or paid invoices than this are not enough data, and the customer is left alone.",
    )
    history_days = fields.Integer(
        string="History (days)",
        required=True,
        default=730,
        help="A document is compared with those of the same customer in so many days before it.",
    )
    score_field = fields.Selection(
        [("total", "All three together"), ("r", "Recency"), ("f", "Frequency"), ("m", "Money")],
        required=True,
        default="total",
        help="Which score must change.",
    )
    segment_from_ids = fields.Many2many(
        "crm.segment", "crm_alert_rule_from_rel", string="Left", help="Segments that were left. Empty: any."
    )
    segment_to_ids = fields.Many2many(
        "crm.segment", "crm_alert_rule_to_rel", string="Entered", help="Segments that were entered. Empty: any."
    )
    limit_ids = fields.One2many(
        "crm.alert.limit",
        "rule_id",
        string="Amounts",
        copy=True,
        help="From which amount on, and from which amount it is serious, by currency of the company.",
    )
    # Who should look, and when
    user_id = fields.Many2one(
        "res.users",
        string="Otherwise",
        domain=[("share", "=", False)],
        help="Gets alerts of customers who have no salesperson and whose team has no leader, or who may not see them.",
    )
    deadline_hours = fields.Float(
        string="Deadline (working hours)",
        required=True,
        default=16,
        digits=(8, 1),
        help="Time to contact the customer, in the working hours of the company.",
    )
    cool_down_days = fields.Integer(
        string="Cool-Down (days)",
        required=True,
        default=30,
        help="No second alert of this rule for a customer within so many days, unless it is more serious.",
    )
    daily_cap = fields.Integer(
        string="At Most a Day",
        required=True,
        default=10,
        help="Alerts of this rule for one person on one day, the most serious first; the others wait. 0: no limit.",
    )
    joins_open = fields.Boolean(
        string="Joins Open Cases",
        default=True,
        help="What this rule finds joins an open alert of another rule for the customer that is at least as serious: "
        "nobody calls twice. Alerts on restricted figures stay by themselves.",
    )
    holdout_share = fields.Float(
        string="Left Out on Purpose (%)",
        digits=(5, 2),
        help="Share of the customers for whom no alert is raised, so that the others can be compared with them. "
        "Chosen by chance, the same customers every night. 0: nobody is left out, and the gain cannot be proven.",
    )
    # Last run
    full_on = fields.Date(
        string="Everybody Judged", readonly=True, copy=False, help="Day on which all customers were judged last."
    )
    refresh_run = fields.Integer(readonly=True, copy=False)
    note = fields.Text(
        readonly=True, copy=False, help="Why nothing is found: what is missing, archived or not reviewed."
    )

    _threshold_positive = models.Constraint("CHECK (threshold > 0)", "The threshold must be above zero.")
    _numbers_positive = models.Constraint(
        "CHECK (min_points >= 0 AND history_days BETWEEN 1 AND 36600 AND cool_down_days BETWEEN 0 AND 36600"
        " AND daily_cap >= 0 AND deadline_hours BETWEEN 0 AND 20000)",
        "Days, hours and numbers of a rule cannot be negative, nor more than 100 years or 20,000 working hours.",
    )
    _holdout_range = models.Constraint(
        "CHECK (holdout_share >= 0 AND holdout_share <= 50)", "At most half of the customers can be left out."
    )

    @api.depends("kind")
    def _compute_defaults(self):
        for rule in self:
            rule.threshold, rule.min_points = DEFAULTS[rule.kind or "unusual"]

    @api.constrains("kind", "measure_id", "direction", "threshold", "score_field", "deadline_hours")
    def _check_settings(self):
        for rule in self:
            if reason := rule._wrong_settings():
                raise ValidationError(self.env._("%(name)s: %(reason)s", name=rule.name, reason=reason))

    def _wrong_settings(self):
        """Return in words why these settings can find nothing sensible, None when they can."""
        measure = self.measure_id
        if not isfinite(self.threshold) or not isfinite(self.deadline_hours):
            return self.env._("A threshold is a number.")
        if self.kind in (*DOCUMENT_KINDS, "change") and not measure:
            return self.env._("Choose the indicator that is judged.")
        if self.kind in DOCUMENT_KINDS and not (measure.kind == "documents" and measure._reads_amount()):
            return self.env._("%(name)s reads no amount from each document.", name=measure.name)
        if self.kind == "money" and measure.model_name != "account.payment":
            return self.env._("%(name)s does not count payments.", name=measure.name)
        if measure and not measure.reviewed:
            return self.env._("%(name)s must be reviewed by an administrator first.", name=measure.name)
        falls = self.kind == "credit" or (self.kind == "change" and self.direction != "up")
        if falls and self.threshold > 100:
            return self.env._("Nothing can fall by more than 100 %, and no share is larger.")
        return None

    @api.constrains("measure_id")
    def _check_measure_kept(self):
        """What was alerted stays readable by those only who may see the figures it came from."""
        for rule in self:
            found_sudo = self.env["crm.customer.alert"].sudo().search([("rule_id", "=", rule.id)], limit=1)
            if found_sudo and rule.measure_id != (rule.measure_id or found_sudo.measure_ids) & found_sudo.measure_ids:
                raise ValidationError(
                    self.env._("%(name)s has alerts already: make a copy for another indicator.", name=rule.name)
                )

    def write(self, vals):
        if SETTINGS & vals.keys():
            vals = {**vals, "full_on": False}
        result = super().write(vals)
        if vals.get("active"):
            # Whoever sets up rules may set up indicators too; computing them again is the system's work.
            self.measure_id.sudo().filtered(lambda measure: not measure.active).active = True
        return result

    def action_switch_on(self):
        """Switch these rules and what they look at on; the next night raises their first alerts."""
        self.active = True

    def _is_full_due(self, today):
        return not self.full_on or today - self.full_on >= timedelta(days=7)
