from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """Tell invitations that their mail has left, or why it has not."""
        requests_sudo = self.env["crm.satisfaction.request"].sudo()
        if self.filtered(lambda mail: not mail.model):
            requests_sudo = requests_sudo.search([("mail_id", "in", self.ids)])
        requests_sudo._mark_mail(failure_type and self._failure_in_words(failure_reason, failure_type))
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _failure_in_words(self, reason, kind):
        """Return what hindered the mails; where no server was reached Odoo tells a code, and they hold the words."""
        kinds = dict(self._fields["failure_type"]._description_selection(self.env))
        words = " ".join(str(reason or self[:1].failure_reason or kinds.get(kind, kind)).split())
        return self.env._("The mail could not be sent (%(error)s)", error=words)
