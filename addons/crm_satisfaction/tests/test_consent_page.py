import re

from odoo.tests import HttpCase, tagged

from .common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestConsentPage(SatisfactionCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.request = self._request()
        self.path = f"/satisfaction/{self.request.id}-{self.request.sudo().access_token}"

    def _withdrawn(self):
        self.env.invalidate_all()
        return bool(self.env["crm.satisfaction.consent"]._withdrawn_ids(self.contact))

    def _press(self, wish, follow=True):
        page = self.url_open(f"{self.path}/stop").text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        return self.url_open(f"{self.path}/stop", data={"csrf_token": csrf, "wish": wish}, allow_redirects=follow)

    def test_looking_writes_nothing(self):
        for page in ("stop", "unsubscribe"):
            for method in ("GET", "HEAD"):
                self.assertEqual(self.url_open(f"{self.path}/{page}", method=method).status_code, 200)
        self.assertFalse(self._withdrawn())

    def test_button_stops_and_starts_again(self):
        page = self._press("stop").text
        self.assertTrue(self._withdrawn())
        self.assertIn("no more surveys from us", page)
        self.assertIn('value="start"', page)
        page = self._press("start").text
        self.assertFalse(self._withdrawn())
        said = self.env["crm.satisfaction.consent"].search([("partner_id", "=", self.contact.id)])
        self.assertRecordValues(
            said,
            [
                {"withdrawn": False, "source": "page", "request_id": self.request.id},
                {"withdrawn": True, "source": "mail", "request_id": self.request.id},
            ],
        )

    def test_post_of_a_scanner_changes_nothing(self):
        for data in ({"wish": "stop"}, {"wish": "stop", "csrf_token": "x"}, {}):
            page = self.url_open(f"{self.path}/stop", data={"a": "b", **data})
            self.assertEqual(page.status_code, 200)
            page = self.url_open(f"{self.path}/unsubscribe", data={"a": "b", **data})
            self.assertEqual(page.status_code, 200)
        self._press("nonsense")
        self.assertFalse(self._withdrawn())

    def test_one_click_of_the_mail_program(self):
        page = self.url_open(f"{self.path}/unsubscribe", data={"List-Unsubscribe": "One-Click"})
        self.assertEqual(page.status_code, 200)
        self.assertTrue(self._withdrawn())
        self.assertEqual(
            self.env["crm.satisfaction.consent"].search([("partner_id", "=", self.contact.id)]).source, "one_click"
        )

    def test_invitation_can_still_be_answered_after_stopping(self):
        page = self._press("stop")
        self.assertEqual(self.url_open(self.path).status_code, 200)
        self.assertIn("Send my answer", self.url_open(self.path).text)
        self.assertEqual(page.status_code, 200)

    def test_wrong_and_ended_links(self):
        for page in ("stop", "unsubscribe"):
            self.assertEqual(self.url_open(f"/satisfaction/1-x/{page}").status_code, 404)
            self.assertEqual(self.url_open(f"/satisfaction/1-x/{page}", data={"wish": "stop"}).status_code, 404)
        self.request.state = "expired"
        self._press("stop")
        self.assertTrue(self._withdrawn())

    def test_contact_deleted_in_between(self):
        self.contact.unlink()
        page = self.url_open(f"{self.path}/stop")
        self.assertEqual(page.status_code, 200)
        self.assertIn("no more surveys from us", page.text)
        self.assertNotIn("<button", page.text)
        data = {"List-Unsubscribe": "One-Click"}
        self.assertEqual(self.url_open(f"{self.path}/unsubscribe", data=data).status_code, 200)
