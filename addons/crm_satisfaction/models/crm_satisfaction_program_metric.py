"""What a schedule measures: its scale, which scores are good ones, and the figure of the last 12 months."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import scores
from .crm_satisfaction_program import WINDOW_DAYS


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    good_from = fields.Integer(
        compute="_compute_own_limits",
        store=True,
        readonly=False,
        help="On an own scale: this score and every higher one is a good answer.",
    )
    bad_up_to = fields.Integer(
        string="Bad up to",
        compute="_compute_own_limits",
        store=True,
        readonly=False,
        help="On an own scale: this score and every lower one is a bad answer.",
    )

    takes_ratings = fields.Boolean(
        help="Ratings that customers leave on tasks, tickets, chats and other documents of Odoo become answers of this "
        "schedule, every night, while it is switched on. They go from 1 to 5.",
    )

    _ratings_need_csat = models.Constraint(
        "CHECK (takes_ratings IS NOT TRUE OR metric = 'csat')", "Ratings go from 1 to 5: the metric is CSAT."
    )
    _takes_ratings_uniq = models.UniqueIndex(
        "(company_id) WHERE takes_ratings AND active", "Another schedule of this company takes the ratings already."
    )

    @api.depends("metric", "question_id")
    def _compute_own_limits(self):
        """Propose the upper and the lower third of the scale; keep limits that still fit."""
        for program in self:
            low, high = program._scale()
            if program.metric != "custom":
                program.good_from = program.bad_up_to = False
            elif not low <= program.bad_up_to < program.good_from <= high:
                third = max((high - low) // 3, 1)
                program.good_from, program.bad_up_to = high - third + 1, low + third - 1

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("metric", "min_answers", "request_ids.state")
    def _compute_counts(self):
        since = fields.Datetime.now() - timedelta(days=WINDOW_DAYS)
        domain = [("program_id", "in", self.ids), ("answered_at", ">=", since), ("counted", "=", True)]
        rows = self.env["crm.satisfaction.response"]._read_group(domain, ["program_id", "score_group"], ["__count"])
        groups = {(program, group): count for program, group, count in rows}
        domain = [("program_id", "in", self.ids), ("decided_at", ">=", since), ("state", "!=", "not_asked")]
        sent = dict(self.env["crm.satisfaction.request"]._read_group(domain, ["program_id"], ["__count"]))
        for program in self:
            counts = [groups.get((program, group), 0) for group in ("promoter", "passive", "detractor")]
            program.sent_count = sent.get(program, 0)
            program.answer_count = sum(counts)
            program.figure, program.figure_text = program._format_figure(counts)

    @api.constrains("survey_id", "metric", "question_id")
    def _check_question(self):
        for program in self.sudo():
            question, (low, high) = program.question_id, scores.SCALES.get(program.metric, (0, 10))
            if question.survey_id != program.survey_id or not program._fits(question):
                raise ValidationError(
                    self.env._(
                        "%(schedule)s needs a scale question from %(low)s to %(high)s of its own survey.",
                        schedule=program.name,
                        low=low,
                        high=high,
                    )
                )

    @api.constrains("metric", "good_from", "bad_up_to", "question_id")
    def _check_own_limits(self):
        for program in self.filtered(lambda program: program.metric == "custom"):
            low, high = program._scale()
            if not low <= program.bad_up_to < program.good_from <= high:
                raise ValidationError(
                    self.env._(
                        "%(schedule)s: bad scores end below the good ones, both on the scale from %(low)s to %(high)s.",
                        schedule=program.name,
                        low=low,
                        high=high,
                    )
                )

    def copy_data(self, default=None):
        """Let a copy on an own scale get its limits proposed."""
        return [
            {name: value for name, value in vals.items() if value or name not in ("good_from", "bad_up_to")}
            for vals in super().copy_data(default)
        ]

    def _fits(self, question):
        """Tell whether a question has the scale this metric is defined on."""
        question = question.sudo()
        bounds = (question.scale_min, question.scale_max)
        fits = self.metric == "custom" or bounds == scores.SCALES[self.metric or "nps"]
        return question.question_type == "scale" and fits

    def _scale(self):
        """Return the lowest and the highest score; an own scale is that of the question."""
        question_sudo = self.sudo().question_id
        return scores.SCALES.get(self.metric) or (question_sudo.scale_min, question_sudo.scale_max)

    def _format_figure(self, counts):
        """Return (value, text) for numbers of promoters, passives and detractors."""
        answers, metric = sum(counts), self._metric_name()
        if answers < self.min_answers:
            return 0.0, self.env._(
                "Too few answers: %(answers)s of %(needed)s", answers=answers, needed=self.min_answers
            )
        value, low, high = scores.figure(self.metric, *counts)
        return value, self.env._(
            "%(metric)s %(value).0f (95 %% between %(low).0f and %(high).0f, %(answers)s answers)",
            metric=metric,
            value=value,
            low=low,
            high=high,
            answers=answers,
        )

    def _metric_name(self):
        """Return the short name of the metric for texts."""
        return self.env._("Good answers") if self.metric == "custom" else (self.metric or "nps").upper()
