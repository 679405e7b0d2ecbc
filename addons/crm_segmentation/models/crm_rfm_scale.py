from odoo import api, fields, models
from odoo.tools import SQL

CUT_FIELDS = [f"{letter}_cut_{number}" for letter in "rfm" for number in range(1, 5)]


class CrmRfmScale(models.Model):
    """The cut points between the scores 1 to 5 of one company, kept so that a score changes only with its customer.

    Taken at 20, 40, 60 and 80 percent of all customers who ever bought. A score is one plus the number of cut points
    strictly below the customer's value; for recency fewer days are better, so the sign is turned. See ``tools/rfm.py``.
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
        string="Scores", required=True, default=5, help="Number of scores, 3 to 5; the highest is best."
    )
    frequency_measure_id = fields.Many2one(
        "crm.measure",
        string="Frequency By",
        ondelete="set null",
        domain=[("reviewed", "=", True)],
        help="Reviewed indicator whose window figure gives the frequency score. Empty: Purchase Days.",
    )
    monetary_measure_id = fields.Many2one(
        "crm.measure",
        string="Money By",
        ondelete="set null",
        domain=[("reviewed", "=", True), ("is_monetary", "=", True)],
        help="Reviewed indicator of money whose window figure gives the money score. Empty: Invoiced Revenue.",
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
        domain=[("reviewed", "=", True)],
        help="Reviewed indicators whose latest document shows that the customer is still there, for example meetings, "
        "mails received or quotations. A purchase always does.",
    )
    typed_rhythm_days = fields.Integer(
        string="Typed Rhythm (days)",
        required=True,
        default=90,
        help="Used where customers bought too little for a rhythm to show, and where contacts and offers count.",
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
        readonly=True, help="Customers with enough history that the percentile points were taken from."
    )
    # Last taken
    computed_on = fields.Date(readonly=True, help="Day on which the cut points were taken from the customers.")
    customers = fields.Integer(readonly=True, help="Customers who had bought at least once by that day.")
    profile_run = fields.Integer(readonly=True, help="Number of the last job run that scored this company's customers.")
    r_cut_1 = fields.Integer("Recency 1|2", readonly=True, help="Days since the last purchase, with a minus sign.")
    r_cut_2 = fields.Integer("Recency 2|3", readonly=True)
    r_cut_3 = fields.Integer("Recency 3|4", readonly=True)
    r_cut_4 = fields.Integer("Recency 4|5", readonly=True)
    f_cut_1 = fields.Integer("Frequency 1|2", readonly=True, help="Purchase days in the window.")
    f_cut_2 = fields.Integer("Frequency 2|3", readonly=True)
    f_cut_3 = fields.Integer("Frequency 3|4", readonly=True)
    f_cut_4 = fields.Integer("Frequency 4|5", readonly=True)
    m_cut_1 = fields.Monetary("Money 1|2", readonly=True, help="Untaxed revenue in the window, less credit notes.")
    m_cut_2 = fields.Monetary("Money 2|3", readonly=True)
    m_cut_3 = fields.Monetary("Money 3|4", readonly=True)
    m_cut_4 = fields.Monetary("Money 4|5", readonly=True)

    _company_uniq = models.UniqueIndex("(company_id)", "A company has one RFM scale.")

    def action_refresh(self):
        """Forget the cut points; the job takes new ones from today's customers and scores everyone again."""
        self.check_access("read")
        if not self.env.user.has_group("crm_segmentation.group_insight_configure"):
            self.check_access("write")
        self.sudo().computed_on = False
        return self.env.ref("crm_segmentation.job_customers").action_run_now()

    @api.model
    def _for_all_companies(self):
        """Return one scale per company, archived ones included; missing ones are created empty."""
        companies = self.env["res.company"].with_context(active_test=False).search([], order="id")
        missing = companies - self.search([]).company_id
        self.create([{"company_id": company.id} for company in missing])
        return self.search([])

    def _take_cut_points(self, source, today):
        """Store the cut points of the customers in ``source`` (columns recency, frequency, monetary) as of ``today``.

        Recency arrives as a negative number of days, so that more is better in all three columns.
        """
        self.ensure_one()
        cuts = SQL("ARRAY[0.2, 0.4, 0.6, 0.8]")
        self.env.cr.execute(
            SQL(
                """
                SELECT percentile_disc(%(cuts)s) WITHIN GROUP (ORDER BY recency)
                    || percentile_disc(%(cuts)s) WITHIN GROUP (ORDER BY frequency),
                       percentile_disc(%(cuts)s) WITHIN GROUP (ORDER BY monetary), COUNT(*)
                  FROM (%(source)s) buyer WHERE recency IS NOT NULL
                """,
                cuts=cuts,
                source=source,
            )
        )
        days, money, count = self.env.cr.fetchone()
        if count:
            self.write({**dict(zip(CUT_FIELDS, [*days, *money], strict=True)), "computed_on": today})
        self.customers = count

    def _score_sql(self, letter, value):
        """Return SQL of the score of ``value`` on the scale of ``letter``; null when there are no cut points yet."""
        self.ensure_one()
        if not self.computed_on:
            return SQL("NULL::integer")
        cuts = [self[f"{letter}_cut_{number}"] for number in range(1, 5)]
        return SQL("1 + %s", SQL(" + ").join(SQL("(%s < %s)::integer", cut, value) for cut in cuts))
