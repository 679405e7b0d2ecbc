from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Let mail programs show their own unsubscribe button on invitations (RFC 2369, RFC 8058)."""
        emails = super()._prepare_outgoing_list(mail_server=mail_server, doc_to_followers=doc_to_followers)
        if self.model:
            return emails
        request_sudo = self.env["crm.satisfaction.request"].sudo().search([("mail_id", "=", self.id)], limit=1)
        if request_sudo:
            for email in emails:
                email["headers"] = {**email["headers"], **request_sudo._get_unsubscribe_headers()}
        return emails
