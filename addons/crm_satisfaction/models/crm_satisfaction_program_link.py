"""A link for everybody: on a poster, a receipt, a screen. Its answers belong to nobody."""

import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

from ..tools.qr import qr_data_uri

#: Path of the public link by the channel it stands for.
LINK_PATHS = {"link": "s", "qr": "q"}


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    public_link = fields.Boolean(
        string="Link for Everybody",
        copy=False,
        tracking=True,
        help="Anybody who has the link or scans its code may answer. Such answers are never tied to a customer.",
    )
    public_token = fields.Char(
        compute="_compute_public_token",
        store=True,
        copy=False,
        index="btree_not_null",
        help="Key in the link for everybody.",
    )
    public_url = fields.Char(
        string="Address of the Link",
        compute="_compute_public_url",
        help="Put it on your site, in a signature or into a chat.",
    )
    public_qr_url = fields.Char(
        string="Address in the Code", compute="_compute_public_url", help="What the printed QR code opens."
    )
    place_limit = fields.Integer(
        string="Answers From One Place",
        default=5,
        help="With this many answers from one internet connection within an hour, all of them are marked as suspected "
        "and left out of the figures until somebody looks at them. 0: never, for a tablet in the shop. The connection "
        "itself is not stored, only a number made from it that means nothing the next day.",
    )

    _place_limit_positive = models.Constraint("CHECK (place_limit >= 0)", "The number of answers cannot be negative.")

    @api.depends("public_link")
    def _compute_public_token(self):
        """Make a key when the link is first wanted; it stays when the link is switched off for a while."""
        for program in self:
            program.public_token = program.public_token or (program.public_link and secrets.token_urlsafe(12))

    @api.depends("public_token", "public_link")
    def _compute_public_url(self):
        for program in self:
            program.public_url = program._get_public_url("link")
            program.public_qr_url = program._get_public_url("qr")

    def action_renew_public_link(self):
        """Give the link a new key: the old one, and what was printed with it, leads nowhere from now on."""
        self.check_access("write")
        for program in self:
            program.public_token = secrets.token_urlsafe(12)

    def action_print_sheet(self):
        """Print the code with the question, ready to be put up."""
        if not self.public_link or not self.public_token:
            raise UserError(self.env._("Switch the link for everybody on first."))
        return self.env.ref("crm_satisfaction.report_program_sheet").report_action(self, config=False)

    def _get_public_qr(self):
        """Return the QR code of the public link as the address of an image."""
        return qr_data_uri(self.public_qr_url)

    def _get_public_url(self, channel):
        """Return the address for everybody, False while there is none."""
        if not self.public_link or not self.public_token:
            return False
        return urljoin(self.get_base_url(), f"/satisfaction/{LINK_PATHS[channel]}/{self.public_token}")

    @api.model
    def _find_by_public_token(self, token):
        """Return the schedule (as superuser) whose public link this is and which takes answers, or nothing."""
        nothing_sudo = self.sudo().browse()
        if not token or len(token) > 64 or not token.isascii() or "\x00" in token:
            return nothing_sudo
        program_sudo = self.sudo().search([("public_token", "=", token), ("public_link", "=", True)], limit=1)
        survey_sudo = program_sudo.survey_id
        open_to_all = survey_sudo.active and survey_sudo.access_mode in ("public", "token")
        if not open_to_all or survey_sudo.users_login_required or not program_sudo.question_id:
            return nothing_sudo
        company = program_sudo.company_id
        return program_sudo.with_context(allowed_company_ids=company.ids).with_company(company)

    def _answer_from_link(self, score, channel, lang, address):
        """Store a score somebody gave through the link for everybody; who it was is not asked and not guessed.

        :param address: network address the answer came from; not stored
        :return: the new answer
        """
        survey_sudo = self.sudo().survey_id
        answer_sudo = survey_sudo._create_answer(
            check_attempts=False,
            is_session_answer=False,
            lang_id=self.env["res.lang"]._get_data(code=lang).id,
            # A pool of attempts of its own: others who came through the link have not used it up.
            invite_token=self.env["survey.user_input"]._generate_invite_token(),
        )
        answer_sudo._mark_in_progress()
        answer_sudo._save_lines(self.question_id, str(score))
        answer_sudo._move_past(self.question_id)
        response = self.env["crm.satisfaction.response"]._record(
            [{"program_id": self.id, "score": score, "channel": channel, "user_input_id": answer_sudo.id}]
        )
        self.env["crm.satisfaction.place"]._note(response, address)
        return response
