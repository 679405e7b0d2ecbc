"""Whose case it is, until when, and how urgent: owner, working time, reminders."""

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import recovery

#: Working hours to the first contact where neither policy nor schedule says anything.
DEFAULT_HOURS = 8.0


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    @api.model
    def _prepare_duty(self, vals, customer, company):
        """Return who is to act until when, and how urgent it is."""
        program = self.env["crm.satisfaction.program"].sudo().browse(vals.get("program_id") or [])
        response = self.env["crm.satisfaction.response"].sudo().browse(vals.get("response_id") or [])
        policy = self.env["crm.customer"]._service_policies(customer, company).get(customer.id, ({}, {}))[0]
        leader = self.env["crm.team"].sudo().browse(policy.get("team_id") or []).user_id
        owner = self.env["res.users"].browse(vals.get("user_id") or [])
        if owner:
            self._check_owner(owner, company)
        else:
            owner = self._owner_of(customer.sudo().user_id | leader | program.user_id, company)
        hours = policy.get("response_hours") or program.case_hours or DEFAULT_HOURS
        score = response.score if response else None
        return {
            "user_id": owner.id,
            "team_id": owner.sudo().sale_team_id.id,
            "deadline": self._after_working_hours(company, hours),
            "severity": recovery.severity(score, response._span(), self._value_rank(customer, company)),
            "segment_id": self._class_of(customer, company).id,
        }

    @api.model
    def _owner_of(self, people, company):
        """Return the first of these people who works on cases in the company; nobody is better than somebody gone."""
        alerts = self.env["crm.customer.alert"]
        for person in people:
            if alerts._can_own(person, company, self.env["crm.measure"]):
                return person
        return self.env["res.users"]

    @api.model
    def _check_owner(self, user, companies):
        for company in companies:
            if not self.env["crm.customer.alert"]._can_own(user, company, self.env["crm.measure"]):
                raise UserError(self.env._("%(name)s may not work on cases of this company.", name=user.name))

    @api.model
    def _value_rank(self, customer, company):
        """Return the share of the company's customers who bring less than this one, None when nobody knows."""
        row = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT COUNT(*) FROM crm_customer WHERE company_id = %(company)s AND monetary < own.monetary)
                       ::float8 / (SELECT COUNT(*) FROM crm_customer WHERE company_id = %(company)s)
                  FROM crm_customer own
                 WHERE own.partner_id = %(customer)s AND own.company_id = %(company)s AND own.monetary IS NOT NULL
                """,
                company=company.id,
                customer=customer.id,
            )
        )
        return row[0][0] if row else None

    @api.model
    def _class_of(self, customer, company):
        """Return the customer's class; an empty one where only some may see who is in it."""
        stay_sudo = (
            self.env["crm.segment.member"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", customer.id),
                    ("company_id", "=", company.id),
                    ("date_to", "=", False),
                    ("scheme_id.on_card", "=", True),
                ],
                limit=1,
            )
        )
        return stay_sudo.segment_id - stay_sudo.segment_id._is_restricted()

    # Working time

    @api.model
    def _after_working_hours(self, company, hours):
        """Return the moment at which that many working hours are over; by the clock where there is no schedule."""
        now = fields.Datetime.now()
        calendar = company.resource_calendar_id
        end = calendar and calendar.plan_hours(hours, utc.localize(now), compute_leaves=True)
        return end.astimezone(utc).replace(tzinfo=None) if end else fields.Datetime.add(now, hours=hours)

    def _working_hours(self, since, until):
        """Return the working hours between two moments; by the clock where there is no schedule."""
        calendar = self.company_id.resource_calendar_id
        if not calendar:
            return (until - since).total_seconds() / 3600
        return calendar.get_work_hours_count(utc.localize(since), utc.localize(until), compute_leaves=True)

    def _deadline_day(self):
        """Return the day of the deadline where the company is."""
        zone = timezone(self.company_id._crm_timezone())
        return utc.localize(self.deadline or fields.Datetime.now()).astimezone(zone).date()

    # Reminders

    def _remind(self):
        """Give the owner an activity; without the score, because it is shown outside the case too."""
        for case in self._get_open().filtered("user_id"):
            case.sudo().activity_schedule(
                "mail.mail_activity_data_call",
                case._deadline_day(),
                summary=self.env._("Contact the customer"),
                user_id=case.user_id.id,
            )

    def _hand_over(self, former):
        """Give the reminders of whoever owned a case to whoever does now."""
        for case, person in former.items():
            if case.user_id == person:
                continue
            case_sudo = case.sudo()
            case_sudo.team_id = case.user_id.sudo().sale_team_id
            theirs_sudo = case_sudo.activity_ids.filtered(lambda activity, of=person: activity.user_id == of)
            if case.user_id and theirs_sudo:
                theirs_sudo.user_id = case.user_id
            elif theirs_sudo:
                theirs_sudo.unlink()
            else:
                case._remind()
