"""The steps of a case: contacted, in work, closed with a result, taken up again; each with its time."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_satisfaction_case_duty import DEFAULT_HOURS


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    can_work = fields.Boolean(
        compute="_compute_can_work", help="Whether you may work on it: yours, your team's, or nobody's yet."
    )

    @api.depends_context("uid")
    def _compute_can_work(self):
        mine = self._origin._filtered_access("write")
        for case in self:
            case.can_work = case._origin in mine

    def _step(self, values):
        """Write what only these buttons write, for who may work on the case."""
        self.check_access("write")
        self.sudo().write(values)

    def action_contacted(self):
        """Note that somebody spoke to the customer, and when."""
        now = fields.Datetime.now()
        for case in self.filtered(lambda case: case.state in ("new", "reopened")):
            values = {"state": "contacted"}
            if not case.contacted_at:
                values.update(contacted_at=now, hours_to_contact=case._working_hours(case.opened_at, now))
            case._step(values)
            case._reminders().filtered(lambda activity: activity.user_id == self.env.user).action_feedback()
            if not case.user_id:
                case.user_id = self.env.user

    def action_work(self):
        """Note that something is being done about it."""
        for case in self.filtered(lambda case: case.state in ("new", "contacted", "reopened")):
            case._step({"state": "work"})

    def action_take(self):
        """Take cases that nobody, or somebody else of the team, owns."""
        self.check_access("write")
        self.user_id = self.env.user

    def action_recovered(self):
        """Close cases whose customers are content again; the second measurement checks it."""
        self.filtered(lambda case: case.state in ("new", "reopened")).action_contacted()
        self._close("recovered")

    def action_not_recovered(self):
        """Close cases in which nothing helped."""
        self._close("not_recovered")

    def action_nothing_wrong(self):
        """Close cases in which nothing had gone wrong."""
        self._close("nothing_wrong")

    def _close(self, result):
        for case in self._get_open():
            if not case.cause_id or not (case.action_taken or "").strip():
                raise UserError(
                    self.env._(
                        "%(case)s: say what the cause was and what was done about it, in a word. The next customer "
                        "with the same trouble will be glad of it.",
                        case=case.display_name,
                    )
                )
            if case.remedy_state == "waiting":
                raise UserError(
                    self.env._(
                        "%(case)s: %(remedy)s still has to be approved. Ask a sales manager, or choose another remedy.",
                        case=case.display_name,
                        remedy=case.remedy_id.name,
                    )
                )
            now = fields.Datetime.now()
            hours = case._working_hours(case.opened_at, now)
            case._step({"state": "closed", "result": result, "closed_at": now, "hours_to_close": hours})
            case._plan_second_question()
            case.sudo()._forget_reminders()

    def action_reopen(self):
        """Take cases up again; a customer has one open case."""
        for case in self.filtered(lambda case: case.state == "closed"):
            if self.sudo()._find_open(case.customer_id, case.company_id):
                raise UserError(
                    self.env._("%(case)s: the customer has a newer case that is open.", case=case.display_name)
                )
            case._step(case._prepare_reopened())
            case._remind()

    def _prepare_reopened(self):
        return {
            "state": "reopened",
            "result": False,
            "closed_at": False,
            "escalated_at": False,
            "again_on": False,
            "deadline": self._after_working_hours(self.company_id, self.program_id.sudo().case_hours or DEFAULT_HOURS),
            "reopened_at": fields.Datetime.now(),
            "reopen_count": self.reopen_count + 1,
        }

    def _forget_reminders(self):
        """Remove the reminders of a case that is over."""
        self._reminders().unlink()

    def _reminders(self):
        """Return the activities of a case; those of promises end with their promise only."""
        return self.activity_ids - self.promise_ids.activity_id

    # What lies around it

    def action_open_profile(self):
        """Open the profile of the customer in the company of the case."""
        self.ensure_one()
        profile = self.env["crm.customer"].search(
            [("partner_id", "=", self.customer_id.id), ("company_id", "=", self.company_id.id)]
        )
        return (profile or self.customer_id).get_formview_action()

    def action_open_responses(self):
        """Open all answers of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_response_action")
        domain = [("customer_id", "=", self.customer_id.id), ("company_id", "=", self.company_id.id)]
        return {**action, "domain": domain, "context": {}}

    def action_write(self):
        """Write to the customer; the mail hangs on the contact, not on the case."""
        self.ensure_one()
        return self.env["crm.customer.alert"]._compose(self.partner_id or self.customer_id)

    def action_open_counter(self):
        """Show what to know when this customer stands in front of one."""
        return self.env["crm.counter"]._open(self.customer_id, self.company_id)
