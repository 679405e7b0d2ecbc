from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Tell invitations that their mail has left, or why it has not."""
        requests_sudo = self.env["crm.satisfaction.request"].sudo()
        if self.filtered(lambda mail: not mail.model):
            requests_sudo = requests_sudo.search([("mail_id", "in", self.ids)])
        requests_sudo._mark_mail(
            failure_type and self.env._("The mail could not be sent (%(error)s)", error=failure_reason or failure_type)
        )
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
