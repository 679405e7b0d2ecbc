from odoo import api, fields, models
from odoo.exceptions import AccessError

AGGREGATES = [
    ("count", "Number of documents"),
    ("days", "Number of distinct days"),
    ("sum", "Sum"),
    ("avg", "Average"),
    ("min", "Smallest"),
    ("max", "Largest"),
    ("median", "Median"),
    ("distinct", "Number of distinct values"),
    ("within", "Share of documents within a limit"),
]


#: What is counted. Whoever changes it becomes the owner, and the review is gone: the system may read every field.
DEFINITION = {
    "model_id",
    "kind",
    "numerator_id",
    "denominator_id",
    "domain",
    "partner_path",
    "multi_customer",
    "user_path",
    "team_path",
    "date_field",
    "company_path",
    "aggregate",
    "value_source",
    "value_field",
    "elapsed_from",
    "elapsed_to",
    "elapsed_unit",
    "limit_operator",
    "limit_value",
}

#: What the nightly job notes about its own work.
BOOKKEEPING = {
    "refreshed_at",
    "refresh_run",
    "last_error",
    "rebuild",
    "full_pass_at",
    "full_pass_seconds",
    "full_pass_corrected",
    "part_bounds",
    "part_done",
}


class CrmMeasure(models.Model):
    """How to observe a quantity per customer and period in any model of the database.

    The ORM writes the SQL of domain and paths, PostgreSQL does the work, and no document passes through Python.
    """

    _name = "crm.measure"
    _description = "Customer Indicator"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Short name by which other screens and addons refer to this indicator.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="What the indicator counts, in words the readers know.")
    # What is counted
    model_id = fields.Many2one(
        "ir.model",
        string="Documents",
        compute="_compute_model_id",
        recursive=True,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        help="The kind of document that is counted.",
    )
    model_name = fields.Char(related="model_id.model", string="Document Model")
    domain = fields.Char(string="Filter", required=True, default="[]", help="Which of these documents count.")
    partner_path = fields.Char(
        string="Path to the Customer",
        required=True,
        default="partner_id",
        help="Fields from the document to the contact, with dots between them. The customer is the company of that "
        "contact. For invoices use commercial_partner_id, which is the customer written on the entry.",
    )
    date_field = fields.Char(
        required=True, default="create_date", help="Field with the day on which the document counts."
    )
    company_path = fields.Char(
        default="company_id",
        help="Field with the company. Leave empty for documents that belong to no company.",
    )
    # How it is counted
    aggregate = fields.Selection(AGGREGATES, required=True, default="count")
    value_field = fields.Char(
        help="Field with the amount, or with the values that are told apart; dots lead to fields of linked records."
    )
    sign = fields.Selection(
        [("1", "Unchanged"), ("-1", "Reversed")],
        required=True,
        default="1",
        help="Reversed makes the amounts of credit notes positive.",
    )
    is_monetary = fields.Boolean(string="Money", help="Amounts in the currency of the company.")
    unit = fields.Char(translate=True, help="Unit shown after the figure, for example hours.")
    window_days = fields.Integer(
        string="Window (days)",
        compute="_compute_window_days",
        recursive=True,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Length of the window that ends today; it is compared with the window of the same length before it.",
    )
    # Whose rights
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Documents are counted with the rights of this user, unless an administrator reviewed the indicator.",
    )
    reviewed = fields.Boolean(
        readonly=True,
        copy=False,
        help="An administrator looked at what is counted: the indicator counts all documents of a company, and may "
        "feed customer profiles, segments and cost. Changing documents, filter or any of the fields takes the review "
        "away.",
    )
    # Last refresh
    refreshed_at = fields.Datetime(readonly=True, copy=False)
    refresh_run = fields.Integer(readonly=True, copy=False)
    last_error = fields.Text(readonly=True, copy=False)
    value_ids = fields.One2many("crm.measure.value", "measure_id")
    customer_count = fields.Integer(compute="_compute_customer_count", help="Customers with at least one document.")

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "Another indicator has this code.")
    _window_positive = models.Constraint("CHECK (window_days > 0)", "The window must be at least one day long.")

    @api.depends("kind", "denominator_id.model_id")
    def _compute_model_id(self):
        """The documents of a ratio are those of what it divides by."""
        for measure in self:
            measure.model_id = measure.denominator_id.model_id if measure.kind == "ratio" else measure.model_id

    @api.depends("kind", "denominator_id.window_days")
    def _compute_window_days(self):
        """A ratio looks at the window of what it divides by."""
        for measure in self:
            window = measure.denominator_id.window_days if measure.kind == "ratio" else measure.window_days
            measure.window_days = window or 365

    @api.depends("value_ids")
    def _compute_customer_count(self):
        groups = self.env["crm.measure.value"]._read_group(
            [("measure_id", "in", self.ids)], ["measure_id"], ["partner_id:count_distinct"]
        )
        counts = dict(groups)
        for measure in self:
            measure.customer_count = counts.get(measure, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Check what was created and not what was asked for: defaults can come from the caller's context too."""
        measures = super().create(vals_list)
        measures._check_authority({"owner_id", "reviewed"})
        return measures

    def write(self, vals):
        """Take the review away when what is counted changes, and make whoever changes it the owner.

        Documents are counted with the owner's rights: who could change the filter of somebody else's indicator could
        ask for anything that person may see, one question at a time.
        """
        if DEFINITION & vals.keys() and not self._is_administrator():
            vals = {"owner_id": self.env.uid, **vals}
        if DEFINITION & vals.keys():
            vals = {"reviewed": False, **vals}
        result = super().write(vals)
        self._check_authority({*vals})
        return result

    def _is_administrator(self):
        return self.env.su or self.env.user._is_system()

    def _check_authority(self, names):
        """Refuse to act with somebody else's rights, and to vouch for documents one may not read oneself."""
        if self.env.su:
            return
        if BOOKKEEPING & names:
            raise AccessError(self.env._("Only the nightly job notes when and how an indicator was computed."))
        if "owner_id" in names and not self._is_administrator() and self.owner_id - self.env.user:
            raise AccessError(self.env._("Only a system administrator may make somebody else the owner."))
        if "reviewed" not in names:
            return
        for measure in self.filtered("reviewed"):
            if not self._is_administrator():
                raise AccessError(self.env._("Only a system administrator may review customer indicators."))
            self.env[measure.model_name].check_access("read")
            measure._as_viewer()._check_parts()

    # Actions

    def action_review(self):
        """Let an administrator vouch for the indicators."""
        self.reviewed = True

    def action_open_values(self):
        """Open the customers with their values."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_segmentation.crm_measure_value_action")
        return {**action, "domain": [("measure_id", "in", self.ids)]}
