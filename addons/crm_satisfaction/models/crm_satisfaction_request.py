import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.urls import urljoin

OPEN_STATES = ("to_send", "sent")


class CrmSatisfactionRequest(models.Model):
    _name = "crm.satisfaction.request"
    _inherit = "crm.cell.mixin"
    _description = "Survey Invitation"
    _order = "decided_at desc, id desc"
    _rec_name = "partner_id"

    program_id = fields.Many2one(
        "crm.satisfaction.program", string="Schedule", required=True, ondelete="restrict", index=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    # A deleted contact leaves the invitation behind without the person.
    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="set null", index="btree_not_null", readonly=True
    )
    customer_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="The company the contact belongs to, or the contact itself.",
    )
    state = fields.Selection(
        [
            ("to_send", "To Send"),
            ("sent", "Sent"),
            ("answered", "Answered"),
            ("expired", "Ended"),
            ("not_asked", "Not Asked"),
        ],
        string="Status",
        required=True,
        default="to_send",
        readonly=True,
        help="To Send: the mail waits in the queue. Ended: no answer in time, or closed when contacts were merged.",
    )
    reason = fields.Char(readonly=True, help="Why the customer was not asked, or why the invitation ended.")
    decided_at = fields.Datetime(
        string="Decided on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it was decided to ask this contact, or not to.",
    )
    deadline = fields.Date(readonly=True, help="Last day on which the invitation can be answered.")
    sent_at = fields.Datetime(string="Sent on", readonly=True)
    answered_at = fields.Datetime(string="Answered on", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", ondelete="set null", index="btree_not_null", readonly=True, groups="base.group_system"
    )
    mail_written = fields.Boolean(readonly=True, help="The mail was put into the queue; it is not written twice.")
    # Whoever knows the token can answer in the customer's name: no user may read it.
    access_token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        default=lambda self: secrets.token_hex(20),
    )
    user_input_id = fields.Many2one(
        "survey.user_input",
        string="Survey Answer",
        ondelete="set null",
        readonly=True,
        help="The answer in the Surveys app. Deleting it there leaves the score here.",
    )
    response_ids = fields.One2many("crm.satisfaction.response", "request_id", string="Answer", readonly=True)
    late_attempts = fields.Integer(
        readonly=True, help="Answers that came after the first one or after the end; they did not change anything."
    )
    last_attempt_at = fields.Datetime(string="Last Late Attempt", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(program_id, partner_id) WHERE state IN ('to_send', 'sent') AND partner_id IS NOT NULL",
        "This contact already has an open invitation of this schedule.",
    )
    _user_input_uniq = models.UniqueIndex(
        "(user_input_id) WHERE user_input_id IS NOT NULL", "A survey answer belongs to one invitation."
    )
    _asked_idx = models.Index("(partner_id, decided_at) WHERE state != 'not_asked'")
    _deadline_idx = models.Index("(deadline) WHERE state IN ('to_send', 'sent')")

    def _get_answer_url(self, score=None):
        """Return the public address of this invitation, with a score already chosen if one is given.

        The key is for the mails the system writes. Whoever previews the mail sees links that lead to nothing.
        """
        self.ensure_one()
        path = f"/satisfaction/{self.id}-{self.access_token if self.env.su else 'preview'}"
        if score is not None:
            path += f"?score={score}"
        return urljoin(self.program_id.get_base_url(), path)

    def _get_lang(self):
        """Return the language to speak with the contact."""
        installed = dict(self.env["res.lang"].get_installed())
        partner_sudo = self.sudo().partner_id
        wanted = (partner_sudo.lang, self.sudo().company_id.partner_id.lang, self.env.context.get("lang"))
        return next((lang for lang in wanted if lang in installed), next(iter(installed)))

    def _end_overdue(self, limit):
        """End the invitations nobody answered in time; return how many."""
        companies_sudo = self.env["res.company"].sudo().with_context(active_test=False).search([])
        # The last day ends where the company is.
        over = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("deadline", "<", company._crm_today())
            for company in companies_sudo
        )
        overdue = self.sudo().search(over & Domain("state", "in", OPEN_STATES), limit=limit)
        unsent = overdue.filtered(lambda request: request.state == "to_send")
        unsent._cancel_mails()
        unsent.write({"state": "expired", "reason_code": "not_sent", "reason": self.env._("The mail never left")})
        unanswered = {"state": "expired", "reason_code": "no_answer", "reason": self.env._("No answer in time")}
        (overdue - unsent).write(unanswered)
        return len(overdue)

    @api.model
    def _end_for(self, partners, reason):
        """End the open invitations of these contacts."""
        open_sudo = self.sudo().search([("partner_id", "in", partners.ids), ("state", "in", OPEN_STATES)])
        open_sudo._cancel_mails()
        open_sudo.write({"state": "expired", "reason": reason})

    @api.model
    def _adopt_answers(self, survey, answers):
        """Tie survey answers that were created by an invitation of the Surveys app to invitations of ours.

        Only contacts invited by name count, and only when a schedule uses the survey.
        """
        programs = self.env["crm.satisfaction.program"].sudo().search([("survey_id", "=", survey.id)])
        program = programs.filtered(lambda program: program.company_id in self.env.companies)[:1]
        answers = answers.sudo().filtered(lambda answer: answer.partner_id and answer.state == "new")
        for answer in answers if program else ():
            if self.sudo().search_count([("user_input_id", "=", answer.id)], limit=1):
                continue
            request_sudo = self.sudo().search(
                [
                    ("partner_id", "=", answer.partner_id.id),
                    ("program_id", "=", program.id),
                    ("state", "in", OPEN_STATES),
                ]
            )
            if not request_sudo:
                request_sudo = self.sudo().create(self._prepare_adopted(program, answer))
            elif not request_sudo.user_input_id:
                request_sudo.user_input_id = answer

    def _prepare_adopted(self, program, answer):
        return {
            "program_id": program.id,
            "company_id": program.company_id.id,
            "partner_id": answer.partner_id.id,
            "customer_id": answer.partner_id.commercial_partner_id.id,
            "state": "sent",
            "sent_at": fields.Datetime.now(),
            "deadline": answer.deadline or fields.Date.today() + timedelta(days=program.answer_days),
            "user_input_id": answer.id,
        }
