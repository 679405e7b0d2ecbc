from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_satisfaction_response import METRICS

#: Figures of a schedule, and "answers" on the profile, look back this many days.
WINDOW_DAYS = 365


class CrmSatisfactionProgram(models.Model):
    _name = "crm.satisfaction.program"
    _description = "Survey Schedule"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(
        default=False,
        copy=False,
        tracking=True,
        help="Customers can be invited only while the schedule is switched on. One that asks by itself begins with "
        "what happens from then on; otherwise switching on sends nothing.",
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        tracking=True,
        check_company=True,
        domain=[("share", "=", False)],
        help="The invitation is written in this person's name, and replies go there.",
    )
    # What is asked
    survey_id = fields.Many2one("survey.survey", required=True, ondelete="restrict", index=True, tracking=True)
    metric = fields.Selection(
        METRICS,
        required=True,
        default="nps",
        tracking=True,
        help="NPS: share of 9 and 10 less share of 0 to 6. CSAT: share of 4 and 5. CES: share of 5, 6 and 7. "
        "Own scale: share of the scores you call good.",
    )
    question_id = fields.Many2one(
        "survey.question",
        string="Score Question",
        ondelete="restrict",
        index="btree_not_null",
        compute="_compute_question_id",
        store=True,
        readonly=False,
        required=True,
        tracking=True,
        domain="[('survey_id', '=', survey_id), ('question_type', '=', 'scale')]",
        help="The scale question of the survey that carries the score. It is asked in the mail and on the first page.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Invitation",
        ondelete="restrict",
        domain=[("model", "=", "crm.satisfaction.request")],
        default=lambda self: self._default_template_id(),
        help="Mail with one button for each score.",
    )
    # Whom and how often
    wait_days = fields.Integer(
        string="Wait Between Questions (days)",
        default=90,
        help="A contact who was asked within this many days, by any schedule, is not asked again.",
    )
    answer_days = fields.Integer(
        string="Time to Answer (days)",
        default=30,
        help="After this many days an invitation ends; its links then show a friendly page.",
    )
    min_answers = fields.Integer(
        string="Answers Needed for a Figure",
        default=10,
        help="With fewer answers the figure is not shown: it would mostly be chance.",
    )
    # What came back
    request_ids = fields.One2many("crm.satisfaction.request", "program_id", string="Invitations")
    sent_count = fields.Integer(string="Invited", compute="_compute_counts", help="Invitations of the last 12 months.")
    answer_count = fields.Integer(
        string="Answers", compute="_compute_counts", help="Answers of the last 12 months, late corrections not counted."
    )
    figure = fields.Float(
        string="Score", compute="_compute_counts", help="NPS from -100 to 100, or the share of good answers in percent."
    )
    figure_text = fields.Char(
        string="Result",
        compute="_compute_counts",
        help="Figure of the last 12 months with its 95 % interval and the number of answers.",
    )

    _wait_days_positive = models.Constraint("CHECK (wait_days >= 0)", "The waiting time cannot be negative.")
    _answer_days_positive = models.Constraint("CHECK (answer_days > 0)", "Leave at least one day to answer.")
    _min_answers_positive = models.Constraint("CHECK (min_answers > 0)", "At least one answer is needed for a figure.")

    def _default_template_id(self):
        return self.env.ref("crm_satisfaction.mail_template_invitation", raise_if_not_found=False)

    @api.depends("survey_id", "metric")
    def _compute_question_id(self):
        """Propose the first question of the survey that fits the metric; keep one that still fits."""
        for program in self:
            question = program.question_id
            if not question or question.survey_id != program.survey_id or not program._fits(question):
                program.question_id = program.survey_id.question_ids.filtered(program._fits)[:1]

    @api.constrains("template_id")
    def _check_template(self):
        """The system writes the mails: a mail about other documents would tell what they hold."""
        for program in self:
            if program.template_id and program.template_id.model != "crm.satisfaction.request":
                raise ValidationError(
                    self.env._("%(mail)s is no mail about survey invitations.", mail=program.template_id.name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        if self.env["crm.satisfaction.request"].sudo().search_count([("program_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("Customers were asked with this schedule. Switch it off instead of deleting it.")
            )

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%(name)s (copy)", name=program.name))
            for program, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def action_invite(self):
        """Open the choice of customers to ask; nothing is sent before that window is confirmed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_invite_action")
        return dict(action, context={"default_program_id": self.id})

    def action_open_requests(self):
        return self._open("crm_satisfaction.crm_satisfaction_request_action")

    def action_open_responses(self):
        return self._open("crm_satisfaction.crm_satisfaction_response_action")

    def _open(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return dict(action, domain=[("program_id", "in", self.ids)], context={})
