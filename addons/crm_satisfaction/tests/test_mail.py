from lxml import html

from odoo.tests import tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestMail(SatisfactionCommon):
    def _mail(self, request=None, template="mail_template_invitation"):
        request = request or self._request(state="to_send")
        request.program_id.template_id = self.env.ref(f"crm_satisfaction.{template}")
        request._send_invitations()
        return request.sudo().mail_id

    def test_a_link_for_each_score_and_one_to_stop(self):
        for program, numbers in (
            (self.program, range(11)),
            (self.env.ref("crm_satisfaction.program_after_purchase"), range(1, 6)),
            (self.env.ref("crm_satisfaction.program_service_effort"), range(1, 8)),
        ):
            for template in ("mail_template_invitation", "mail_template_reminder"):
                request = self._request(self._contact(f"{program.id}{template}"), program, state="to_send")
                mail = self._mail(request, template)
                links = html.fromstring(mail.body_html).xpath("//a/@href")
                wanted = [*(request.sudo()._get_answer_url(number) for number in numbers), request._get_stop_url()]
                self.assertEqual(links, wanted)

    def test_no_row_is_wider_than_a_small_phone(self):
        body = html.fromstring(self._mail().body_html)
        rows = [row for row in body.xpath("//tr[td/a]") if len(row.xpath("td/a")) > 1]
        self.assertEqual([len(row.xpath("td/a")) for row in rows], [6, 5])
        for row in rows:
            width = sum(int(cell.get("width")) + 2 for cell in row.xpath("td"))
            self.assertLessEqual(width, 280)

    def test_mail_needs_nothing_from_elsewhere(self):
        body = self._mail().body_html
        for word in ("<script", "<img", "<link", "<style", "src=", "@media"):
            self.assertNotIn(word, body)

    def test_words_stand_beside_the_numbers(self):
        request = self._request(program=self.env.ref("crm_satisfaction.program_after_purchase"), state="to_send")
        texts = [link.text_content().split() for link in html.fromstring(self._mail(request).body_html).xpath("//a")]
        self.assertEqual(texts[0], ["1", "Very", "dissatisfied"])
        self.assertEqual(texts[4], ["5", "Very", "satisfied"])

    def test_what_people_typed_is_escaped(self):
        self.contact.name = "<script>alert(1)</script>"
        self.company.name = "<img src=x onerror=alert(2)> & Co"
        self.question.title = "<b>Happy?</b>"
        self.question.scale_min_label = "<i>no</i>"
        body = self._mail().body_html
        for attack in ("<script", "<img", "<b>", "<i>"):
            self.assertNotIn(attack, body)
        self.assertIn("&amp; Co", body)

    def test_plain_text_part_has_the_links(self):
        mail = self._mail()
        request = self.env["crm.satisfaction.request"].sudo().search([("mail_id", "=", mail.id)])
        (email,) = mail._prepare_outgoing_list()
        for score in range(11):
            self.assertIn(request._get_answer_url(score), email["body_alternative"])
        self.assertIn(request._get_stop_url(), email["body_alternative"])
        self.assertNotIn("<", email["body_alternative"].replace("<http", ""))

    def test_unsubscribe_headers_of_invitations_only(self):
        mail = self._mail()
        request = self.env["crm.satisfaction.request"].sudo().search([("mail_id", "=", mail.id)])
        (email,) = mail._prepare_outgoing_list()
        self.assertEqual(email["headers"]["List-Unsubscribe"], f"<{request._get_page_url('unsubscribe')}>")
        self.assertEqual(email["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        other = self.env["mail.mail"].create({"body_html": "x", "email_to": "a@example.com"})
        self.assertNotIn("List-Unsubscribe", other._prepare_outgoing_list()[0]["headers"])

    def test_preview_of_a_user_holds_no_key(self):
        request = self._request()
        key = request.sudo().access_token
        shown = request.with_user(self.salesman)
        self.assertNotIn(key, shown._get_stop_url())
        self.assertNotIn(key, str(shown.with_context(lang="en_US")._render_mail_buttons()))

    def test_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.contact.lang = "ar_001"
        self.assertIn('dir="rtl"', self._mail().body_html)
