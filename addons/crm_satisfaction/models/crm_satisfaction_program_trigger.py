"""When a schedule asks: by hand, after something happened on a document, or every few months."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.crm_segmentation.models.crm_filter_mixin import FILTER_ERRORS

from .crm_satisfaction_occasion import OCCASIONS, selection_occasion

#: What decides who is asked. Whoever changes it answers for it: documents are looked at with that person's rights.
DEFINITION = {
    "company_id",
    "trigger",
    "occasion",
    "model_id",
    "domain",
    "partner_path",
    "date_field",
    "company_path",
    "customer_domain",
}


class CrmSatisfactionProgram(models.Model):
    _name = "crm.satisfaction.program"
    _inherit = ["crm.satisfaction.program", "crm.filter.mixin"]

    trigger = fields.Selection(
        [
            ("manual", "When somebody invites customers"),
            ("document", "After something happened"),
            ("period", "Every few months"),
        ],
        string="Asks",
        required=True,
        default="manual",
        tracking=True,
        help="After something happened: the contact of a delivery, an invoice, a meeting. Every few months: customers "
        "of a kind, about the relation as a whole. Nothing is asked while the schedule is switched off.",
    )
    # After something happened
    occasion = fields.Selection(
        selection=lambda self: selection_occasion(self),
        string="What Happened",
        help="Fills in documents, filter, path and date below; all of them can be changed.",
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Documents",
        compute="_compute_definition",
        store=True,
        readonly=False,
        ondelete="set null",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        help="The kind of document that causes the question.",
    )
    model_name = fields.Char(related="model_id.model", string="Document Model")
    domain = fields.Char(
        string="Filter",
        compute="_compute_definition",
        store=True,
        readonly=False,
        help="Which of these documents cause a question.",
    )
    partner_path = fields.Char(
        string="Path to the Contact",
        compute="_compute_definition",
        store=True,
        readonly=False,
        help="Fields from the document to the contact, with dots between them. Where it leads to a company, to an "
        "address or to a person without e-mail, the first contact of the customer with an e-mail address is asked.",
    )
    date_field = fields.Char(
        string="Date",
        compute="_compute_definition",
        store=True,
        readonly=False,
        help="Field with the moment at which it happened.",
    )
    company_path = fields.Char(
        string="Path to the Company",
        compute="_compute_definition",
        store=True,
        readonly=False,
        help="Field with the company of the document: only those of this schedule's company, and those without one, "
        "count. Leave empty for documents that belong to no company.",
    )
    delay = fields.Integer(
        string="Ask After",
        default=1,
        help="So long after it happened the question is due. Mails leave in the hours below.",
    )
    delay_unit = fields.Selection([("hours", "hours"), ("days", "days")], required=True, default="days")
    late_days = fields.Integer(
        string="Too Late After (days)",
        default=30,
        help="Documents that come to light later than this after the question was due are not asked about any more.",
    )
    # Every few months
    every_months = fields.Integer(
        string="Every (months)", default=6, help="Each customer is asked once in each period."
    )
    customer_domain = fields.Char(
        string="Customers", default="[]", help="Which customer profiles are asked; without a condition all of them."
    )
    spread = fields.Boolean(
        string="Spread Evenly",
        default=True,
        help="Each customer has a day of their own within the period, so that answers come in evenly. Otherwise all "
        "are asked when the period begins.",
    )
    date_from = fields.Date(
        string="Begins on",
        copy=False,
        help="Nothing before this day causes a question, and the first period begins on it. Left empty, it is the day "
        "on which the schedule is switched on; documents of the time before are never asked about.",
    )
    trigger_problem = fields.Char(
        compute="_compute_trigger_problem", help="What is wrong with the definition, while it is being written."
    )

    _delay_positive = models.Constraint("CHECK (delay BETWEEN 0 AND 10000)", "The delay is between 0 and 10,000.")
    _late_days_positive = models.Constraint(
        "CHECK (late_days BETWEEN 1 AND 365)", "Documents are asked about for 1 to 365 days."
    )
    _every_months_positive = models.Constraint("CHECK (every_months BETWEEN 1 AND 60)", "A period has 1 to 60 months.")

    @api.depends("occasion")
    def _compute_definition(self):
        """Fill in what a ready occasion means; what was typed without one stays."""
        for program in self:
            ready = OCCASIONS.get(program.occasion)
            if not ready:
                program.update({name: program[name] for name in ready_names()})
                continue
            program.update({**ready.values, "model_id": self.env["ir.model"]._get(ready.model).id})

    @api.depends(*DEFINITION, "owner_id")
    @api.depends_context("uid", "lang")
    def _compute_trigger_problem(self):
        for program in self:
            # Whoever types a change will answer for it; a saved definition is its owner's.
            typing = not isinstance(program.id, int) and not self._is_administrator()
            try:
                program._check_trigger_parts(self.env.user if typing else program.owner_id or self.env.user)
                program.trigger_problem = False
            except UserError as error:
                program.trigger_problem = str(error)

    @api.constrains(*DEFINITION)
    def _check_trigger(self):
        for program in self:
            program._check_trigger_parts(program.owner_id)

    def _check_trigger_parts(self, owner):
        """Refuse in words what could not be planned: unknown fields, paths that reach no contact, hidden fields."""
        self.ensure_one()
        if self.trigger == "document":
            if not self.model_id:
                raise ValidationError(self.env._("Choose what must have happened, or the documents that tell of it."))
            measure = self._as_measure(owner, company_path=True)
            if not self.env[self.model_name].with_user(owner).has_access("read"):
                raise ValidationError(
                    self.env._(
                        "%(owner)s may not read %(documents)s.", owner=owner.name, documents=self.model_id.sudo().name
                    )
                )
            measure._check_parts()
            measure._check_reader(self.env[self.model_name])
        elif self.trigger == "period":
            self._check_customer_domain(owner)

    def _check_customer_domain(self, owner):
        """Follow the filter once as its owner: whatever cannot be followed says why."""
        domain = self._read_filter(self.customer_domain, self.name or self.env._("this schedule"))
        cards = self.env["crm.customer"].with_user(owner)
        try:
            domain.validate(cards)
            cards._search(domain)
        except FILTER_ERRORS as error:
            raise self._wrong_filter(self.name or self.env._("this schedule"), error) from error

    def _as_measure(self, owner, company_path=False):
        """Return an indicator in memory over the same documents: it knows how to check and follow filters and paths.

        :param bool company_path: also the path to the company, to have it checked
        """
        values = {
            "name": self.name or self.env._("this schedule"),
            "kind": "documents",
            "aggregate": "count",
            "multi_customer": "full",
            "model_id": self.model_id._origin.id,
            "domain": self.domain or "[]",
            "partner_path": self.partner_path,
            "date_field": self.date_field,
            "company_path": company_path and self.company_path,
            "owner_id": owner.id,
        }
        measure = self.env["crm.measure"].with_env(self.env(su=False)).new(values)
        measure.reviewed = False
        return measure


def ready_names():
    """Return the names of the fields a ready occasion fills in."""
    return ("model_id", "domain", "partner_path", "date_field", "company_path")
