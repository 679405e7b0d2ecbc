from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date

from ..tools.rfm import unnamed_codes

CUT_FIELDS = [f"{letter}_cut_{number}" for letter in "rfm" for number in range(1, 5)]
#: Settings after whose change the cut points are taken again, and all after whose change everybody is computed again.
RETAKEN_AFTER = {"method", "score_count", "frequency_measure_id", "monetary_measure_id"}
SETTINGS = RETAKEN_AFTER | {*CUT_FIELDS, "lifecycle_basis", "activity_measure_ids", "typed_rhythm_days"}


def _cut(label, recency=False):
    """Return a plain cut point; days may not be negative, so that people read days and not a turned sign."""
    if recency:
        return fields.Integer(label, help="Days since the last purchase: fewer give this score or a better one.")
    return fields.Float(label, digits=0, help="Figure of the window: more gives this score or a better one.")


class CrmRfmScale(models.Model):
    """How the customers of one company are scored and judged: settings, and the limits taken from all its customers.

    Cut points, the rhythm of the company and the percentile points of the relationship index are kept, so that a
    customer's scores change only with the customer. They are taken anew every month or by a button; see
    ``crm_rfm_scale_take.py`` and ``tools/rfm.py``.
    """

    _name = "crm.rfm.scale"
    _description = "Scores and Lifecycle"
    _order = "company_id, id"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    # Scores
    method = fields.Selection(
        [("quantile", "Equal groups, taken every month"), ("typed", "Typed")],
        string="Cut Points",
        required=True,
        default="quantile",
        help="Equal groups: the customers who ever bought are divided into groups of about the same size. Typed: you "
        "set the limits yourself; they stay until you change them.",
    )
    score_count = fields.Integer(
        string="Number of Scores", required=True, default=5, help="3 to 5; the highest score is best."
    )
    frequency_measure_id = fields.Many2one(
        "crm.measure",
        string="Frequency By",
        ondelete="set null",
        domain=[("reviewed", "=", True), ("group_ids", "=", False)],
        default=lambda self: self.env["crm.customer"]._standard_measure("purchase_days"),
        help="Reviewed indicator whose window figure gives the frequency score. Empty: Purchase Days.",
    )
    monetary_measure_id = fields.Many2one(
        "crm.measure",
        string="Money By",
        ondelete="set null",
        domain=[("reviewed", "=", True), ("is_monetary", "=", True), ("group_ids", "=", False)],
        default=lambda self: self.env["crm.customer"]._standard_measure("revenue"),
        help="Reviewed indicator of money whose window figure gives the money score. Empty: Invoiced Revenue.",
    )
    r_cut_1 = _cut("Recency: 2 below", recency=True)
    r_cut_2 = _cut("Recency: 3 below", recency=True)
    r_cut_3 = _cut("Recency: 4 below", recency=True)
    r_cut_4 = _cut("Recency: 5 below", recency=True)
    f_cut_1 = _cut("Frequency: 2 above")
    f_cut_2 = _cut("Frequency: 3 above")
    f_cut_3 = _cut("Frequency: 4 above")
    f_cut_4 = _cut("Frequency: 5 above")
    m_cut_1 = fields.Monetary("Money: 2 above", help="Amount of the window: more gives this score or a better one.")
    m_cut_2 = fields.Monetary("Money: 3 above")
    m_cut_3 = fields.Monetary("Money: 4 above")
    m_cut_4 = fields.Monetary("Money: 5 above")
    unnamed_codes = fields.Char(
        compute="_compute_unnamed_codes", help="Scores for which the RFM names have no name, all of them."
    )
    # Lifecycle
    lifecycle_basis = fields.Selection(
        [("purchases", "Purchases"), ("contacts", "Contacts and offers")],
        string="Silence Counts From",
        required=True,
        default="purchases",
        help="Where customers buy once in years, silence between purchases says nothing: contacts and offers do.",
    )
    activity_measure_ids = fields.Many2many(
        "crm.measure",
        "crm_rfm_scale_activity_rel",
        string="Signs of Life",
        help="Reviewed indicators whose latest document shows that the customer is still there, for example meetings, "
        "mails received or quotations. A purchase always does.",
    )
    typed_rhythm_days = fields.Integer(
        string="Typed Rhythm (days)",
        required=True,
        default=90,
        help="Used where nobody bought twice, and where contacts and offers count.",
    )
    company_rhythm_days = fields.Float(
        string="Company Rhythm (days)",
        digits=0,
        readonly=True,
        help="Rhythm of customers with fewer than four gaps between purchase days. Taken with the cut points.",
    )
    company_rhythm_basis = fields.Selection(
        [
            ("customers", "Median of the customers' own rhythms"),
            ("gaps", "Median of all gaps between purchase days"),
            ("typed", "Typed: nobody bought twice"),
        ],
        string="Company Rhythm From",
        readonly=True,
    )
    # Relationship
    relationship_points = fields.Json(
        readonly=True, help="101 percentile points of each fact of the relationship index, taken with the cut points."
    )
    relationship_customers = fields.Integer(
        string="Customers Compared",
        readonly=True,
        help="Customers with enough history for the relationship index, to whom everybody is compared.",
    )
    # Last taken, and how far the job is
    computed_on = fields.Date(
        string="Taken On", readonly=True, help="Day on which cut points, rhythm and comparison were taken."
    )
    customers = fields.Integer(readonly=True, help="Customers who had bought at least once by that day.")
    profile_run = fields.Integer(readonly=True, help="Number of the last job run that looked for new cut points.")
    full_on = fields.Date(
        string="All Profiles Computed",
        readonly=True,
        help="Day on which every profile was computed anew; empty while that is due. In between only profiles are "
        "computed whose figures changed, or for whom the passing of time changes something.",
    )
    full_next = fields.Integer(readonly=True, help="Contact up to which an unfinished computation of everybody came.")

    _company_uniq = models.UniqueIndex("(company_id)", "A company has one RFM scale.")
    _score_count_range = models.Constraint(
        "CHECK (score_count BETWEEN 3 AND 5)", "The number of scores must be 3, 4 or 5."
    )
    _typed_rhythm_range = models.Constraint(
        "CHECK (typed_rhythm_days BETWEEN 1 AND 36500)", "The typed rhythm must be between 1 and 36,500 days."
    )

    @api.depends("score_count")
    def _compute_unnamed_codes(self):
        ranges = self.env["crm.rfm.cell"]._ranges()
        for scale in self:
            scale.unnamed_codes = ", ".join(map(str, unnamed_codes(ranges, scale.score_count)))

    @api.constrains("method", "score_count", *CUT_FIELDS)
    def _check_cut_points(self):
        """Typed limits must go one way, or a score between them could never be reached."""
        for scale in self.filtered(lambda scale: scale.method == "typed"):
            recency, frequency, money = (scale._cuts(letter) for letter in "rfm")
            steps = [*zip(recency[1:], recency, strict=False), (0, recency[-1])]
            steps += [*zip(frequency, frequency[1:], strict=False), *zip(money, money[1:], strict=False)]
            if not all(isfinite(low) and isfinite(high) and low < high for low, high in steps):
                raise ValidationError(
                    self.env._(
                        "Typed cut points of %(company)s: days must fall from score to score and stay above 0; "
                        "frequency and money must rise.",
                        company=scale.company_id.name,
                    )
                )

    @api.constrains("frequency_measure_id", "monetary_measure_id", "activity_measure_ids")
    def _check_measures(self):
        for scale in self:
            scale._measures()._check_open()
            waiting = scale._measures().filtered(lambda measure: not measure.reviewed)
            if waiting:
                raise ValidationError(
                    self.env._("An administrator must review first: %(names)s", names=", ".join(waiting.mapped("name")))
                )
            if not scale._monetary_measure().is_monetary:
                raise ValidationError(self.env._("The money score needs an indicator of money."))

    def write(self, vals):
        """Compute everybody again after a change of settings, and take cut points again where they depend on it."""
        if not self.env.su:
            self._check_settings(vals)
        if RETAKEN_AFTER & vals.keys():
            vals = {**vals, "computed_on": False, "profile_run": 0}
        if SETTINGS & vals.keys():
            vals = {**vals, "full_on": False, "full_next": 0}
        return super().write(vals)

    def _check_settings(self, vals):
        """Refuse to write by hand what the job takes from the customers."""
        typed = {vals.get("method")} | ({*self.mapped("method")} if "method" not in vals else set())
        if vals.keys() - SETTINGS or (vals.keys() & set(CUT_FIELDS) and "quantile" in typed):
            raise AccessError(self.env._("These figures are taken from the customers; only settings can be changed."))

    def action_refresh(self):
        """Forget the cut points; the job takes new ones from today's customers and computes everyone again."""
        self.check_access("write")
        self.sudo().write({"computed_on": False, "profile_run": 0, "full_on": False, "full_next": 0})
        return self.env.ref("crm_segmentation.job_customers").action_run_now()

    @api.model
    def _for_all_companies(self):
        """Return one scale per company, archived ones included; missing ones are created empty."""
        companies = self.env["res.company"].with_context(active_test=False).search([], order="id")
        missing = companies - self.search([]).company_id
        self.create([{"company_id": company.id} for company in missing])
        return self.search([])

    @api.model
    def _compute_everybody(self):
        """Let the next run compute the profiles of all companies anew."""
        self.sudo().search([]).write({"full_on": False, "full_next": 0})

    def _cuts(self, letter):
        """Return the cut points in use of recency (r), frequency (f) or money (m)."""
        self.ensure_one()
        return [self[f"{letter}_cut_{number}"] for number in range(1, self.score_count)]

    def _basis_text(self):
        """Return in words what the scores stand on."""
        cut_points = self.env._("typed cut points")
        if self.method == "quantile":
            cut_points = self.env._("cut points of %(day)s", day=format_date(self.env, self.computed_on))
            if not self.computed_on:
                cut_points = self.env._("cut points that are taken in the next run")
        return self.env._(
            "of %(count)s, by %(frequency)s and %(money)s, %(cut_points)s",
            count=self.score_count,
            frequency=self._frequency_measure().name,
            money=self._monetary_measure().name,
            cut_points=cut_points,
        )

    def _frequency_measure(self):
        chosen = self.frequency_measure_id.sudo().filtered("active")
        return chosen or self.env["crm.customer"]._standard_measure("purchase_days")

    def _monetary_measure(self):
        chosen = self.monetary_measure_id.sudo().filtered("active")
        return chosen or self.env["crm.customer"]._standard_measure("revenue")

    def _measures(self):
        """Return the indicators chosen in the settings."""
        return self._frequency_measure() | self._monetary_measure() | self.activity_measure_ids.sudo()
