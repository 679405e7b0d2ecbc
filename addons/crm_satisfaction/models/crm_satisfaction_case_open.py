"""How a case begins: whose it is, until when, how urgent; and what joins it while it is open."""

from pytz import timezone, utc

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import recovery
from .crm_satisfaction_case import OPENING, WORKED

#: Working hours to the first contact where neither policy nor schedule says anything.
DEFAULT_HOURS = 8.0


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    sentence = fields.Char(
        string="Why", compute="_compute_sentence", help="The score that opened the case, and the one before."
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue", help="Nobody contacted the customer in time."
    )

    @api.depends("origin", "response_id", "previous_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        labels = dict(self._fields["origin"]._description_selection(self.env))
        for case in self:
            answer, before = case.response_id, case.previous_id
            if not answer:
                case.sentence = labels.get(case.origin)
            elif before:
                case.sentence = self.env._(
                    "%(score)s of %(highest)s, after %(before)s", score=answer.score, highest=answer.scale_max,
                    before=before.score,
                )  # fmt: skip
            else:
                case.sentence = self.env._("%(score)s of %(highest)s", score=answer.score, highest=answer.scale_max)

    @api.depends("deadline", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for case in self:
            waits = case.state in ("new", "reopened")
            case.is_overdue = bool(waits and case.deadline and case.deadline < now)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in", ("new", "reopened")), ("deadline", "<", fields.Datetime.now())]

    # Opening

    @api.model
    def _open_for(self, response, origin, previous):
        """Open a case for an answer, or let it join the case that is open already; nothing happens twice."""
        cases = self._as_system(response.company_id)
        known = cases.search([("response_ids", "in", response.ids)], limit=1)
        if known:
            return known
        case = cases._find_open(response.customer_id, response.company_id)
        if case:
            return case._join(response)
        return cases.create(
            {
                "customer_id": response.customer_id.id,
                "partner_id": response.partner_id.id,
                "company_id": response.company_id.id,
                "program_id": response.program_id.id,
                "origin": origin,
                "response_id": response.id,
                "response_ids": [fields.Command.link(response.id)],
                "previous_id": previous.id,
            }
        )

    @api.model
    def _as_system(self, company):
        """Return the model as the system in one company, in the language the company works in."""
        lang = company.partner_id.lang or self.env.context.get("lang")
        return self.with_user(SUPERUSER_ID).with_company(company).with_context(lang=lang, mail_create_nolog=True)

    @api.model
    def _find_open(self, customer, company):
        domain = [("customer_id", "=", customer.id), ("company_id", "=", company.id), ("state", "!=", "closed")]
        return self.search(domain, limit=1)

    def _join(self, response):
        """Note a further low score on the case that is open, and make it more urgent if need be."""
        urgency = recovery.severity(response.score, response._span(), self._value_rank(self.customer_id, self.company_id))
        self.write({"response_ids": [fields.Command.link(response.id)], "severity": max(self.severity, urgency)})
        self._note(
            self.env._(
                "Another low score: %(score)s of %(highest)s.", score=response.score, highest=response.scale_max
            )
        )
        self.filtered(lambda case: not case.activity_ids)._remind()
        return self

    def _note(self, text):
        """Write a note that nobody is mailed about."""
        for case in self:
            case.message_post(body=text, subtype_xmlid="mail.mt_note")

    @api.model
    def _prepare_case(self, vals):
        """Complete what whoever opens a case left out."""
        vals = dict(vals)
        if not self.env.su:
            if foreign := (vals.keys() & self._own_columns()) - WORKED - OPENING:
                raise AccessError(self.env._("A case begins new: %(names)s cannot be given.", names=", ".join(foreign)))
        partners = self.env["res.partner"]
        contact = partners.browse(vals.get("partner_id") or [])
        customer = (partners.browse(vals.get("customer_id") or []) or contact).commercial_partner_id
        if not customer:
            raise UserError(self.env._("Choose the customer who is not content."))
        company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
        if contact.commercial_partner_id != customer:
            vals["partner_id"] = False
        if not vals.get("partner_id") and not customer.is_company:
            vals["partner_id"] = customer.id
        vals.update(customer_id=customer.id, company_id=company.id)
        return {**self._prepare_duty(vals, customer, company), **vals}

    @api.model
    def _prepare_duty(self, vals, customer, company):
        """Return who is to act until when, and how urgent it is."""
        program = self.env["crm.satisfaction.program"].sudo().browse(vals.get("program_id") or [])
        response = self.env["crm.satisfaction.response"].sudo().browse(vals.get("response_id") or [])
        policy = self.env["crm.customer"]._service_policies(customer, company).get(customer.id, ({}, {}))[0]
        leader = self.env["crm.team"].sudo().browse(policy.get("team_id") or []).user_id
        owner = self.env["res.users"].browse(vals["user_id"] or []) if "user_id" in vals else None
        if owner is None:
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

    def _check_owner(self, user):
        for company in self.company_id:
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
