from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestCard(SatisfactionCommon):
    """Links and codes that a colleague hands to one contact."""

    def test_link_is_shown_for_what_is_handed_over_only(self):
        handed, mailed = self._request(channel="qr"), self._request(self._contact("Mailed"))
        self.assertIn(handed.sudo().access_token, handed.with_user(self.salesman).personal_url)
        self.assertFalse(mailed.with_user(self.salesman).personal_url)
        handed.state = "expired"
        self.assertFalse(handed.with_user(self.salesman).personal_url)

    def test_readers_and_others_do_not_get_the_key(self):
        handed = self._request(channel="link")
        for user in (self.reader, self.employee, self.portal):
            with self.assertRaises(AccessError, msg=user.login):
                handed.with_user(user).read(["personal_url"])
            with self.assertRaises(AccessError, msg=user.login):
                handed.with_user(user).action_print_card()
        with self.assertRaises(ValueError):
            self.env["crm.satisfaction.request"].with_user(self.salesman).search([("personal_url", "!=", False)])

    def test_printing_is_noted(self):
        handed = self._request(channel="qr")
        action = handed.with_user(self.salesman).action_print_card()
        self.assertEqual(action["report_name"], "crm_satisfaction.request_card")
        self.assertRecordValues(handed, [{"handed_by_id": self.salesman.id}])
        report = self.env.ref("crm_satisfaction.report_request_card").with_user(self.salesman)
        html = report._render_qweb_html(report.report_name, handed.ids)[0].decode()
        self.assertIn("data:image/svg+xml;base64", html)
        self.assertIn(self.question.title, html)
        with self.assertRaises(UserError):
            self._request(self._contact("Mailed")).with_user(self.salesman).action_print_card()

    def test_card_speaks_the_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.question.with_context(lang="fr_FR").title = "Nous recommanderiez-vous ?"
        self.contact.lang = "fr_FR"
        report = self.env.ref("crm_satisfaction.report_request_card")
        html = report._render_qweb_html(report.report_name, self._request(channel="qr").ids)[0].decode()
        self.assertIn("Nous recommanderiez-vous", html)

    def test_answer_says_which_way_it_came(self):
        for channel in ("mail", "link", "qr", "portal"):
            request = self._request(self._contact(channel), channel=channel)
            request._answer_from_mail(7)
            self.assertRecordValues(request.response_ids, [{"channel": channel, "partner_id": request.partner_id.id}])
