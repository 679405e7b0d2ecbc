"""How a case begins, and what joins it while it is open."""

from textwrap import shorten

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context

from ..tools import recovery
from .crm_satisfaction_case import OPENING, WORKED

#: Characters of a complaint that lists show.
LONGEST = 90


class CrmSatisfactionCase(models.Model):
    _inherit = "crm.satisfaction.case"

    sentence = fields.Char(
        string="Why",
        compute="_compute_sentence",
        help="The score that opened the case, the one before, and what the customer said about it.",
    )
    words = fields.Text(
        string="Customer's Comment",
        related="response_id.comment",
        help="What the customer wrote after the score that opened the case; often it comes some minutes later.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue", help="Nobody contacted the customer in time."
    )

    @api.depends("origin", "response_id", "previous_id", "complaint", "words")
    @api.depends_context("lang")
    def _compute_sentence(self):
        labels = dict(self._fields["origin"]._description_selection(self.env))
        for case in self:
            score = case._describe_score()
            said = shorten(" ".join((case.words or case.complaint or "").split()), LONGEST, placeholder="…")
            if score and said:
                case.sentence = self.env._("%(score)s: %(said)s", score=score, said=said)
            else:
                case.sentence = score or said or labels.get(case.origin)

    def _describe_score(self):
        """Return the score that opened the case in words, and the one before; False without one."""
        answer, before = self.response_id, self.previous_id
        if not answer or not before:
            return answer._in_words()
        return self.env._(
            "%(score)s of %(highest)s, after %(before)s",
            score=answer.score,
            highest=answer.scale_max,
            before=before.score,
        )

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
        """Return the model as the system in one company, in its language and without what the caller would propose."""
        lang = company.partner_id.lang or self.env.context.get("lang")
        env = self.env(user=SUPERUSER_ID, context=clean_context(self.env.context))
        return self.with_env(env).with_company(company).with_context(lang=lang, mail_create_nolog=True)

    @api.model
    def _find_open(self, customer, company):
        domain = [("customer_id", "=", customer.id), ("company_id", "=", company.id), ("state", "!=", "closed")]
        return self.search(domain, limit=1)

    def _join(self, response):
        """Note a further low score on the case that is open, and make it more urgent if need be."""
        urgency = recovery.severity(
            response.score, response._span(), self._value_rank(self.customer_id, self.company_id)
        )
        self.write({"response_ids": [fields.Command.link(response.id)], "severity": max(self.severity, urgency)})
        self._note(
            self.env._("Another low score: %(score)s of %(highest)s.", score=response.score, highest=response.scale_max)
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
        foreign = (vals.keys() & self._own_columns()) - WORKED - OPENING
        if foreign and not self.env.su:
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
        return {**self._begin_new(), **vals, **self._prepare_duty(vals, customer, company)}

    @api.model
    def _begin_new(self):
        """Return how a case begins where the caller's context proposes otherwise: closed, recovered, in no time."""
        if self.env.su:
            return {}
        names = {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
        names = [name for name in (names & self._own_columns()) - WORKED - OPENING if self._fields[name].store]
        clean = self.with_env(self.env(context=clean_context(self.env.context)))
        return {**dict.fromkeys(names, False), **clean.default_get(names)}

    def _take_over(self, other):
        """Go on with everything another open case of the same customer holds, and close that one."""
        self.write(
            {
                "response_ids": [fields.Command.link(response.id) for response in other.response_ids],
                "severity": max(self.severity, other.severity),
                "complaint": "\n".join(filter(None, [self.complaint, other.complaint])) or False,
            }
        )
        # Their reminders first: what is left on the other case is removed below.
        other.promise_ids.activity_id.write({"res_id": self.id})
        other.promise_ids.write({"case_id": self.id})
        (self | other).invalidate_recordset(["activity_ids", "promise_ids"])
        self._note(self.env._("Goes on with %(case)s: the customers were merged.", case=other.display_name))
        other._note(self.env._("Goes on in %(case)s: the customers were merged.", case=self.display_name))
        other.write({"state": "closed", "closed_at": fields.Datetime.now(), "again_on": False})
        other._forget_reminders()
