from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

KINDS = [
    ("rank", "Ranked: by share of an indicator"),
    ("exclusive", "Rules: the first that fits"),
    ("overlapping", "Rules: every one that fits"),
]


class CrmSegmentScheme(models.Model):
    """A way to divide customers into segments: by their share of an indicator, or by rules.

    Ranked: customers are ranked best first; a class takes the customers before whom less than its share of the total is
    reached, ties at an edge enter together (``tools/pareto.py``). Rules: a customer is in the first segment whose rule
    fits, or in every one.
    """

    _name = "crm.segment.scheme"
    _inherit = "crm.cell.mixin"
    _description = "Segmentation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="What customers are divided by.")
    active = fields.Boolean(
        default=True, help="An archived segmentation has no customers; it begins anew when it is restored."
    )
    sequence = fields.Integer(
        default=10, help="Where two segmentations say how to serve a customer, the upper one counts."
    )
    description = fields.Text(translate=True, help="What the segments are for, for those who read them.")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="exclusive",
        help="Ranked: segments by cumulative share of one indicator, such as A, B, C. First that fits: each customer "
        "is in one segment at most. Every one that fits: a customer can be in several.",
    )
    company_id = fields.Many2one(
        "res.company", help="Only for customers of this company. Empty: every company has its own members."
    )
    measure_id = fields.Many2one(
        "crm.measure",
        string="Ranked by",
        ondelete="restrict",
        domain=[("reviewed", "=", True), ("group_ids", "=", False)],
        help="Customers are ranked by this indicator over its window, best first. Only reviewed indicators, because "
        "others count what their owner sees, and the segments would depend on that.",
    )
    on_card = fields.Boolean(
        string="Class on the Profile",
        copy=False,
        help="Show the segment of this segmentation as the class of each customer.",
    )
    settle_days = fields.Integer(
        string="Settling Days",
        required=True,
        default=0,
        help="A customer changes segment only after the new answer has held for so many days, so that nobody goes to "
        "and fro every night. 0: at once. Customers put in or kept out by hand change at once.",
    )
    segment_ids = fields.One2many(
        "crm.segment",
        "scheme_id",
        string="Segments",
        copy=True,
        help="From above; the order counts where only one fits.",
    )
    member_count = fields.Integer(
        compute="_compute_member_count", help="Customers that are in one of the segments today, each counted once."
    )
    key_answer = fields.Text(
        string="80/20",
        compute="_compute_key_answer",
        help="How many customers bring 80 % of the indicator in its window, in each of the chosen companies. Customers "
        "with equal values enter together; negative values are left out of the total.",
    )
    refreshed_at = fields.Datetime(
        string="Last Refresh", readonly=True, copy=False, help="When customers were last assigned."
    )
    last_error = fields.Text(
        readonly=True, copy=False, help="Why customers were not assigned, or why some company has no best class."
    )

    _on_card_uniq = models.UniqueIndex(
        "(on_card) WHERE on_card AND active", "One segmentation gives the class on the profile."
    )
    _measure_when_ranked = models.Constraint(
        "CHECK (kind != 'rank' OR measure_id IS NOT NULL)", "Choose the indicator that customers are ranked by."
    )
    _card_needs_one = models.Constraint(
        "CHECK (NOT on_card OR kind != 'overlapping')",
        "The class on the profile is one: choose a segmentation in which each customer has one segment.",
    )
    _settle_days_range = models.Constraint(
        "CHECK (settle_days BETWEEN 0 AND 365)", "Settling takes between 0 and 365 days."
    )

    @api.depends("segment_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["crm.segment.member"]._read_group(
                [("scheme_id", "in", self.ids), ("date_to", "=", False)], ["scheme_id"], ["partner_id:count_distinct"]
            )
        )
        for scheme in self:
            scheme.member_count = counts.get(scheme, 0)

    @api.depends("measure_id")
    @api.depends_context("allowed_company_ids", "uid", "lang")
    def _compute_key_answer(self):
        companies = self.env.companies
        for scheme in self:
            if not scheme.measure_id:
                scheme.key_answer = False
                continue
            answers = [(company, scheme.measure_id._key_customers_text(company)) for company in companies]
            if len(companies) == 1:
                scheme.key_answer = answers[0][1]
            else:
                scheme.key_answer = "\n".join(f"{company.name}: {answer}" for company, answer in answers)

    @api.constrains("measure_id", "kind")
    def _check_measure_reviewed(self):
        ranked = self.filtered(lambda scheme: scheme.kind == "rank")
        ranked.measure_id._check_open()
        for scheme in ranked:
            if not scheme.measure_id.reviewed:
                raise ValidationError(
                    self.env._(
                        "%(measure)s must be reviewed by an administrator before customers are classed by it.",
                        measure=scheme.measure_id.name,
                    )
                )

    @api.constrains("segment_ids", "kind")
    def _check_limits(self):
        """The limits of the classes must rise to 100 %, or customers would be left without a class."""
        for scheme in self.filtered(lambda scheme: scheme.kind == "rank"):
            limits = scheme.segment_ids.mapped("share_to")
            rising = all(first < second for first, second in zip(limits, limits[1:], strict=False))
            if limits and not (rising and limits[-1] == 1.0):
                raise ValidationError(
                    self.env._(
                        "The shares of %(scheme)s must rise from class to class, and the last must be 100 %%.",
                        scheme=scheme.name,
                    )
                )

    @api.constrains("kind", "company_id", "on_card", "active")
    def _check_needs(self):
        """What the segments need of each other may no longer fit."""
        self.env["crm.segment"].sudo()._check_no_circle()

    def write(self, vals):
        """How customers are divided is decided by who may see all segments."""
        if {"kind", "company_id", "measure_id"} & vals.keys():
            self._check_all_seen()
        result = super(CrmSegmentScheme, self.with_context(crm_scheme_written=True)).write(vals)
        if {"kind", "company_id"} & vals.keys():
            self.env["crm.segment"].sudo()._restrict()
        return result

    def unlink(self):
        self._check_all_seen()
        result = super().unlink()
        self.env["crm.segment"].sudo()._restrict()
        return result

    def _check_all_seen(self):
        """Refuse when some of the segments are hidden from the user."""
        if self.env.su:
            return
        every = self.sudo().with_context(active_test=False).segment_ids
        seen = self.env["crm.segment"].with_context(active_test=False).search([("id", "in", every.ids)])
        if every - seen.sudo():
            raise AccessError(
                self.env._("Some of these segments are built on what you may not see. Ask somebody who may see them.")
            )

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "rank":
            self.measure_id = False

    def _companies(self):
        """Return the companies whose customers are divided, archived ones included."""
        self.ensure_one()
        every = self.env["res.company"].with_context(active_test=False).search([], order="id")
        return self.company_id or every

    @api.model
    def _summary_lines(self):
        """Return a line with the segmentations in use and the customers in each of their segments."""
        lines = []
        for scheme in self.search([("on_card", "=", False)]):
            sizes = ", ".join(f"{segment.name} {segment.member_count:,}" for segment in scheme.segment_ids)
            lines.append(f"Segmentation {scheme.name}: {sizes}")
        return lines

    # Actions

    def action_unarchive(self):
        """Switch on, together with the segmentations whose segments these are built on; assign soon."""
        needed = self
        while more := (needed.segment_ids.within_ids | needed.segment_ids.without_ids).scheme_id - needed:
            needed |= more
        result = super(CrmSegmentScheme, needed).action_unarchive()
        self._assign_soon()
        return result

    def action_open_members(self):
        """Open who is in which segment, with history."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_member_action")
        return {**action, "domain": [("scheme_id", "in", self.ids)]}

    def action_open_sizes(self):
        """Open how large the segments were at the end of each month."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_size_action")
        return {**action, "domain": [("scheme_id", "in", self.ids)], "context": {"search_default_year": 1}}

    def action_refresh(self):
        """Ask the scheduler to assign customers as soon as it can."""
        self.check_access("write")
        return self.env.ref("crm_segmentation.job_segments").sudo().action_run_now()
