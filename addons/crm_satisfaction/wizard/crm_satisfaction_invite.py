from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


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
                *(Command.create({"partner_id": contact.id, "reason": text}) for contact, _code, text in planned),
            ]

    @api.depends("line_ids.reason", "program_id.channel")
    def _compute_counts(self):
        for invite in self:
            invite.skip_count = len(invite.line_ids.filtered("reason"))
            invite.ask_count = len(invite.line_ids) - invite.skip_count
            invite.summary = invite._summary()

    def _summary(self):
        """Return in words what the button will do, and when mails leave."""
        counts = {"asked": self.ask_count, "others": self.skip_count}
        program = self.program_id
        if program.channel == "portal":
            return self.env._("%(asked)s find the question in the portal, %(others)s will not be asked.", **counts)
        if program.channel != "mail":
            return self.env._("%(asked)s get a link or card to hand over, %(others)s will not be asked.", **counts)
        text = self.env._("%(asked)s will get a mail, %(others)s will not be asked.", **counts)
        opens = program and program._next_open()
        if not opens or opens <= fields.Datetime.now():
            return text
        leaves = format_datetime(self.env, opens, tz=program.company_id._crm_timezone())
        return f"{text} {self.env._('Mails leave from %(moment)s on.', moment=leaves)}"

    def action_invite(self):
        """Create the invitations, put the mails into the queue and record who was left out and why."""
        self.ensure_one()
        program = self.program_id
        if not program.active:
            raise UserError(self.env._("Switch %(name)s on before inviting customers.", name=program.name))
        # Planned again: between opening this window and now somebody else may have asked the same contacts.
        if not any(not code for _contact, code, _text in self._plan(self.partner_ids)):
            raise UserError(
                self.env._("Nobody on this list can be asked now. See the reasons, or choose other customers.")
            )
        # No user may create or change invitations directly, and this button is reserved by access rights.
        requests_sudo = program._invite(self.partner_ids)
        requests_sudo.filtered(lambda request: request.state == "to_send")._send_or_queue()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_request_action")
        return dict(action, domain=[("id", "in", requests_sudo.ids)], context={})

    def _plan(self, partners):
        """Return [(contact, reason code or False, reason in words)]: who is asked, and why the others are not."""
        return self.program_id._origin._judge(partners)


class CrmSatisfactionInviteLine(models.TransientModel):
    _name = "crm.satisfaction.invite.line"
    _description = "Customer to Invite"
    _order = "reason desc, id"

    invite_id = fields.Many2one("crm.satisfaction.invite", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one("res.partner", string="Contact", required=True, ondelete="cascade")
    customer_id = fields.Many2one(related="partner_id.commercial_partner_id", related_sudo=False, string="Customer")
    email = fields.Char(related="partner_id.email", related_sudo=False)
    reason = fields.Char(string="Not Asked Because", help="Empty for contacts who get a mail.")
