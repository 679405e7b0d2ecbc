"""The overview: one figure along one dimension, with number, interval, response rate and the period before."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..models.crm_satisfaction_response import METRICS
from ..tools import scores

#: With fewer answers no figure is shown where no schedule says how many: it would mostly be chance.
MIN_ANSWERS = 10
FIGURES = ("good", "middle", "bad", "total", "squares", "invited", "answered")


class CrmSatisfactionBoard(models.TransientModel):
    _name = "crm.satisfaction.board"
    _description = "Satisfaction Overview"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    metric = fields.Selection(
        METRICS,
        required=True,
        default=lambda self: self._default_metric(),
        help="Scores of different scales are never mixed in one figure.",
    )
    program_id = fields.Many2one(
        "crm.satisfaction.program",
        string="Schedule",
        domain="[('company_id', '=', company_id), ('metric', '=', metric)]",
        context={"active_test": False},
        help="Empty: all schedules with this metric.",
    )
    months = fields.Selection(
        [("3", "3 months"), ("6", "6 months"), ("12", "12 months"), ("24", "24 months"), ("36", "36 months")],
        string="Period",
        required=True,
        default="12",
        help="Whole calendar months, this one included. It is compared with as many months before.",
    )
    dimension = fields.Selection(
        [
            ("program", "Schedule"),
            ("user", "Account manager"),
            ("served", "Served by"),
            ("team", "Sales team"),
            ("product", "Product"),
            ("segment", "Segment"),
            ("market", "Competition profile"),
            ("stage", "Stage"),
        ],
        string="By",
        required=True,
        default="user",
        help="As it was on the day of each answer.",
    )
    min_answers = fields.Integer(
        string="Answers Needed",
        compute="_compute_min_answers",
        help="As the schedules with this metric say; of several schedules the most careful.",
    )
    # Stored, yet never computed as the system: nobody sees answers of a company that is not his.
    headline = fields.Char(compute="_compute_figures", store=True, compute_sudo=False)
    mean_text = fields.Char(compute="_compute_figures", store=True, compute_sudo=False)
    rate_text = fields.Char(compute="_compute_figures", store=True, compute_sudo=False)
    change_text = fields.Char(compute="_compute_figures", store=True, compute_sudo=False)
    note = fields.Char(compute="_compute_figures", store=True, compute_sudo=False)
    chart = fields.Html(compute="_compute_figures", sanitize=False, store=True, compute_sudo=False)
    line_ids = fields.One2many(
        "crm.satisfaction.board.line", "board_id", compute="_compute_figures", store=True, compute_sudo=False
    )

    @api.model
    def _default_metric(self):
        """Begin with the metric that has most answers, for who may read them: defaults are given to anybody."""
        if not self.env["crm.satisfaction.response"].has_access("read"):
            return "nps"
        self.env.cr.execute(
            SQL(
                "SELECT metric FROM crm_satisfaction_month WHERE company_id = %s AND dimension = 'all'"
                " GROUP BY metric ORDER BY SUM(good + middle + bad) DESC LIMIT 1",
                self.env.company.id,
            )
        )
        return (self.env.cr.fetchone() or ("nps",))[0]

    @api.depends("metric")
    def _compute_display_name(self):
        self.display_name = self.env._("Satisfaction Overview")

    @api.depends("company_id", "metric", "program_id")
    def _compute_min_answers(self):
        for board in self:
            programs = board.program_id or self.env["crm.satisfaction.program"].search(
                [("company_id", "=", board.company_id.id), ("metric", "=", board.metric)]
            )
            board.min_answers = max(programs.mapped("min_answers"), default=MIN_ANSWERS)

    @api.depends("company_id", "metric", "program_id", "months", "dimension")
    def _compute_figures(self):
        for board in self:
            whole = board._totals("all").get(0, {})
            board.headline, board.mean_text, board.rate_text = board._texts(whole)
            board.change_text = board._change(whole)
            board.chart = board._draw()
            lines, board.note = board._prepare_lines()
            board.line_ids = [Command.clear(), *map(Command.create, lines)]

    def _start(self):
        """Return the first day of the period: so many calendar months, this one included."""
        first = self.company_id._crm_today().replace(day=1)
        return first - relativedelta(months=int(self.months) - 1)

    def _scope_sql(self, dimension, start):
        """Return the condition on the stored months, and the column that tells members apart."""
        conditions = [
            # The companies of whoever looks, whatever the page says.
            SQL("company_id = %s", self.company_id.id if self.company_id in self.env.companies else 0),
            SQL("dimension = %s", "all" if dimension == "program" else dimension),
            SQL("metric = %s", self.metric),
            SQL("month >= %s", start),
            SQL("month <= %s", self.company_id._crm_today()),
        ]
        if self.program_id:
            conditions.append(SQL("program_id = %s", self.program_id.id))
        return SQL(" AND ").join(conditions), SQL("program_id" if dimension == "program" else "res_id")

    def _totals(self, dimension):
        """Return ``{member id: figures}``; ``before`` holds the groups of the period before. One query."""
        self.env["crm.satisfaction.response"].check_access("read")
        start = self._start()
        where, member = self._scope_sql(dimension, start - relativedelta(months=int(self.months)))
        now = SQL("FILTER (WHERE month >= %s)", start)
        before = SQL("FILTER (WHERE month < %s)", start)
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, %s, %s FROM crm_satisfaction_month WHERE %s GROUP BY 1",
                member,
                SQL(", ").join(SQL("COALESCE(SUM(%s) %s, 0)", SQL.identifier(name), now) for name in FIGURES),
                SQL(", ").join(SQL("COALESCE(SUM(%s) %s, 0)", SQL.identifier(name), before) for name in FIGURES[:3]),
                where,
            )
        )
        return {
            row[0]: {**dict(zip(FIGURES, row[1:], strict=False)), "before": tuple(row[len(FIGURES) + 1 :])}
            for row in rows
        }

    def _figure(self, counts):
        """Return (value, low, high), None where there are too few answers to tell."""
        return scores.figure(self.metric, *counts) if sum(counts) >= self.min_answers else None

    def _texts(self, row):
        """Return figure, mean and response rate in words."""
        counts = [row.get(name, 0) for name in FIGURES[:3]]
        answers = sum(counts)
        figure = self._figure(counts)
        name = self.env._("Good answers") if self.metric == "custom" else self.metric.upper()
        if not figure:
            headline = self.env._(
                "Too few answers: %(answers)s of %(needed)s", answers=answers, needed=self.min_answers
            )
        else:
            headline = self.env._(
                "%(name)s %(value).0f%(unit)s (95 %% between %(low).0f and %(high).0f), %(answers)s answers",
                name=name,
                value=figure[0],
                unit="" if self.metric == "nps" else " %",
                low=figure[1],
                high=figure[2],
                answers=f"{answers:,}",
            )
        mean = self.env._("Mean score %(mean).2f", mean=row["total"] / answers) if figure else ""
        invited = row.get("invited", 0)
        rate = invited and self.env._(
            "%(share).0f %% of %(invited)s invitations answered",
            share=100 * row["answered"] / invited,
            invited=f"{invited:,}",
        )
        return headline, mean, rate or self.env._("No invitations in this period")

    def _change(self, row):
        """Say what changed against the period before, and whether that is more than chance."""
        now, before = [row.get(name, 0) for name in FIGURES[:3]], row.get("before", (0, 0, 0))
        if min(sum(now), sum(before)) < self.min_answers:
            return self.env._("Too few answers to compare")
        difference, half = scores.change(self.metric, now, before)
        if abs(difference) <= half:
            return self.env._("No clear change (%(by)+.0f, uncertain by %(half).0f)", by=difference, half=half)
        return self.env._("%(by)+.0f against the period before, certain within %(half).0f", by=difference, half=half)

    @api.model
    def action_open(self):
        """Open the overview on the last twelve months of the user's company."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Satisfaction Overview"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
            "target": "current",
        }
