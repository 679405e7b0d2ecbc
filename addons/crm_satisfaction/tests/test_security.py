from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import SatisfactionCommon

OURS = ("crm.satisfaction.program", "crm.satisfaction.request", "crm.satisfaction.response", "crm.satisfaction.report")


@tagged("post_install", "-at_install")
class TestSecurity(SatisfactionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.response = cls._answer(2, cls.contact)
        cls.second = cls.env["res.company"].create({"name": "Second"})
        program = cls.program.copy({"active": True, "company_id": cls.second.id, "user_id": False})
        cls.foreign = cls._answer(9, cls._contact("Far"), program=program)

    def test_reader_without_sales_gets_to_every_screen_but_reports_on_leads(self):
        visible = self.env["ir.ui.menu"].with_user(self.reader)._visible_menu_ids()
        for menu in ("cases", "responses", "board", "report", "case_report", "response_parts"):
            self.assertIn(self.env.ref(f"crm_satisfaction.menu_crm_{menu}").id, visible, menu)
        for menu in self.env.ref("crm.crm_menu_report").child_id:
            if menu.get_external_id()[menu.id].startswith("crm."):
                self.assertNotIn(menu.id, visible, menu.name)

    def test_customers_and_plain_employees_see_nothing(self):
        public = self.env.ref("base.public_user")
        for user in (self.portal, public, self.employee):
            for model in OURS:
                records = self.env[model].with_user(user)
                for attempt in (
                    lambda records=records: records.search([]),
                    lambda records=records: records.search_count([("company_id", "!=", False)]),
                    lambda records=records: records._read_group([], ["company_id"], ["__count"]),
                    lambda records=records: records.formatted_read_group(
                        [], ["program_id" if "program_id" in records else "metric"], ["__count"]
                    ),
                ):
                    with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                        attempt()

    def test_readers_see_their_companies_only(self):
        for user in (self.reader, self.salesman, self.manager):
            for model, mine, other in (
                ("crm.satisfaction.response", self.response, self.foreign),
                ("crm.satisfaction.request", self.response.request_id, self.foreign.request_id),
                ("crm.satisfaction.program", self.response.program_id, self.foreign.program_id),
            ):
                found = self.env[model].with_user(user).search([("id", "in", (mine | other).ids)])
                self.assertEqual(found, mine)
                with self.assertRaises(AccessError):
                    other.with_user(user).read(["company_id"])
            companies = self.env["crm.satisfaction.report"].with_user(user)._read_group([], ["company_id"])
            self.assertNotIn(self.second, [company for (company,) in companies])

    def test_only_configurers_change_schedules(self):
        for user in (self.reader, self.salesman):
            with self.assertRaises(AccessError):
                self.program.with_user(user).name = "Mine"
        self.program.with_user(self.manager).name = "Ours"

    def test_nobody_writes_invitations_directly(self):
        request = self._request(self._contact("Later"))
        for user in (self.reader, self.salesman, self.manager):
            for attempt in (
                lambda r: r.write({"state": "answered"}),
                lambda r: r.unlink(),
                lambda r: r.create({"program_id": self.program.id, "company_id": self.company.id}),
            ):
                with self.assertRaises(AccessError):
                    attempt(request.with_user(user))

    def test_the_key_to_an_answer_is_readable_by_nobody(self):
        request = self._request(self._contact("Later"))
        for user in (self.reader, self.salesman, self.manager, self.env.ref("base.user_admin")):
            as_user = request.with_user(user)
            for attempt in (
                lambda r: r.read(["access_token"]),
                lambda r: r.search([("access_token", "like", "a")]),
                lambda r: r.search([], order="access_token"),
                lambda r: r.formatted_read_group([], ["access_token"], ["__count"]),
            ):
                with self.assertRaises(AccessError, msg=user.login):
                    attempt(as_user)

    def test_mail_with_the_links_is_not_readable_by_those_who_invite(self):
        contact = self._contact("Mailed")
        wizard = self.env["crm.satisfaction.invite"].with_user(self.salesman)
        wizard.create({"program_id": self.program.id, "partner_ids": contact.ids}).action_invite()
        request = self.env["crm.satisfaction.request"].search([("partner_id", "=", contact.id)])
        message = request.sudo().mail_id.mail_message_id
        for user in (self.salesman, self.manager):
            self.assertFalse(self.env["mail.message"].with_user(user).search([("id", "=", message.id)]))
            with self.assertRaises(AccessError):
                message.with_user(user).read(["body"])
            with self.assertRaises(AccessError):
                self.env["mail.mail"].with_user(user).search([("id", "=", request.sudo().mail_id.id)])

    def test_readers_cannot_invite(self):
        with self.assertRaises(AccessError):
            self.env["crm.satisfaction.invite"].with_user(self.reader).create({"program_id": self.program.id})

    def test_salespersons_can_invite_in_their_company_only(self):
        wizard = self.env["crm.satisfaction.invite"].with_user(self.salesman)
        with self.assertRaises(AccessError):
            wizard.create({"program_id": self.foreign.program_id.id, "partner_ids": self.contact.ids}).action_invite()

    def test_score_on_the_contact_is_for_readers_only(self):
        self._card()
        self.env["crm.customer"]._refresh_satisfaction()
        self.assertEqual(self.customer.with_user(self.reader).customer_last_score, 2)
        for user in (self.portal, self.employee):
            partners = self.env["res.partner"].with_user(user)
            for name in ("customer_last_score", "customer_nps_group", "customer_last_score_date"):
                for attempt in (
                    lambda p=partners, n=name: p.search([(n, "!=", False)]),
                    lambda p=partners, n=name: p.formatted_read_group(
                        [], [n if "date" not in n else f"{n}:month"], ["__count"]
                    ),
                    lambda p=partners, n=name: p.search([], order=n),
                    lambda p=partners, n=name: p.search([], limit=1).read([n]),
                    lambda p=partners, n=name: p.search([("parent_id." + n, "!=", False)]),
                ):
                    with self.assertRaises(AccessError, msg=f"{user.login} {name}"):
                        attempt()

    def test_salespersons_open_the_screens_without_rights_on_surveys(self):
        program = self.program.with_user(self.salesman)
        names = {
            "name": {},
            "survey_id": {"fields": {"display_name": {}}},
            "question_id": {"fields": {"display_name": {}}},
        }
        self.assertTrue(program.web_read({**names, "figure_text": {}})[0]["question_id"]["display_name"])
        request = self.response.request_id.with_user(self.salesman)
        self.assertTrue(request.web_read({"partner_id": {}, "reason": {}, "response_ids": {"fields": {"score": {}}}}))
        for model in (*OURS, "crm.satisfaction.invite"):
            self.env[model].with_user(self.salesman).get_views([(False, "form" if model != OURS[3] else "list")])

    def test_configurers_choose_among_unrestricted_surveys(self):
        private = self.survey.copy({"restrict_user_ids": [(6, 0, self.env.ref("base.user_admin").ids)]})
        surveys = self.env["survey.survey"].with_user(self.manager).search([("id", "in", (private | self.survey).ids)])
        self.assertEqual(surveys, self.survey)
        with self.assertRaises(AccessError):
            self.env["survey.user_input"].with_user(self.manager).search([])

    def test_the_invitation_window_shows_no_contact_of_another_company(self):
        secret = self._contact("Secret", company_id=self.second.id)
        wizards = self.env["crm.satisfaction.invite"].with_user(self.salesman)
        values = {"program_id": self.program.id, "partner_ids": [(6, 0, secret.ids)]}
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizards.create(values).line_ids.read(["email"])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            wizards.onchange(values, ["partner_ids"], {"partner_ids": {}, "line_ids": {"fields": {"email": {}}}})
        wizard = wizards.create({"program_id": self.program.id})
        self.env.flush_all()
        line = self.env["crm.satisfaction.invite.line"].sudo().create({"invite_id": wizard.id, "partner_id": secret.id})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            line.with_user(self.salesman).read(["email", "customer_id"])

    def test_the_invitation_window_is_its_owners(self):
        wizard = self.env["crm.satisfaction.invite"].with_user(self.salesman)
        wizard = wizard.create({"program_id": self.program.id, "partner_ids": self._contact("Later").ids})
        self.assertTrue(wizard.line_ids.read(["email"]))
        for record in (wizard, wizard.line_ids):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.with_user(self.manager).read(["partner_id" if "partner_id" in record else "partner_ids"])

    def test_preview_of_the_mail_does_not_show_the_key(self):
        request = self._request(self._contact("Later"))
        template = self.env.ref("crm_satisfaction.mail_template_invitation")
        for user in (self.manager, self.env.ref("base.user_admin")):
            preview = self.env["mail.template.preview"].with_user(user)
            preview = preview.create(
                {"mail_template_id": template.id, "resource_ref": f"crm.satisfaction.request,{request.id}"}
            )
            self.assertIn(f"/satisfaction/{request.id}-", preview.body_html)
            self.assertNotIn(request.access_token, preview.body_html)

    def test_mails_about_other_documents_are_no_invitations(self):
        template = self.env["mail.template"].create(
            {"name": "Other", "model_id": self.env["ir.model"]._get("res.users").id}
        )
        with self.assertRaises(ValidationError):
            self.program.with_user(self.manager).template_id = template
