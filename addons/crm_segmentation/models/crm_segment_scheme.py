from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmSegmentScheme(models.Model):
    """A way to divide all customers into classes, of which each customer has exactly one.

    Customers are ranked by an indicator, best first; a class takes the customers before whom less than its share of
    the total is reached. Ties at an edge enter together. See ``tools/pareto.py``.
    """

    _name = "crm.segment.scheme"
    _description = "Segmentation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="What the classes are for, for those who read them.")
    measure_id = fields.Many2one(
        "crm.measure",
        string="Ranked by",
        required=True,
        ondelete="restrict",
        domain=[("reviewed", "=", True), ("group_ids", "=", False)],
        help="Customers are ranked by this indicator over its window, best first. Only reviewed indicators, because "
        "others count what their owner sees, and the classes would depend on that.",
    )
    on_card = fields.Boolean(
        string="Class on the Profile",
        copy=False,
        help="Show the class of this segmentation as the class of each customer.",
    )
    segment_ids = fields.One2many("crm.segment", "scheme_id", string="Classes", copy=True)
    member_count = fields.Integer(compute="_compute_member_count", help="Customers that have a class today.")
    key_answer = fields.Text(
        string="80/20",
        compute="_compute_key_answer",
        help="How many customers bring 80 % of the indicator in its window, in each of the chosen companies. Customers "
        "with equal values enter together; negative values are left out of the total.",
    )
    refreshed_at = fields.Datetime(readonly=True, copy=False)
    last_error = fields.Text(
        readonly=True, copy=False, help="Why classes were not assigned, or why some company has no best class."
    )
    refresh_run = fields.Integer(readonly=True, copy=False)

    _on_card_uniq = models.UniqueIndex(
        "(on_card) WHERE on_card AND active", "One segmentation gives the class on the profile."
    )

    @api.depends("segment_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["crm.segment.member"]._read_group(
                [("scheme_id", "in", self.ids), ("date_to", "=", False)], ["scheme_id"], ["__count"]
            )
        )
        for scheme in self:
            scheme.member_count = counts.get(scheme, 0)

    @api.depends("measure_id")
    @api.depends_context("allowed_company_ids", "uid", "lang")
    def _compute_key_answer(self):
        companies = self.env.companies
        for scheme in self:
            answers = [(company, scheme.measure_id._key_customers_text(company)) for company in companies]
            if len(companies) == 1:
                scheme.key_answer = answers[0][1] if scheme.measure_id else False
            else:
                scheme.key_answer = "\n".join(f"{company.name}: {answer}" for company, answer in answers)

    @api.constrains("measure_id")
    def _check_measure_reviewed(self):
        self.measure_id._check_open()
        for scheme in self:
            if not scheme.measure_id.reviewed:
                raise ValidationError(
                    self.env._(
                        "%(measure)s must be reviewed by an administrator before customers are classed by it.",
                        measure=scheme.measure_id.name,
                    )
                )

    @api.constrains("segment_ids")
    def _check_limits(self):
        """The limits of the classes must rise to 100 %, or customers would be left without a class."""
        for scheme in self:
            limits = scheme.segment_ids.mapped("share_to")
            rising = all(first < second for first, second in zip(limits, limits[1:], strict=False))
            if limits and not (rising and limits[-1] == 1.0):
                raise ValidationError(
                    self.env._(
                        "The shares of %(scheme)s must rise from class to class, and the last must be 100 %%.",
                        scheme=scheme.name,
                    )
                )

    def action_open_members(self):
        """Open who is in which class, with history."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_segment_member_action")
        return {**action, "domain": [("scheme_id", "in", self.ids)]}
