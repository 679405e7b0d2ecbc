"""What is offered to make it good: what the customer's service policy allows, anything else with approval."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .crm_satisfaction_case import COST_GROUPS


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    allowed_remedy_ids = fields.Many2many(
        "crm.courtesy",
        string="May Be Offered",
        compute="_compute_allowed_remedy_ids",
        help="Courtesies of the customer's service policy: these need no approval.",
    )
    remedy_id = fields.Many2one(
        "crm.courtesy",
        string="Remedy Offered",
        ondelete="restrict",
        tracking=True,
        index="btree_not_null",
        help="What the customer is offered. What its service policy does not name needs a reason and approval.",
    )
    remedy_reason = fields.Text(
        string="Why Something Else", help="Why the customer is offered more than its service policy names."
    )
    remedy_state = fields.Selection(
        [("allowed", "Allowed"), ("waiting", "To Approve"), ("approved", "Approved")],
        string="Remedy Is",
        readonly=True,
        tracking=True,
        help="Allowed by the service policy, waiting for a sales manager, or approved by one.",
    )
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True, ondelete="set null")
    approved_at = fields.Datetime(string="Approved On", readonly=True)
    cost = fields.Monetary(
        string="Cost of the Remedy", groups=COST_GROUPS, help="What the remedy cost us, in company currency."
    )
    promise_ids = fields.One2many("crm.satisfaction.promise", "case_id", string="Promises")

    _cost_positive = models.Constraint("CHECK (cost >= 0)", "A remedy cannot cost less than nothing.")

    @api.depends("customer_id", "company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_allowed_remedy_ids(self):
        """One query for all cases, with the reader's rights."""
        policies = self.env["crm.customer"]._policies(self.customer_id, self.company_id)
        for case in self:
            values = policies.get((case.customer_id._origin.id, case.company_id.id), ({}, {}))[0]
            case.allowed_remedy_ids = self.env["crm.courtesy"].browse(values.get("courtesy_ids") or [])

    def _judge_remedy(self):
        """Say of each remedy whether it is allowed, or ask a sales manager to approve it."""
        for case in self:
            if not case.remedy_id:
                values = {"remedy_state": False}
            elif case.remedy_id in case.allowed_remedy_ids:
                values = {"remedy_state": "allowed"}
            elif not (case.remedy_reason or "").strip():
                raise UserError(
                    self.env._(
                        "%(remedy)s is not among what this customer may be offered without asking. Say why it should "
                        "be; a sales manager then approves it.",
                        remedy=case.remedy_id.name,
                    )
                )
            else:
                values = {"remedy_state": "waiting"}
            case.sudo().write({**values, "approved_by_id": False, "approved_at": False})
            if values["remedy_state"] == "waiting":
                case._ask_for_approval()

    def _ask_for_approval(self):
        """Remind the leader of the team; where there is none, the list of cases to approve has to do."""
        leader = self.sudo().team_id.user_id
        summary = self.env._("Approve the remedy")
        known = self.sudo().activity_ids.filtered(lambda activity: activity.summary == summary)
        if leader and leader != self.env.user and not known:
            self.sudo().activity_schedule("mail.mail_activity_data_todo", summary=summary, user_id=leader.id)

    def action_approve_remedy(self):
        """Approve what the service policy does not name; for sales managers."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales managers approve remedies that the service policy does not name."))
        for case in self.filtered(lambda case: case.remedy_state == "waiting"):
            case._step(
                {
                    "remedy_state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_at": fields.Datetime.now(),
                }
            )
            case.activity_ids.filtered(
                lambda activity: activity.summary == self.env._("Approve the remedy")
            ).action_feedback()
