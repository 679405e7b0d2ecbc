from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import scores


class CrmSatisfactionProgram(models.Model):
    """When an answer to a schedule becomes a case, and how its customers are asked again afterwards."""

    _inherit = "crm.satisfaction.program"

    case_active = fields.Boolean(
        string="Open Recovery Cases",
        tracking=True,
        copy=False,
        help="Answers that come in from now on open cases as said below.",
    )
    case_threshold = fields.Integer(
        string="Score up to",
        compute="_compute_case_threshold",
        store=True,
        readonly=False,
        tracking=True,
        help="Scores up to this one open a case. One less than the lowest score: no score does.",
    )
    case_drop = fields.Integer(
        string="Drop of",
        tracking=True,
        help="Points below the score that the contact, or else the customer, gave before. 0: a drop opens no case.",
    )
    case_hard = fields.Boolean(
        string="Where Competition Is Hard",
        tracking=True,
        help="In markets with hard competition only very satisfied customers stay: a case is opened as soon as one of "
        "them is no longer at the top, for example from 5 to 4.",
    )
    case_hours = fields.Float(
        string="Contact Within",
        default=8.0,
        tracking=True,
        help="Working hours to the first contact, for customers whose service policy names no response time.",
    )
    case_program_id = fields.Many2one(
        "crm.satisfaction.program",
        string="Ask Again With",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="Schedule by which the contact is asked again after a case was closed. It must be switched on. Empty: "
        "nobody is asked again.",
    )
    case_ask_days = fields.Integer(
        string="Days After Closing",
        default=14,
        help="So many days after a case was closed, its contact is asked again.",
    )
    case_ids = fields.One2many("crm.satisfaction.case", "program_id", string="Recovery Cases")
    case_count = fields.Integer(
        string="Cases", compute="_compute_case_count", help="Cases that answers to this schedule opened."
    )

    _case_hours_positive = models.Constraint(
        "CHECK (case_hours > 0 AND case_hours <= 1000)", "The time to contact must be between 0 and 1,000 hours."
    )
    _case_drop_positive = models.Constraint("CHECK (case_drop >= 0)", "A drop is a number of points above zero.")
    _case_ask_days_positive = models.Constraint(
        "CHECK (case_ask_days >= 0)", "The days after closing cannot be negative."
    )

    @api.depends("metric", "bad_up_to")
    def _compute_case_threshold(self):
        """Propose the worst answers of the metric: up to 6 of 10, up to 2 of 5, up to 3 of 7."""
        for program in self:
            if program.metric not in scores.SCALES:
                program.case_threshold = program.bad_up_to
                continue
            low, high = scores.SCALES[program.metric]
            worst = [s for s in range(low, high + 1) if scores.group_of(program.metric, s) == "detractor"]
            program.case_threshold = worst[-1]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_case_count(self):
        counts = dict(
            self.env["crm.satisfaction.case"]._read_group([("program_id", "in", self.ids)], ["program_id"], ["__count"])
        )
        for program in self:
            program.case_count = counts.get(program, 0)

    @api.constrains("case_active", "case_threshold", "metric")
    def _check_case_threshold(self):
        for program in self.filtered("case_active"):
            low, high = program._scale()
            if not low - 1 <= program.case_threshold < high:
                raise ValidationError(
                    self.env._(
                        "%(schedule)s: scores from %(low)s to %(high)s can open a case, the best one cannot.",
                        schedule=program.name,
                        low=low,
                        high=high - 1,
                    )
                )

    def action_open_cases(self):
        return self._open("crm_satisfaction.crm_satisfaction_case_action")
