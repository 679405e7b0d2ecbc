"""What mails and pages about an invitation contain besides their text."""

from odoo import models
from odoo.tools.urls import urljoin


class CrmSatisfactionRequest(models.Model):
    _inherit = "crm.satisfaction.request"

    def _get_page_url(self, page):
        """Return the public address of a page of this invitation; a preview gets one that leads nowhere."""
        self.ensure_one()
        key = self.access_token if self.env.su else "preview"
        return urljoin(self.program_id.get_base_url(), f"/satisfaction/{self.id}-{key}/{page}")

    def _get_stop_url(self):
        """Return the address of the page on which the contact stops the surveys, or starts them again."""
        return self._get_page_url("stop")

    def _get_direction(self):
        """Return the direction in which the language of the mail is written."""
        return self.env["res.lang"]._get_data(code=self._get_lang()).direction or "ltr"

    def _get_unsubscribe_headers(self):
        return {
            "List-Unsubscribe": f"<{self._get_page_url('unsubscribe')}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Precedence": "list",
            # No "I am on holiday" from mail servers of Microsoft.
            "X-Auto-Response-Suppress": "OOF",
        }

    def _get_response(self):
        """Return the answer as it was given; corrections made later are not the visitor's business."""
        return self.response_ids.filtered(lambda response: not response.corrects_id)[:1]

    def _render_mail_buttons(self):
        """Return the scale as mail-proof HTML: one link for each number, rows that fit on a small phone."""
        self.ensure_one()
        program = self.program_id
        choices = program._get_choices()
        if program._has_words():
            rows = [[choice] for choice in choices]
        else:
            width = (len(choices) + 1) // 2 if len(choices) > 7 else len(choices)
            rows = [choices[start : start + width] for start in range(0, len(choices), width)]
        values = {"request": self, "rows": rows, "words": program._has_words(), "choices": choices}
        return self.env["ir.qweb"]._render("crm_satisfaction.mail_buttons", values, minimal_qcontext=True)
