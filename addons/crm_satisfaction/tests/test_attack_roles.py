from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestAttackRoles(CaseCommon):
    """What somebody could try with calls of their own: contexts, names behind links, reports, exports."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second"})
        program = cls.program.copy(
            {"active": True, "company_id": cls.second.id, "user_id": False, "case_program_id": False}
        )
        cls.foreign = cls._answer(9, cls._contact("Far"), program=program)
        cls.configurer = new_test_user(
            cls.env, "sat_attacker", groups="crm_segmentation.group_insight_configure,base.group_allow_export"
        )

    # Segments that only some may see

    def _restricted(self):
        """Return a segment only administrators may see, with our customer in it, and an answer of that customer."""
        scheme = self.env.ref("crm_segmentation.scheme_abc")
        segment = scheme.segment_ids[0]
        self.env["crm.segment.member"].create(
            {
                "scheme_id": scheme.id, "company_id": self.company.id, "partner_id": self.customer.id,
                "segment_id": segment.id, "date_from": "2020-01-01",
            }
        )  # fmt: skip
        answer = self._answer(9, self.contact)
        self.assertEqual(answer.segment_ids, segment)
        groups = self.env.ref("base.group_system")
        self.env["crm.segment.restriction"].create(
            {"segment_id": segment.id, "group_ids": groups.ids, "because": "Salaries"}
        )
        self.env.invalidate_all()
        return segment, answer

    def test_restricted_segments_are_no_question_to_ask_of_answers(self):
        segment, answer = self._restricted()
        for user in (self.reader, self.salesman, self.manager):
            answers = self.env["crm.satisfaction.response"].with_user(user)
            mine = answers.browse(answer.id)
            self.assertFalse(mine.read(["segment_ids"])[0]["segment_ids"], user.login)
            for operator, value in (("in", segment.ids), ("=", segment.id), ("ilike", segment.name), ("!=", False)):
                found = answers.search([("id", "=", answer.id), ("segment_ids", operator, value)])
                self.assertFalse(found, f"{user.login} {operator}")
            self.assertTrue(answers.search([("id", "=", answer.id), ("segment_ids", "not in", segment.ids)]))
            groups = answers._read_group([("id", "=", answer.id)], ["segment_ids"], ["__count"])
            self.assertEqual([group.ids for group, _count in groups], [[]], user.login)
        self.assertTrue(answer.search([("id", "=", answer.id), ("segment_ids", "in", segment.ids)]))

    def test_competition_profiles_do_not_tell_who_is_in_a_restricted_segment(self):
        scheme_segments = self.env.ref("crm_segmentation.scheme_abc").segment_ids
        market = self.env["crm.market"].create({"name": "Key", "segment_ids": scheme_segments[:1].ids})
        segment, answer = self._restricted()
        self.assertEqual(answer.market_id, market)
        self.assertFalse(self._answer(9, self._contact("Later", self.customer)).market_id)
        with self.assertRaises(ValidationError):
            self.env["crm.market"].create({"name": "Hidden", "segment_ids": segment.ids})

    # Contexts

    def test_no_case_begins_as_its_caller_proposes(self):
        lies = {
            "default_state": "closed",
            "default_result": "recovered",
            "default_origin": "low",
            "default_opened_at": "2020-01-01 00:00:00",
            "default_contacted_at": "2020-01-01 00:00:00",
            "default_closed_at": "2020-01-01 00:00:00",
            "default_hours_to_contact": 0.1,
            "default_approved_by_id": self.manager.id,
            "default_response_id": self.foreign.id,
            "default_response_ids": self.foreign.ids,
            "default_reopen_count": 7,
        }
        cases = self.env["crm.satisfaction.case"].with_user(self.salesman).with_context(**lies)
        case = cases.create({"customer_id": self.customer.id}).sudo()
        self.assertRecordValues(case, [{
            "state": "new", "result": False, "origin": "hand", "contacted_at": False, "closed_at": False,
            "hours_to_contact": 0, "approved_by_id": False, "response_id": False, "response_ids": [], "reopen_count": 0,
        }])  # fmt: skip
        self.assertGreater(case.opened_at, fields.Datetime.now() - timedelta(hours=1))
        again = self.env["crm.satisfaction.case"].with_context(**lies)._as_system(self.company)
        other = again.create({"customer_id": self._contact("Other").id})
        self.assertRecordValues(other, [{"state": "new", "result": False, "reopen_count": 0}])

    def test_who_noted_a_preference_stays(self):
        preference = self.env["crm.customer.preference"].with_user(self.salesman)
        preference = preference.create({"partner_id": self.customer.id, "name": "Tea"})
        preference.write({"user_id": self.manager.id, "name": "Coffee"})
        self.assertRecordValues(preference, [{"user_id": self.salesman.id, "name": "Coffee"}])

    # Names behind links

    def test_the_name_of_an_answer_tells_nothing_to_others(self):
        cases = self.env["crm.satisfaction.case"].with_user(self.salesman)
        cases = cases.with_context(default_response_id=self.foreign.id)
        spec = {"response_id": {"fields": {"display_name": {}}}}
        shown = cases.onchange({}, [], spec)["value"].get("response_id") or {}
        self.assertNotIn("Far", str(shown))
        self.assertNotIn("9 / 10", str(shown))
        self.assertIn("Far", self.foreign.display_name)
        case = self.open_case().with_user(self.salesman)
        self.assertIn("2 / 10", case.web_read(spec)[0]["response_id"]["display_name"])

    def test_defaults_tell_customers_nothing(self):
        for user in (self.portal, self.employee):
            with patch.object(type(self.env.cr), "execute", side_effect=AssertionError("asked the database")):
                boards = self.env["crm.satisfaction.board"].with_user(user)
                with patch.object(type(self.env["crm.satisfaction.response"]), "has_access", return_value=False):
                    self.assertEqual(boards._default_metric(), "nps")

    # Reports and exports

    def test_a_printed_card_shows_its_code_to_those_who_hand_it_over_only(self):
        handed = self._request(self._contact("Handed"), channel="qr")
        name, reports = "crm_satisfaction.request_card", self.env["ir.actions.report"]
        html = reports.with_user(self.salesman)._render_qweb_html(name, handed.ids)[0].decode()
        self.assertIn("data:image/svg+xml;base64", html)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            handed.with_user(self.reader)._get_personal_qr()
        for user in (self.reader, self.portal, self.employee, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError, msg=user.login):
                reports.with_user(user)._render_qweb_html(name, handed.ids)

    def test_words_of_customers_stay_words_exported_with_the_contact(self):
        self._card()
        answer = self._answer(9, self.contact)
        answer._add_part(self.reason_question, '=HYPERLINK("http://a.example")')
        self.env["crm.customer"]._count_answers()
        paths = ["name", "customer_satisfaction_comment"]
        rows = self.customer.with_user(self.manager).export_data(paths)["datas"]
        self.assertEqual(rows, [["Sat Customer", '\'=HYPERLINK("http://a.example")']])
        nested = self.contact.with_user(self.manager).export_data(["name", "parent_id/customer_satisfaction_comment"])
        self.assertTrue(nested["datas"][0][1].startswith("'="))

    def test_cost_of_cases_is_for_its_groups_in_every_channel(self):
        case = self.open_case()
        case.cost = 123
        groups = "crm_segmentation.group_insight_read,base.group_allow_export"
        exporter = new_test_user(self.env, "sat_exporter", groups=groups)
        self.salesman.group_ids += self.env.ref("base.group_allow_export")
        for model in ("crm.satisfaction.case", "crm.satisfaction.case.report"):
            for user in (exporter, self.salesman):
                records = self.env[model].with_user(user)
                for attempt in (
                    lambda r=records: r.search([("cost", ">", 1)]),
                    lambda r=records: r.search([], order="cost"),
                    lambda r=records: r.search([], limit=1).read(["cost"]),
                    lambda r=records: r._read_group([], [], ["cost:sum"]),
                    lambda r=records: r._read_group([], ["state"], ["__count"], having=[("cost:sum", ">", 1)]),
                    lambda r=records: r.formatted_read_group([], ["state"], ["cost:sum"]),
                    lambda r=records: r.search([], limit=1).export_data(["cost"]),
                    lambda r=records: r.search([], limit=1).web_read({"cost": {}}),
                ):
                    with self.assertRaises(AccessError, msg=f"{model} {user.login}"):
                        attempt()
        with self.assertRaises(AccessError):
            case.with_user(self.salesman).cost = 1
        with self.assertRaises(AccessError):
            self.env["crm.satisfaction.response"].with_user(self.salesman).search([("case_ids.cost", ">", 1)])

    # Schedules of others

    def test_who_changes_the_occasion_or_the_company_answers_for_it(self):
        program = self.program.copy({"active": True, "case_active": False, "case_program_id": False})
        program.write({"trigger": "document", "occasion": "order"})
        self.assertTrue(program.owner_id._is_superuser() or program.owner_id._is_system())
        long_ago = fields.Datetime.now() - timedelta(days=100)
        program.watch_from = long_ago
        program.with_user(self.manager).write({"occasion": "won"})
        self.assertEqual(program.owner_id, self.manager)
        self.assertGreater(program.watch_from, long_ago)
        self.assertEqual(program.model_name, "crm.lead")
