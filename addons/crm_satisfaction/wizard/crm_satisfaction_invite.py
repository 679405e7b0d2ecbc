from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CrmSatisfactionInvite(models.TransientModel):
    _name = "crm.satisfaction.invite"
    _description = "Invite Customers"

    program_id = fields.Many2one(
        "crm.satisfaction.program",
        string="Schedule",
        required=True,
        domain="[('company_id', 'in', allowed_company_ids)]",
        default=lambda self: self._default_program_id(),
        help="What is asked, and by whom. Only schedules that are switched on can be used.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        context={"active_test": False},
        default=lambda self: self._default_partner_ids(),
        help="Companies or persons. For a company its first contact with an e-mail address is asked.",
    )
    line_ids = fields.One2many(
        "crm.satisfaction.invite.line",
        "invite_id",
        string="Who Is Asked",
        compute="_compute_line_ids",
        store=True,
        compute_sudo=False,  # stored, yet planned with the rights of whoever invites: no contacts of other companies
        readonly=True,
    )
    ask_count = fields.Integer(compute="_compute_counts", help="Contacts who get a mail.")
    skip_count = fields.Integer(compute="_compute_counts", help="Contacts who are left out, with the reason below.")
    summary = fields.Char(compute="_compute_counts")

    def _default_program_id(self):
        return self.env["crm.satisfaction.program"].search([("company_id", "in", self.env.companies.ids)], limit=1)

    def _default_partner_ids(self):
        """Take the contacts or customer profiles selected in the list this window was opened from."""
        context = self.env.context
        if context.get("active_model") == "res.partner":
            return self.env["res.partner"].browse(context.get("active_ids", []))
        if context.get("active_model") == "crm.customer":
            return self.env["crm.customer"].browse(context.get("active_ids", [])).partner_id
        return self.env["res.partner"]

    @api.depends("program_id", "partner_ids")
    def _compute_line_ids(self):
        for invite in self:
            planned = invite._plan(invite.partner_ids._origin) if invite.program_id else []
            invite.line_ids = [
                Command.clear(),
                *(Command.create({"partner_id": partner.id, "reason": reason}) for partner, reason in planned),
            ]

    @api.depends("line_ids.reason")
    def _compute_counts(self):
        for invite in self:
            invite.skip_count = len(invite.line_ids.filtered("reason"))
            invite.ask_count = len(invite.line_ids) - invite.skip_count
            invite.summary = self.env._(
                "%(asked)s will get a mail, %(others)s will not be asked.",
                asked=invite.ask_count,
                others=invite.skip_count,
            )

    def action_invite(self):
        """Create the invitations, put the mails into the queue and record who was left out and why."""
        self.ensure_one()
        if not self.program_id.active:
            raise UserError(self.env._("Switch %(name)s on before inviting customers.", name=self.program_id.name))
        # Planned again: between opening this window and now somebody else may have asked the same contacts.
        planned = self._plan(self.partner_ids)
        if not any(not reason for _partner, reason in planned):
            raise UserError(
                self.env._("Nobody on this list can be asked now. See the reasons, or choose other customers.")
            )
        # Superuser: no user may create or change invitations directly, and this button is reserved by access rights.
        requests_sudo = (
            self.env["crm.satisfaction.request"]
            .sudo()
            .create([self._prepare_request(partner, reason) for partner, reason in planned])
        )
        requests_sudo.filtered(lambda request: request.state == "to_send")._send_or_queue()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_request_action")
        return dict(action, domain=[("id", "in", requests_sudo.ids)], context={})

    def _prepare_request(self, partner, reason):
        program = self.program_id
        return {
            "program_id": program.id,
            "company_id": program.company_id.id,
            "partner_id": partner.id,
            "customer_id": partner.commercial_partner_id.id,
            "state": "not_asked" if reason else "to_send",
            "reason": reason,
            "deadline": not reason and fields.Date.today() + timedelta(days=program.answer_days),
        }

    def _plan(self, partners):
        """Return [(contact, reason or False)] for these customers: who is asked, and why the others are not."""
        contacts = self._contacts_to_ask(partners)
        Request = self.env["crm.satisfaction.request"]
        asked = Request._asked_since(contacts, self.program_id.wait_days)
        waiting = Request._open_for(contacts, self.program_id)
        own, addresses, planned = set(self.env["crm.measure"]._own_partner_ids()), set(), []
        for contact in contacts:
            reason = self._reason_not_to_ask(contact, own, waiting, asked, addresses)
            if not reason:
                addresses.add(contact.email_normalized)
            planned.append((contact, reason))
        return planned

    def _reason_not_to_ask(self, contact, own, waiting, asked, addresses):
        """Return why a contact is left out, False when nothing speaks against asking."""
        env = self.env
        if contact.commercial_partner_id.id in own:
            return env._("Our own company")
        if not contact.active:
            return env._("Archived contact")
        if not contact.email_normalized:
            return env._("No valid e-mail address")
        if contact.is_blacklisted:
            return env._("Does not want mail (blacklisted)")
        if contact in waiting:
            return env._("Has an open invitation")
        if contact in asked:
            return env._("Asked within the last %(days)s days", days=self.program_id.wait_days)
        if contact.email_normalized in addresses:
            return env._("Same e-mail address as another contact on this list")
        return False

    def _contacts_to_ask(self, partners):
        """Return the person to ask for each customer: a company does not feel anything, its contacts do."""
        companies = partners.filtered("is_company")
        people = [("type", "=", "contact"), ("is_company", "=", False), ("email", "!=", False)]
        people = self.env["res.partner"].search([("parent_id", "in", companies.ids), *people], order="id")
        first = {}
        for person in people:
            first.setdefault(person.parent_id, person)
        return self.env["res.partner"].union(*(first.get(partner, partner) for partner in partners))


class CrmSatisfactionInviteLine(models.TransientModel):
    _name = "crm.satisfaction.invite.line"
    _description = "Customer to Invite"
    _order = "reason desc, id"

    invite_id = fields.Many2one("crm.satisfaction.invite", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one("res.partner", string="Contact", required=True, ondelete="cascade")
    customer_id = fields.Many2one(related="partner_id.commercial_partner_id", related_sudo=False, string="Customer")
    email = fields.Char(related="partner_id.email", related_sudo=False)
    reason = fields.Char(string="Not Asked Because", help="Empty for contacts who get a mail.")
