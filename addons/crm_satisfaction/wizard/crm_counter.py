from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.crm_segmentation.models.crm_customer_lifecycle import LIFECYCLES

from ..models.crm_customer_preference import KINDS
from ..models.crm_satisfaction_response_part import COUNTED_PARTS

#: What went wrong is "lately" for half a year, and longer while it is open.
LATELY = "-6m"


class CrmCounter(models.TransientModel):
    """What staff should know at once about the customer in front of them. No amounts: those stay with finance.

    Everything is read with the rights of whoever looks.
    """

    _name = "crm.counter"
    _inherit = "crm.service.mixin"
    _description = "Customer at the Counter"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="In Front of You", required=True, ondelete="cascade")
    customer_id = fields.Many2one(related="partner_id.commercial_partner_id", related_sudo=False)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    # Standing
    class_name = fields.Char(string="Class", compute="_compute_standing", help="Class by share of revenue.")
    lifecycle = fields.Selection(LIFECYCLES, compute="_compute_standing")
    segments = fields.Char(compute="_compute_standing", help="Segments the customer is in today.")
    seller_id = fields.Many2one(related="customer_id.user_id", string="Account Manager", related_sudo=False)
    # Last answer
    answer_id = fields.Many2one("crm.satisfaction.response", string="Last Answer", compute="_compute_answer")
    last_score = fields.Char(compute="_compute_answer")
    score_group = fields.Selection(related="answer_id.score_group", related_sudo=False)
    answered_at = fields.Datetime(related="answer_id.answered_at", related_sudo=False)
    comment = fields.Text(string="Last Comment", compute="_compute_answer")
    comment_with = fields.Char(compute="_compute_answer", help="The earlier answer that the comment belongs to.")
    matters = fields.Char(
        string="Matters Most", compute="_compute_matters", help="What the customer chose in surveys, the newest first."
    )
    # What went wrong, what was promised, what they like
    case_ids = fields.Many2many("crm.satisfaction.case", string="Recovery Cases", compute="_compute_trouble")
    alert_ids = fields.Many2many("crm.customer.alert", string="Alerts", compute="_compute_trouble")
    promise_ids = fields.Many2many("crm.satisfaction.promise", string="Open Promises", compute="_compute_trouble")
    preference_ids = fields.Many2many("crm.customer.preference", string="Preferences", compute="_compute_preferences")
    preference_kind = fields.Selection(KINDS, default="likes", string="Kind")
    preference = fields.Char(string="New Preference", help="In a few words; for example: never by phone.")
    # What may be offered
    remedy_ids = fields.One2many("crm.counter.remedy", "counter_id", string="Suggested Remedies", readonly=True)
    remedy_method = fields.Char(
        string="Suggested By", readonly=True, help="How the remedies were put in order, and by how many cases."
    )

    @api.model
    def _service_depends(self):
        return ("partner_id", "company_id")

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_standing(self):
        for counter in self:
            stays = self.env["crm.segment.member"].search(
                [
                    ("partner_id", "=", counter.customer_id.id),
                    ("company_id", "=", counter.company_id.id),
                    ("date_to", "=", False),
                ]
            )
            classes = stays.filtered(lambda stay: stay.scheme_id.on_card)
            counter.class_name = classes.segment_id[:1].name
            counter.segments = ", ".join((stays - classes).segment_id.mapped("name"))
            counter.lifecycle = self.env["crm.customer"].search(counter._own_domain("partner_id"), limit=1).lifecycle

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_answer(self):
        """The last word of the person in front of us; of a colleague where this one never answered."""
        for counter in self:
            answers = self.env["crm.satisfaction.response"]
            counts = [*counter._own_domain("customer_id"), ("counted", "=", True)]
            own = [*counts, ("partner_id", "=", counter.partner_id.id)]
            answer = answers.search(own, limit=1)
            counts = own if answer else counts
            answer = answer or answers.search(counts, limit=1)
            said = answer if answer.comment else answers.search([*counts, ("comment", "!=", False)], limit=1)
            counter.answer_id = answer
            counter.last_score = answer._in_words()
            counter.comment = said.comment
            counter.comment_with = bool(said and said != answer) and self.env._(
                "said with %(score)s, on %(day)s", score=said._in_words(), day=format_date(self.env, said.answered_at)
            )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_matters(self):
        for counter in self:
            chosen = self.env["crm.satisfaction.response.part"].search(
                [
                    ("response_id.customer_id", "=", counter.customer_id.id),
                    ("company_id", "=", counter.company_id.id),
                    ("kind", "=", "choice"),
                    *COUNTED_PARTS,
                ],
                limit=20,
            )
            counter.matters = " · ".join(list(dict.fromkeys(filter(None, chosen.mapped("choice"))))[:5])

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_trouble(self):
        for counter in self:
            own, still_open = counter._own_domain("customer_id"), ("state", "!=", "closed")
            cases = self.env["crm.satisfaction.case"].search(
                [*own, "|", still_open, ("opened_at", ">=", LATELY)], order="opened_at desc", limit=10
            )
            counter.case_ids = cases.sorted(lambda case: case.state == "closed")
            counter.alert_ids = self.env["crm.customer.alert"].search(
                [*counter._own_domain("partner_id"), "|", still_open, ("raised_on", ">=", LATELY)],
                order="raised_on desc",
                limit=10,
            )
            counter.promise_ids = self.env["crm.satisfaction.promise"].search([*own, ("state", "=", "open")])

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_preferences(self):
        for counter in self:
            counter.preference_ids = self.env["crm.customer.preference"].search(
                [
                    ("customer_id", "=", counter.customer_id.id),
                    ("partner_id", "in", (counter.partner_id | counter.customer_id).ids),
                ]
            )

    def _own_domain(self, path):
        return [(path, "=", self.customer_id.id), ("company_id", "=", self.company_id.id)]

    @api.model
    def _open(self, partner, company):
        """Open the page about a customer."""
        if not partner:
            raise UserError(self.env._("Choose the customer first."))
        partner.check_access("read")
        counter = self.create({"partner_id": partner.id, "company_id": company.id})
        counter._suggest_remedies()
        return counter._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("At the Counter: %(name)s", name=self.partner_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_note_preference(self):
        """Note what the customer likes, and go on."""
        self.ensure_one()
        if not (self.preference or "").strip():
            raise UserError(self.env._("Write the preference first."))
        self.env["crm.customer.preference"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "kind": self.preference_kind,
                "name": self.preference.strip(),
            }
        )
        self.preference = False
        return self._show()

    def action_open_case(self):
        """Open the case of this customer, a new one to be filled in when there is none."""
        self.ensure_one()
        case = self.env["crm.satisfaction.case"]._find_open(self.customer_id, self.company_id)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_case_action")
        return {
            **action,
            "res_id": case.id,
            "views": [(False, "form")],
            "context": {
                "default_customer_id": self.customer_id.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
