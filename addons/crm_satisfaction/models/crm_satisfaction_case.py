from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.crm_segmentation.models.crm_alert_finding import SEVERITIES

STATES = [
    ("new", "To Contact"),
    ("contacted", "Contacted"),
    ("work", "In Work"),
    ("reopened", "Taken Up Again"),
    ("closed", "Closed"),
]
RESULTS = [("recovered", "Recovered"), ("not_recovered", "Not recovered"), ("nothing_wrong", "Nothing wrong")]
ORIGINS = [
    ("low", "Low score"),
    ("drop", "Score dropped"),
    ("hard", "No longer at the top, in hard competition"),
    ("alert", "Customer alert"),
    ("hand", "Complaint"),
]
#: What amounts are for; everybody who handles cases chooses remedies, few need to know what they cost.
COST_GROUPS = "crm_segmentation.group_insight_configure,account.group_account_readonly"
#: What people write; times, steps and results are written by the buttons.
WORKED = {"user_id", "cause_id", "complaint", "action_taken", "remedy_id", "remedy_reason", "promise_ids", "cost"}
WORKED |= {"again_program_id"}
#: What stays open to change when a case is closed.
ALWAYS = {"user_id", "promise_ids", "cost"}
#: What is said once, when a case is opened by hand.
OPENING = {"customer_id", "partner_id", "company_id"}


class CrmSatisfactionCase(models.Model):
    """A customer who is not content, and what is done about it: contact, cause, action, remedy, and asking again.

    A customer has one open case in a company. Whatever else goes wrong meanwhile joins it.
    """

    _name = "crm.satisfaction.case"
    _inherit = ["crm.cell.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Recovery Case"
    _order = "severity desc, deadline, id"
    _rec_names_search = ["customer_id"]
    _check_company_auto = True

    # The case stays when the customer is deleted or the person erased.
    customer_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        index="btree_not_null",
        help="Who is not content. A contact stands for its company.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        ondelete="set null",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=?', customer_id)]",
        help="The person who answered or complained, and who is asked again afterwards.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    # Why it was opened
    origin = fields.Selection(
        ORIGINS, string="Opened by", required=True, readonly=True, default="hand", help="What made it a case."
    )
    response_ids = fields.Many2many(
        "crm.satisfaction.response",
        "crm_satisfaction_case_response_rel",
        "case_id",
        "response_id",
        string="Answers",
        readonly=True,
        help="The answer that opened it, and later bad ones.",
    )
    response_id = fields.Many2one(
        "crm.satisfaction.response", string="First Answer", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    previous_id = fields.Many2one(
        "crm.satisfaction.response", string="Answer Before", readonly=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        "crm.satisfaction.program",
        string="Schedule",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The survey schedule whose settings opened the case.",
    )
    alert_id = fields.Many2one("crm.customer.alert", readonly=True, ondelete="set null", index="btree_not_null")
    segment_id = fields.Many2one(
        "crm.segment",
        string="Class",
        readonly=True,
        ondelete="set null",
        help="Class of the customer when the case was opened, where everybody may see it.",
    )
    severity = fields.Selection(
        SEVERITIES,
        required=True,
        readonly=True,
        default="1",
        help="How bad the score is, times the share of customers who bring less than this one.",
    )
    complaint = fields.Text(string="What Happened", help="In the words of the customer, or of whoever took it in.")
    # Who works on it, and how far it is
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain=[("share", "=", False)],
        tracking=True,
        index="btree_not_null",
        help="The customer's salesperson, else the leader of the team its service policy names, else the owner of the "
        "survey schedule.",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", readonly=True, index="btree_not_null", help="Team of the owner."
    )
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        default="new",
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Moved by the buttons, each with its time.",
    )
    opened_at = fields.Datetime(string="Opened", required=True, readonly=True, default=fields.Datetime.now)
    deadline = fields.Datetime(
        string="Contact Until", readonly=True, help="By the response time of the service policy, in working hours."
    )
    contacted_at = fields.Datetime(string="Contacted On", readonly=True, help="When the customer was spoken to.")
    closed_at = fields.Datetime(string="Closed On", readonly=True)
    reopened_at = fields.Datetime(string="Taken Up Again On", readonly=True)
    reopen_count = fields.Integer(string="Times Taken Up Again", readonly=True)
    escalated_at = fields.Datetime(
        string="Escalated", readonly=True, help="When the team leader was told that nobody had contacted the customer."
    )
    hours_to_contact = fields.Float(
        string="Hours to Contact",
        readonly=True,
        aggregator="avg",
        help="Working hours from opening to the first contact.",
    )
    hours_to_close = fields.Float(
        string="Hours to Close", readonly=True, aggregator="avg", help="Working hours from opening to the last closing."
    )
    cause_id = fields.Many2one(
        "crm.satisfaction.cause", ondelete="restrict", tracking=True, index="btree_not_null", help="What went wrong."
    )
    action_taken = fields.Text(help="What was done about it, so that the next reader knows. Without it no case ends.")
    result = fields.Selection(
        RESULTS,
        readonly=True,
        tracking=True,
        help="As judged when it was closed; once the customer was asked again, as that answer says.",
    )

    _open_uniq = models.UniqueIndex(
        "(customer_id, company_id) WHERE state <> 'closed' AND customer_id IS NOT NULL",
        "This customer already has an open case: go on in that one.",
    )
    _open_idx = models.Index("(severity DESC, deadline, id) WHERE state <> 'closed'")
    _opened_idx = models.Index("(company_id, opened_at)")

    @api.depends("customer_id")
    def _compute_display_name(self):
        for case in self:
            name = case.customer_id.display_name or self.env._("Erased customer")
            number = case._origin.id
            case.display_name = number and self.env._("%(customer)s: case %(number)s", customer=name, number=number)

    @api.constrains("partner_id", "customer_id", "company_id")
    def _check_customer(self):
        """Our own companies are no customers, and contacts of another company are none of this one."""
        own = set(self.env["crm.measure"]._own_partner_ids())
        for case in self.sudo():
            partner_company = case.customer_id.company_id
            if case.customer_id.id in own or (partner_company and partner_company != case.company_id):
                raise ValidationError(
                    self.env._(
                        "%(name)s is no customer of %(company)s.",
                        name=case.customer_id.name,
                        company=case.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        cases = super().create([self._prepare_case(vals) for vals in vals_list])
        cases._judge_remedy()
        cases._remind()
        return cases

    def write(self, vals):
        """People write what they do about it; a case that is closed keeps what was done."""
        names = vals.keys() & self._own_columns()
        if not self.env.su:
            if names - WORKED:
                raise AccessError(self.env._("Only the buttons of a case change its status and its times."))
            if names - ALWAYS and "closed" in self.mapped("state"):
                raise UserError(self.env._("This case is closed. Take it up again before changing what was done."))
        if vals.get("user_id"):
            self._check_owner(self.env["res.users"].browse(vals["user_id"]), self.company_id)
        former = {case: case.user_id for case in self} if "user_id" in vals else {}
        result = super().write(vals)
        if former:
            self._hand_over(former)
        if names & {"remedy_id", "remedy_reason"}:
            self._judge_remedy()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("A case is closed, not deleted: what was learnt from it would be lost."))

    @api.model
    def _own_columns(self):
        return {name for name, field in self._fields.items() if field._module == "crm_satisfaction"}

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The conversation is among ourselves: the customer is never offered as somebody to write to."""
        return []

    def _get_open(self):
        return self.filtered(lambda case: case.state != "closed")
