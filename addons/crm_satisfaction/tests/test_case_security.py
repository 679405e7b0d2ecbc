from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_case import CaseCommon

OURS = (
    "crm.satisfaction.case",
    "crm.satisfaction.promise",
    "crm.satisfaction.cause",
    "crm.satisfaction.follow.up",
    "crm.satisfaction.erasure",
    "crm.satisfaction.case.report",
    "crm.customer.preference",
)


@tagged("post_install", "-at_install")
class TestCaseSecurity(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls.open_case()
        cls.promise = cls.env["crm.satisfaction.promise"].create(
            {"case_id": cls.case.id, "name": "Call", "date": fields.Date.today(), "user_id": cls.salesman.id}
        )
        cls.preference = cls.env["crm.customer.preference"].create(
            {"partner_id": cls.customer.id, "name": "Tea", "company_id": cls.company.id}
        )
        cls.second = cls.env["res.company"].create({"name": "Second"})
        program = cls.program.copy(
            {"active": True, "company_id": cls.second.id, "user_id": False, "case_program_id": False}
        )
        program.case_active = True
        cls.foreign = cls._answer(0, cls._contact("Far"), program=program).case_ids

    def test_customers_and_plain_employees_see_nothing(self):
        public = self.env.ref("base.public_user")
        for user in (self.portal, public, self.employee):
            for model in OURS:
                records = self.env[model].with_user(user)
                for attempt in (
                    lambda r=records: r.search([]),
                    lambda r=records: r.search_count([("id", ">", 0)]),
                    lambda r=records: r._read_group([], [], ["__count"]),
                    lambda r=records: r.browse(self.case.id).read(["display_name"]),
                    lambda r=records: r.create({}),
                ):
                    with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                        attempt()
            partners = self.env["res.partner"].with_user(user)
            for attempt in (
                lambda p=partners: p.search([("preference_ids", "!=", False)]),
                lambda p=partners: p.search([("preference_ids.name", "like", "Tea")]),
                lambda p=partners: p.browse(self.customer.id).read(["preference_ids"]),
            ):
                with self.assertRaises(AccessError, msg=user.login):
                    attempt()

    def test_companies_are_apart(self):
        self.assertTrue(self.foreign)
        for user in (self.reader, self.salesman, self.manager):
            cases = self.env["crm.satisfaction.case"].with_user(user)
            self.assertEqual(cases.search([("id", "in", (self.case | self.foreign).ids)]), self.case)
            with self.assertRaises(AccessError):
                self.foreign.with_user(user).read(["complaint"])
            report = self.env["crm.satisfaction.case.report"].with_user(user)
            self.assertEqual(report.search([("case_id", "in", (self.case | self.foreign).ids)]).case_id, self.case)

    def test_readers_read(self):
        case = self.case.with_user(self.reader)
        self.assertEqual(case.sentence, "2 of 10")
        self.assertFalse(case.can_work)
        for attempt in (
            lambda: case.write({"complaint": "x"}),
            case.action_contacted,
            case.action_take,
            lambda: case.create({"customer_id": self.customer.id}),
            lambda: self.promise.with_user(self.reader).action_kept(),
            lambda: self.preference.with_user(self.reader).write({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_only_owner_and_team_work_on_a_case(self):
        for attempt in (
            lambda c: c.write({"complaint": "x"}),
            lambda c: c.action_contacted(),
            lambda c: c.write({"user_id": self.colleague.id}),
        ):
            with self.assertRaises(AccessError):
                attempt(self.case.with_user(self.colleague))
        with self.assertRaises(AccessError):
            self.promise.with_user(self.colleague).action_broken()
        with self.assertRaises(AccessError):
            self.promise.create({"case_id": self.case.id, "name": "x", "date": "2030-01-01"}).with_user(
                self.colleague
            ).write({"name": "y"})
        self.assertTrue(self.case.with_user(self.salesman).can_work)
        self.case.user_id = False
        self.case.with_user(self.colleague).action_take()
        self.assertEqual(self.case.user_id, self.colleague)

    def test_the_leader_of_the_team_works_on_it_too(self):
        self.case.team_id = self.team
        self.case.with_user(self.leader).complaint = "Heard of it"

    def test_a_member_of_the_team_works_on_it_too(self):
        self.env["crm.team.member"].create({"user_id": self.colleague.id, "crm_team_id": self.team.id})
        self.case.team_id = self.team
        self.case.with_user(self.colleague).complaint = "Heard of it"

    def test_nobody_writes_the_logs(self):
        for model in ("crm.satisfaction.follow.up", "crm.satisfaction.erasure"):
            for user in (self.salesman, self.manager, self.env.ref("base.user_admin")):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).create({})
        with self.assertRaises(UserError):
            self.env["crm.satisfaction.erasure"].with_user(self.manager)._log("person", self.company, 1)

    def test_a_preference_is_noted_in_one_s_own_name(self):
        preference = self.env["crm.customer.preference"].with_user(self.salesman).create(
            {"partner_id": self.customer.id, "name": "Tea", "user_id": self.manager.id}
        )  # fmt: skip
        self.assertEqual(preference.user_id, self.salesman)

    def test_formulas_stay_words_in_exports(self):
        self.case.complaint = "=HYPERLINK(1)"
        rows = self.case.with_user(self.manager).export_data(["complaint"])["datas"]
        self.assertFalse(rows[0][0].startswith("="))

    def test_every_screen_opens_for_who_reads(self):
        for model in (*OURS[:2], "crm.satisfaction.case.report", "crm.counter"):
            kind = "form" if model in ("crm.satisfaction.case", "crm.counter") else "list"
            self.env[model].with_user(self.reader).get_views([(False, kind)])
        spec = {name: {} for name in ("sentence", "state", "severity", "is_overdue")}
        many = {"customer_id": {"fields": {"display_name": {}}}, "response_id": {"fields": {"display_name": {}}}}
        self.assertTrue(self.case.with_user(self.reader).web_read({**spec, **many}))
