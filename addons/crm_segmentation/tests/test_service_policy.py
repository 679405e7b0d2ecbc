from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from . import test_performance
from .common_policy import PolicyCommon


class TestServicePolicy(PolicyCommon):
    def test_without_segment_there_is_no_policy(self):
        self.assertEqual(self.policy(), ({}, {}))
        self.enter(self.gold, self.partner)
        self.assertEqual(self.policy(), ({}, {}), "a segment that says nothing defines nothing")

    def test_each_part_comes_from_the_first_segment_that_defines_it(self):
        self.gold.write({"policy_response_hours": 4, "policy_channel": "phone"})
        self.wide.write({"policy_response_hours": 16, "policy_contact_days": 30, "policy_treatment": "Friendly"})
        self.enter(self.wide, self.partner)
        self.enter(self.gold, self.partner)
        values, sources = self.policy()
        self.assertEqual(values, {"response_hours": 4, "channel": "phone", "contact_days": 30, "treatment": "Friendly"})
        self.assertEqual(
            sources, {"response_hours": "Gold", "channel": "Gold", "contact_days": "Wide", "treatment": "Wide"}
        )
        self.first_scheme.sequence = 3
        self.assertEqual(self.policy()[0]["response_hours"], 16, "the order of the segmentations decides")

    def test_a_ceiling_of_zero_is_one_and_no_ceiling_is_none(self):
        self.gold.policy_discount_ceiling = 20
        self.wide.write({"policy_limits_discount": True, "policy_discount_ceiling": 0})
        self.enter(self.gold, self.partner)
        self.enter(self.wide, self.partner)
        self.assertEqual(self.policy()[0], {"ceiling": 0})

    def test_what_ended_or_is_archived_decides_nothing(self):
        self.gold.policy_response_hours = 4
        stay = self.enter(self.gold, self.partner)
        for record in (self.gold, self.first_scheme):
            record.active = False
            self.assertEqual(self.policy()[0], {})
            record.active = True
        self.assertEqual(self.policy()[0], {"response_hours": 4})
        self.leave(stay)
        self.assertEqual(self.policy()[0], {})

    def test_what_was_agreed_comes_first_and_ends(self):
        self.gold.write({"policy_response_hours": 4, "policy_contact_days": 30})
        self.enter(self.gold, self.partner)
        agreed = self.agree(self.partner, policy_response_hours=1, policy_no_contact=True)
        values, sources = self.policy()
        self.assertEqual(values, {"response_hours": 1, "contact_days": 0})
        self.assertEqual(sources["response_hours"], "agreed with this customer")
        agreed.date_end = self.today
        self.assertEqual(self.policy()[0]["response_hours"], 1, "the last day counts")
        agreed.date_end = self.days_ago(1)
        self.assertTrue(agreed.is_expired)
        self.assertEqual(self.policy()[0], {"response_hours": 4, "contact_days": 30})

    def test_the_newest_agreement_comes_first(self):
        self.agree(self.partner, policy_response_hours=1, policy_channel="email")
        self.agree(self.partner, policy_response_hours=2)
        self.assertEqual(self.policy()[0], {"response_hours": 2, "channel": "email"})

    def test_a_contact_stands_for_its_company_also_when_it_gets_one_later(self):
        contact = self.customer("Somebody", is_company=False, parent_id=self.partner.id)
        self.assertEqual(self.agree(contact, policy_response_hours=1).partner_id, self.partner)
        alone = self.customer("Alone", is_company=False)
        self.agree(alone, policy_response_hours=3)
        self.assertEqual(self.policy(alone)[0], {"response_hours": 3})
        other = self.customer("Other")
        alone.parent_id = other
        self.assertEqual(self.policy(other)[0], {"response_hours": 3})

    def test_companies_keep_to_themselves(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.gold.policy_response_hours = 4
        self.enter(self.gold, self.partner, company=elsewhere)
        self.agree(self.partner, policy_channel="email", company_id=elsewhere.id)
        self.assertEqual(self.policy()[0], {})
        self.assertEqual(self.policy(company=elsewhere)[0], {"response_hours": 4, "channel": "email"})
        team = self.env["crm.team"].create({"name": "There", "company_id": elsewhere.id})
        self.gold.policy_team_id = team
        self.enter(self.gold, self.partner)
        self.assertNotIn("team", self.policy()[0])
        self.assertEqual(self.policy(company=elsewhere)[0]["team"], "There")
        with self.assertRaises(ValidationError):
            self.agree(self.partner, policy_team_id=team.id)

    def test_courtesies_are_named_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        tea, cake = self.env["crm.courtesy"].create([{"name": "Tea", "sequence": 1}, {"name": "Cake", "sequence": 2}])
        tea.with_context(lang="fr_FR").name = "Thé"
        self.gold.policy_courtesy_ids = tea + cake
        self.enter(self.gold, self.partner)
        self.assertEqual(self.policy()[0]["courtesies"], "Tea, Cake")
        french = self.env["crm.customer"].with_context(lang="fr_FR")
        self.assertEqual(
            french._service_policies(self.partner, self.company)[self.partner.id][0]["courtesies"], "Thé, Cake"
        )
        tea.active = False
        self.assertEqual(self.policy()[0]["courtesies"], "Cake")

    def test_figures_out_of_range_are_refused(self):
        for values in ({"policy_discount_ceiling": 100.01}, {"policy_contact_days": -1}, {"policy_response_hours": -1}):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.gold.write(values)
                self.env.flush_all()
            self.env.invalidate_all()

    def test_an_agreement_needs_a_reason_and_names_who_agreed(self):
        with self.assertRaises(ValidationError):
            self.agree(self.partner, reason="  ")
        values = {"partner_id": self.partner.id, "date_end": self.today, "user_id": self.seller.id, "reason": "Why"}
        agreed = self.env["crm.policy.override"].with_user(self.boss).create(values)
        self.assertEqual(agreed.user_id, self.boss)
        agreed.user_id = self.seller
        self.assertEqual(agreed.user_id, self.boss)

    def test_all_see_the_same_parts_on_order_lead_contact_and_profile(self):
        self.gold.write(
            {
                "policy_response_hours": 4,
                "policy_contact_days": 30,
                "policy_channel": "phone",
                "policy_limits_discount": True,
                "policy_discount_ceiling": 7.5,
                "policy_treatment": "Ask first",
                "policy_team_id": self.env["crm.team"].create({"name": "Keys"}).id,
                "policy_courtesy_ids": [Command.create({"name": "Tea"})],
            }
        )
        self.invoice(self.partner, 100)
        (self.first_scheme + self.second_scheme).active = False
        self.run_jobs()
        (self.first_scheme + self.second_scheme).active = True
        self.enter(self.gold, self.partner)
        contact = self.customer("Somebody", is_company=False, parent_id=self.partner.id)
        records = (
            self.env["sale.order"].create({"partner_id": contact.id, "company_id": self.company.id}),
            self.env["crm.lead"].create({"name": "Chance", "partner_id": contact.id}),
            contact,
            self.card(self.partner),
        )
        for record in records:
            seen = record.with_user(self.seller).with_company(self.company)
            with self.subTest(model=record._name):
                self.assertEqual(seen.service_response, "4 working hours")
                self.assertEqual(seen.service_rhythm, "every 30 days")
                self.assertEqual(seen.service_channel, "phone")
                self.assertEqual(seen.service_ceiling, "7.5 %")
                self.assertEqual(seen.service_team, "Keys")
                self.assertEqual(seen.service_courtesies, "Tea")
                self.assertEqual(seen.service_treatment, "Ask first")
                names = "response time, contact, channel, discount, team, courtesies, treatment"
                self.assertEqual(seen.service_source, f"Gold: {names}")
        action = records[3].with_user(self.boss).action_agree_policy()
        self.assertEqual(action["context"]["default_partner_id"], self.partner.id)
        self.agree(self.partner, date_end=self.days_ago(3))
        domain = records[3].with_user(self.boss).action_open_agreements()["domain"]
        self.assertEqual(self.env["crm.policy.override"].search_count(domain), 1)

    def test_records_without_customer_show_nothing(self):
        lead = self.env["crm.lead"].create({"name": "Nobody"})
        self.assertFalse(lead.service_source)
        self.assertFalse(lead.service_ceiling)

    def test_one_query_for_any_number_of_orders(self):
        self.gold.policy_response_hours = 4
        orders = self.env["sale.order"]
        for number in range(20):
            partner = self.customer(f"C{number}")
            self.enter(self.gold, partner)
            orders += orders.create({"partner_id": partner.id, "company_id": self.company.id})
        orders[0].with_user(self.seller).with_company(self.company).service_source  # noqa: B018  record rules are kept
        for some in (orders[:1], orders):
            self.env.invalidate_all()
            some = some.with_user(self.seller).with_company(self.company)
            some.mapped("partner_id.commercial_partner_id.name")
            some.mapped("company_id.partner_id.tz")
            with self.assertQueryCount(1):
                self.assertEqual(set(some.mapped("service_response")), {"4 working hours"})
                some.mapped("service_treatment")

    def test_forms_cost_one_query_more(self):
        self.gold.policy_response_hours = 4
        self.enter(self.gold, self.partner)
        order = self.env["sale.order"].create({"partner_id": self.partner.id, "company_id": self.company.id})
        for record in (order, self.partner):
            seen = record.with_user(self.seller).with_company(self.company)
            spec = test_performance.TestPerformance.specification(seen, "form")
            plain = {name: value for name, value in spec.items() if not name.startswith(("service_", "discount_"))}
            self.assertGreater(len(spec) - len(plain), 7)
            counts = []
            for asked in (plain, spec, plain, spec):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                seen.web_read(asked)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(model=record._name):
                self.assertLessEqual(counts[3] - counts[2], 1)

    def test_the_last_day_ends_where_the_company_is(self):
        agreed = self.agree(self.partner, policy_response_hours=1)
        moment = datetime(2026, 3, 10, 23, 30)
        agreed.date_end = date(2026, 3, 10)
        for zone, holds in (("UTC", True), ("Asia/Shanghai", False), ("America/New_York", True)):
            self.company.partner_id.tz = zone
            with self.subTest(zone=zone), freeze_time(moment):
                self.assertEqual(bool(self.policy()[0]), holds)
        agreed.date_end = date(2026, 3, 9)
        moment = datetime(2026, 3, 10, 1, 0)
        for zone, holds in (("UTC", False), ("America/New_York", True)):
            self.company.partner_id.tz = zone
            with self.subTest(zone=zone), freeze_time(moment):
                self.assertEqual(bool(self.policy()[0]), holds)

    def test_a_restricted_segment_is_for_those_who_may_see_it_and_never_for_the_system(self):
        self.gold.policy_response_hours = 4
        self.enter(self.gold, self.partner)
        with patch.object(type(self.gold), "_is_restricted", lambda segments: segments & self.gold):
            self.assertEqual(self.policy()[0], {}, "what the system works out is seen by all")
            self.assertEqual(self.policy(user=self.boss)[0], {"response_hours": 4}, "the rules of the stays decide")
            for values in ({"policy_contact_days": 30}, {"policy_limits_discount": True}):
                with self.subTest(values=values), self.assertRaises(ValidationError):
                    self.gold.write(values)
        self.gold.write({"policy_contact_days": 30})
        with (
            patch.object(type(self.gold), "_is_restricted", lambda segments: segments & self.gold),
            self.assertRaises(ValidationError),
        ):
            self.gold.name = "Restricted now"

    def test_merged_customers_keep_their_agreements(self):
        other = self.customer("Other")
        self.agree(other, policy_response_hours=1)
        self.agree(self.partner, policy_channel="email")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((other + self.partner).ids, self.partner)
        self.env.invalidate_all()
        self.assertEqual(self.policy()[0], {"response_hours": 1, "channel": "email"})
