import re

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestPortal(HttpCase, CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = new_test_user(cls.env, "portal_ann", groups="base.group_portal", email="ann@portal.example.com")
        cls.bob = new_test_user(cls.env, "portal_bob", groups="base.group_portal", email="bob@portal.example.com")
        (cls.ann.partner_id | cls.bob.partner_id).parent_id = cls.customer
        cls.response = cls._answer(2, cls.ann.partner_id)
        cls.response.write({"comment": "The <b>box</b> was empty"})
        cls.case = cls.response.case_ids
        cls.case.write({"complaint": "INTERNAL complaint", "action_taken": "INTERNAL action", "cause_id": cls.cause.id})
        cls.case.message_post(body="INTERNAL note")
        cls.open = cls._request(cls.ann.partner_id, cls.second_program)

    def page(self, login, path="/my/satisfaction"):
        self.authenticate(login, login)
        return self.url_open(path)

    def test_own_answers_cases_and_open_questions(self):
        page = self.page("portal_ann")
        self.assertEqual(page.status_code, 200)
        self.assertIn("The &lt;b&gt;box&lt;/b&gt; was empty", page.text)
        self.assertRegex(page.text, r"2\s+of\s+10")
        self.assertIn("Received: somebody will get in touch with you", page.text)
        self.assertEqual(len(re.findall(r"2\s+of\s+10", page.text)), 2, "the case names the answer it is about")
        self.assertIn(f"/satisfaction/{self.open.id}-{self.open.access_token}", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_nothing_internal_is_told(self):
        for state in ("new", "contacted", "work", "reopened", "closed"):
            self.case.write({"state": state, "closed_at": state == "closed" and self.case.opened_at})
            text = self.page("portal_ann").text
            for word in ("INTERNAL", self.cause.name, self.salesman.name, "detractor", "severity"):
                self.assertNotIn(word, text, state)

    def test_colleagues_see_nothing_of_each_other(self):
        text = self.page("portal_bob").text
        self.assertNotIn("was empty", text)
        self.assertNotIn("Received:", text)
        self.assertNotIn(self.open.access_token, text)
        self.assertIn("You have not answered a survey yet", text)

    def test_the_address_chooses_no_record(self):
        for path in (
            f"/my/satisfaction?partner_id={self.ann.partner_id.id}",
            f"/my/satisfaction?case_id={self.case.id}&response_id={self.response.id}&access_token={self.open.access_token}",
            "/my/satisfaction/page/2",
            "/my/satisfaction/page/999999",
        ):
            page = self.page("portal_bob", path)
            self.assertEqual(page.status_code, 200, path)
            self.assertNotIn("was empty", page.text)
        for path in (f"/my/satisfaction/{self.case.id}", "/my/satisfaction/page/abc", "/my/satisfaction/consent"):
            self.assertIn(self.page("portal_bob", path).status_code, (400, 404, 405), path)

    def test_strangers_have_to_log_in(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/satisfaction").url)

    def test_rpc_reads_nothing(self):
        self.authenticate("portal_ann", "portal_ann")
        for model in (
            "crm.satisfaction.case", "crm.satisfaction.response", "crm.satisfaction.request",
            "crm.satisfaction.promise", "crm.customer.preference", "crm.counter", "crm.satisfaction.case.report",
            "crm.satisfaction.erasure",
        ):  # fmt: skip
            for method, args in (
                ("search_read", [[]]),
                ("read", [[1]]),
                ("search_count", [[]]),
                ("create", [{"partner_id": self.ann.partner_id.id}]),
                ("write", [[1], {"active": False}]),
                ("export_data", [[1], ["id"]]),
            ):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    json={"params": {"model": model, "method": method, "args": args, "kwargs": {}}},
                ).json()
                self.assertIn("error", answer, f"{model} {method}")
        # Private methods and our buttons are no way in either.
        for model, method in (
            ("crm.satisfaction.response", "_erase_person"),
            ("crm.satisfaction.case", "action_contacted"),
            ("res.partner", "action_open_counter"),
        ):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                json={"params": {"model": model, "method": method, "args": [[self.ann.partner_id.id]], "kwargs": {}}},
            ).json()
            self.assertIn("error", answer, f"{model} {method}")

    def test_consent_is_withdrawn_and_given_by_who_is_logged_in(self):
        self.authenticate("portal_ann", "portal_ann")
        token = http.Request.csrf_token(self)
        wrong = self.url_open("/my/satisfaction/consent", data={"wanted": "no", "csrf_token": "x"})
        self.assertEqual(wrong.status_code, 400)
        self.assertFalse(self.ann.partner_id.satisfaction_withdrawn)
        data = {"csrf_token": token, "partner_id": self.bob.partner_id.id}
        page = self.url_open("/my/satisfaction/consent", data={**data, "wanted": "no"})
        self.assertIn("You asked us not to send you surveys", page.text)
        self.env.invalidate_all()
        self.assertTrue(self.ann.partner_id.satisfaction_withdrawn)
        self.assertFalse(self.bob.partner_id.satisfaction_withdrawn)
        self.url_open("/my/satisfaction/consent", data={**data, "wanted": "maybe"})
        self.assertTrue(self.ann.partner_id.satisfaction_withdrawn)
        self.url_open("/my/satisfaction/consent", data={**data, "wanted": "yes"})
        self.env.invalidate_all()
        self.assertFalse(self.ann.partner_id.satisfaction_withdrawn)
        last = self.env["crm.satisfaction.consent"].search([("partner_id", "=", self.ann.partner_id.id)], limit=1)
        self.assertEqual(last.source, "portal")

    def test_home_leads_here(self):
        self.assertIn("/my/satisfaction", self.page("portal_ann", "/my/home").text)
