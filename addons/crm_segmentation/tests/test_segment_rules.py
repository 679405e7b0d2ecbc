from datetime import timedelta
from random import Random

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import crm_segment_scheme_pass
from .common import InsightCommon


@tagged("post_install", "-at_install")
class SegmentCommon(InsightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = [cls.customer(f"Customer {number}", city="Graz") for number in range(6)]
        for number, partner in enumerate(cls.people):
            cls.invoice(partner, 100 * (number + 1))

    @classmethod
    def scheme_of(cls, kind="overlapping", **values):
        return cls.env["crm.segment.scheme"].create({"name": f"Test {kind}", "kind": kind, **values})

    @classmethod
    def segment(cls, scheme, name, domain="[]", conditions=(), **values):
        lines = [
            Command.create({"measure_id": measure.id, "figure": figure, "operator": operator, "value": value})
            for measure, figure, operator, value in conditions
        ]
        # Asked as the system, like those that are delivered.
        segments = cls.env(user=SUPERUSER_ID)["crm.segment"]
        segment = segments.create(
            {"name": name, "scheme_id": scheme.id, "rule_domain": domain, "condition_ids": lines, **values}
        )
        return segment.with_env(cls.env)

    def members(self, segment, company=None):
        """Return the numbers of the test's customers who are in the segment."""
        stays = self.env["crm.segment.member"].search(
            [
                ("segment_id", "=", segment.id),
                ("date_to", "=", False),
                ("company_id", "=", (company or self.company).id),
            ]
        )
        return sorted(self.people.index(partner) for partner in stays.partner_id if partner in self.people)

    def assign(self, scheme=None):
        return (scheme or self.env["crm.segment.scheme"])._refresh()


class TestSegmentRules(SegmentCommon):
    def test_a_rule_asks_profile_contact_and_indicators(self):
        self.run_jobs()
        self.people[1].city = "Linz"
        scheme = self.scheme_of()
        profile = self.segment(scheme, "Profile", "[('monetary', '>=', 400)]")
        contact = self.segment(scheme, "Contact", "[('partner_id.city', '=', 'Linz')]")
        window = self.segment(scheme, "Window", conditions=[(self.revenue, "window", "<", 300)])
        both = self.segment(
            scheme,
            "Either",
            "[('partner_id.city', '=', 'Graz')]",
            [(self.revenue, "window", "<", 200), (self.revenue, "window", ">", 500)],
            match="any",
        )
        everybody = self.segment(scheme, "Everybody")
        self.assign()
        self.assertEqual(self.members(profile), [3, 4, 5])
        self.assertEqual(self.members(contact), [1])
        self.assertEqual(self.members(window), [0, 1])
        self.assertEqual(self.members(both), [0, 5])
        self.assertEqual(self.members(everybody), [0, 1, 2, 3, 4, 5])

    def test_figures_of_an_indicator(self):
        buyer = self.people[0]
        self.invoice(buyer, 50, days=400)
        self.invoice(self.people[1], 40, move_type="out_refund")
        self.run_jobs()
        scheme = self.scheme_of()
        segments = {
            figure: self.segment(scheme, figure, conditions=[(self.revenue, figure, operator, value)])
            for figure, operator, value in (
                ("before", "=", 50),
                ("lifetime", "=", 150),
                ("change", "<", 60),
                ("change_percent", ">=", 100),
                ("documents", "=", 2),
                ("days", "<=", 10),
            )
        }
        self.assign()
        self.assertEqual(self.members(segments["before"]), [0])
        self.assertEqual(self.members(segments["lifetime"]), [0])
        self.assertEqual(self.members(segments["change"]), [0], "100 less 50; 160 less nothing is more")
        self.assertEqual(self.members(segments["change_percent"]), [0], "nothing before has no percentage")
        self.assertEqual(self.members(segments["documents"]), [1])
        self.assertEqual(self.members(segments["days"]), [0, 1, 2, 3, 4, 5])

    def test_percentiles_are_those_of_the_company(self):
        for number in range(6, 10):
            self.people.append(self.customer(f"Customer {number}"))
            self.invoice(self.people[-1], 100 * (number + 1))
        self.addCleanup(lambda: self.people.__delitem__(slice(6, None)))
        self.run_jobs()
        scheme = self.scheme_of()
        best = self.segment(scheme, "Best", conditions=[(self.revenue, "percentile", ">", 90)])
        worst = self.segment(scheme, "Worst", conditions=[(self.revenue, "percentile", "<=", 20)])
        self.assign()
        self.assertEqual(self.members(best), [9])
        self.assertEqual(self.members(worst), [0, 1])

    def test_the_first_rule_that_fits_counts(self):
        self.run_jobs()
        scheme = self.scheme_of("exclusive")
        large = self.segment(scheme, "Large", "[('monetary', '>=', 500)]", sequence=1)
        medium = self.segment(scheme, "Medium", "[('monetary', '>=', 300)]", sequence=2)
        rest = self.segment(scheme, "Rest", sequence=3)
        self.assign()
        self.assertEqual([self.members(s) for s in (large, medium, rest)], [[4, 5], [2, 3], [0, 1]])
        medium.sequence = 0
        self.assign()
        self.assertEqual([self.members(s) for s in (large, medium, rest)], [[], [2, 3, 4, 5], [0, 1]])

    def test_a_second_run_writes_nothing(self):
        self.run_jobs()
        scheme = self.scheme_of("exclusive")
        self.segment(scheme, "Large", "[('monetary', '>=', 500)]")
        self.segment(scheme, "Rest")
        self.assertGreater(self.assign(), 0)
        tables = ("crm_segment_member", "crm_segment_mask", "crm_segment_pending", "crm_segment_version")
        before = [self.versions(table) for table in tables]
        self.assertEqual(self.assign(), 0)
        self.assertEqual([self.versions(table) for table in tables], before)

    def versions(self, table):
        self.env.flush_all()
        self.env.cr.execute(f"SELECT id, xmin, ctid FROM {table} ORDER BY id")  # pylint: disable=sql-injection
        return self.env.cr.fetchall()

    def test_more_segments_than_fit_one_word(self):
        self.run_jobs()
        scheme = self.scheme_of()
        segments = [self.segment(scheme, f"From {n}", f"[('monetary', '>=', {10 * n})]") for n in range(70)]
        self.assign()
        self.assertEqual(self.members(segments[0]), [0, 1, 2, 3, 4, 5])
        self.assertEqual(self.members(segments[62]), [])
        self.assertEqual(self.members(segments[31]), [3, 4, 5])
        self.assertEqual(self.members(segments[60]), [5])
        self.assertEqual(self.assign(), 0)

    def test_nobody_and_nothing(self):
        scheme = self.scheme_of()
        self.assign()
        self.assertFalse(scheme.last_error)
        nobody = self.segment(scheme, "Nobody", "[('monetary', '>', 10**9)]".replace("10**9", "1000000000"))
        self.run_jobs()
        self.assertEqual(self.members(nobody), [])
        self.assertEqual(nobody.member_count, 0)

    def test_answers_do_not_depend_on_the_order_of_evaluation(self):
        self.run_jobs()
        domains = [f"[('monetary', '>=', {100 * n})]" for n in range(8)] + ["[('partner_id.city', '=', 'Graz')]", "[]"]
        results = []
        for seed in range(3):
            order = Random(seed).sample(range(10), 10)
            scheme = self.scheme_of(name=f"Seed {seed}")
            segments = {n: self.segment(scheme, f"{n}", domains[n], sequence=place) for place, n in enumerate(order)}
            self.assign()
            results.append({n: self.members(segment) for n, segment in segments.items()})
        self.assertEqual(results[0], results[1])
        self.assertEqual(results[0], results[2])

    # Built on others

    def test_segments_of_segments(self):
        self.run_jobs()
        lists = self.scheme_of()
        combined = self.segment(lists, "Combined", sequence=1)
        large = self.segment(lists, "Large", "[('monetary', '>=', 300)]", sequence=2)
        largest = self.segment(lists, "Largest", "[('monetary', '>=', 600)]", sequence=3)
        combined.write({"within_ids": large.ids, "without_ids": largest.ids})
        by_class = self.segment(lists, "By Class", f"[('segment_id', '=', {self.class_a.id})]", sequence=0)
        self.assign()
        self.assertEqual(self.members(combined), [2, 3, 4], "in one run, whatever the order")
        self.assertEqual(self.members(by_class), self.members(self.class_a))
        self.assertTrue(self.members(by_class))
        self.assertEqual(self.assign(), 0)

    def test_circles_are_refused(self):
        lists = self.scheme_of()
        one, two = self.segment(lists, "One"), self.segment(lists, "Two")
        two.within_ids = one
        with self.assertRaises(ValidationError) as raised:
            one.without_ids = two
        self.assertIn("One, Two", str(raised.exception))
        with self.assertRaises(ValidationError):
            one.within_ids = one
        self.env.invalidate_all()
        first = self.scheme_of("exclusive")
        upper, lower = self.segment(first, "Upper"), self.segment(first, "Lower")
        with self.assertRaises(ValidationError):
            lower.without_ids = upper
        self.env.invalidate_all()
        upper.within_ids = one
        with self.assertRaises(ValidationError):
            one.within_ids = lower
        self.env.invalidate_all()
        with self.assertRaises(ValidationError):
            self.class_a.within_ids = self.segment(lists, "Class", "[('segment_id', '!=', False)]")

    # Kinds of customers

    def test_contact_below_a_company_archived_and_own_company(self):
        person = self.customer("Person", is_company=False, parent_id=self.people[0].id)
        self.invoice(person, 1000)
        self.people[5].active = False
        self.run_jobs()
        scheme = self.scheme_of()
        large = self.segment(scheme, "Large", "[('monetary', '>=', 600)]")
        own = self.segment(scheme, "Own", f"[('partner_id', '=', {self.company.partner_id.id})]")
        self.assign()
        self.assertEqual(self.members(large), [0, 5], "who was archived bought all the same")
        self.assertFalse(own.member_ids)

    def test_each_company_for_itself(self):
        other = self.setup_other_company()["company"]
        self.run_jobs()
        only = self.scheme_of(company_id=other.id)
        here = self.scheme_of()
        theirs, ours = self.segment(only, "Theirs"), self.segment(here, "Ours")
        self.assign()
        self.assertEqual(self.members(theirs), [])
        self.assertEqual(self.members(ours), [0, 1, 2, 3, 4, 5])
        self.assertEqual(self.members(ours, other), [])

    def test_merged_customers_keep_one_stay(self):
        self.run_jobs()
        scheme = self.scheme_of("exclusive", settle_days=3)
        large = self.segment(scheme, "Large", "[('monetary', '>=', 500)]")
        rest = self.segment(scheme, "Rest")
        self.env["crm.segment.exception"].create(
            [{"segment_id": large.id, "partner_id": p.id, "reason": "x"} for p in self.people[:2]]
        )
        self.assign()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        target = self.people[2]
        wizard._merge([self.people[0].id, self.people[1].id, target.id], target)
        self.run_jobs()
        stays = self.env["crm.segment.member"].search([("partner_id", "=", target.id), ("date_to", "=", False)])
        self.assertEqual(stays.filtered(lambda stay: stay.scheme_id == scheme).segment_id, large)
        self.assertEqual(len(self.env["crm.segment.exception"].search([("partner_id", "=", target.id)])), 1)
        self.assertFalse(self.members(rest).count(2))
        self.assertEqual(self.assign(), 0)


class TestSegmentTime(SegmentCommon):
    def test_who_goes_to_and_fro_every_night_stays(self):
        self.run_jobs()
        scheme = self.scheme_of("overlapping", settle_days=5)
        near = self.segment(scheme, "Near", "[('partner_id.city', '=', 'Graz')]")
        self.assign()
        self.assertEqual(self.members(near), [0, 1, 2, 3, 4, 5], "the first time nobody waits")
        customer, now = self.people[0], fields.Datetime.now()
        for night in range(1, 31):
            customer.city = "Linz" if night % 2 else "Graz"
            with freeze_time(now + timedelta(days=night)):
                self.assertEqual(self.assign(), 0)
        self.assertIn(0, self.members(near))
        self.assertEqual(len(near.member_ids.filtered(lambda stay: stay.partner_id == customer)), 1)

    def test_a_change_counts_once_it_has_held(self):
        self.run_jobs()
        scheme = self.scheme_of("exclusive", settle_days=5)
        graz = self.segment(scheme, "Graz", "[('partner_id.city', '=', 'Graz')]")
        linz = self.segment(scheme, "Linz", "[('partner_id.city', '=', 'Linz')]")
        wien = self.segment(scheme, "Wien", "[('partner_id.city', '=', 'Wien')]")
        self.assign()
        customer, now = self.people[0], fields.Datetime.now()
        places = []
        for night in range(1, 10):
            customer.city = "Linz" if night < 3 else "Wien"
            with freeze_time(now + timedelta(days=night)):
                self.assign()
                self.assertEqual(self.assign(), 0)
            inside = [segment.name for segment in (graz, linz, wien) if 0 in self.members(segment)]
            self.assertEqual(len(inside), 1, "never in two, never in none")
            places += inside
        self.assertEqual(places, ["Graz"] * 7 + ["Wien"] * 2, "Wien has held since the third night")

    def test_who_is_in_stays_while_the_looser_filter_fits(self):
        self.run_jobs()
        scheme = self.scheme_of()
        good = self.segment(
            scheme, "Good", "[('monetary', '>=', 500)]", use_stay_domain=True, stay_domain="[('monetary', '>=', 350)]"
        )
        self.assign()
        self.assertEqual(self.members(good), [4, 5])
        self.invoice(self.people[4], 100, move_type="out_refund")
        self.invoice(self.people[5], 300, move_type="out_refund")
        self.run_jobs()
        self.assertEqual(self.members(good), [4], "400 would not enter, and stays; 300 leaves")
        self.assertEqual(self.assign(), 0)

    def test_by_hand_whatever_the_rule_says(self):
        self.run_jobs()
        scheme = self.scheme_of("exclusive", settle_days=30)
        large = self.segment(scheme, "Large", "[('monetary', '>=', 500)]", sequence=1)
        rest = self.segment(scheme, "Rest", sequence=2)
        self.assign()
        person = self.customer("Person", is_company=False, parent_id=self.people[0].id)
        exception = self.env["crm.segment.exception"]
        put = exception.create({"segment_id": large.id, "partner_id": person.id, "reason": "Founder's friend"})
        exception.create(
            {"segment_id": large.id, "partner_id": self.people[5].id, "kind": "exclude", "reason": "In dispute"}
        )
        self.assertEqual(put.partner_id, self.people[0])
        self.assign()
        self.assertEqual(self.members(large), [0, 4], "at once")
        self.assertEqual(self.members(rest), [1, 2, 3, 5])
        stay = large.member_ids.filtered(lambda stay: stay.partner_id == self.people[0])
        self.assertTrue(stay.by_hand)
        self.assertIn("Founder's friend", stay.why)
        put.date_to = self.days_ago(1)
        self.assign()
        self.assertEqual(self.members(large), [4], "an end in the past ends it")
        self.assertEqual(self.assign(), 0)

    def test_by_hand_in_ranked_classes(self):
        self.run_jobs()
        self.env["crm.segment.exception"].create(
            [
                {"segment_id": self.class_a.id, "partner_id": self.people[0].id, "reason": "x"},
                {"segment_id": self.class_a.id, "partner_id": self.people[5].id, "kind": "exclude", "reason": "x"},
            ]
        )
        self.assign()
        self.assertIn(0, self.members(self.class_a))
        self.assertNotIn(5, self.members(self.class_a))

    def test_archived_segments_have_no_members_and_begin_anew(self):
        self.run_jobs()
        scheme = self.scheme_of()
        everybody = self.segment(scheme, "Everybody")
        self.assign()
        scheme.active = False
        self.assign()
        self.assertEqual(self.members(everybody), [])
        self.assertFalse(everybody.filled_company_ids)
        scheme.active = True
        self.assign()
        self.assertEqual(self.members(everybody), [0, 1, 2, 3, 4, 5])

    def test_a_level_that_vanishes_and_comes_back_begins_anew(self):
        self.run_jobs()
        lists, upper = self.scheme_of(), self.scheme_of(name="Upper")
        base = self.segment(lists, "Base", "[('monetary', '>=', 300)]")
        derived = self.segment(upper, "Derived", within_ids=base)
        self.assign()
        self.assertEqual(self.members(derived), [2, 3, 4, 5])
        upper.active = False
        self.assign()
        self.assertEqual(self.members(derived), [])
        upper.active = True
        self.assign()
        self.assertEqual(self.members(derived), [2, 3, 4, 5])
        self.assertEqual(self.assign(), 0)

    def test_killed_between_batches_ends_the_same(self):
        """A run is taken up where it stopped: the batches of one contact each give what one batch gives."""
        self.run_jobs()
        scheme = self.scheme_of("exclusive")
        large = self.segment(scheme, "Large", "[('monetary', '>=', 500)]")
        rest = self.segment(scheme, "Rest")
        job = self.env.ref("crm_segmentation.job_segments")
        job.run_number += 1
        self.patch(crm_segment_scheme_pass, "SHARD", 3)
        batches, left = 0, 1
        while left:
            _written, left = self.env["crm.segment.scheme"]._job_refresh(job)
            batches += 1
        self.assertGreater(batches, 3)
        self.assertEqual([self.members(large), self.members(rest)], [[4, 5], [0, 1, 2, 3]])
        self.assertEqual(self.assign(), 0)

    def test_why_somebody_entered_stays_as_it_was(self):
        self.run_jobs()
        scheme = self.scheme_of()
        segment = self.segment(
            scheme,
            "Large",
            "[('monetary', '>=', 500), ('lifecycle', '!=', 'lost')]",
            [(self.invoices, "window", ">", 0)],
        )
        self.assign()
        stay = segment.member_ids.filtered(lambda stay: stay.partner_id == self.people[5])
        why = stay.why
        self.assertIn("Revenue: ", why)
        self.assertIn("600.00", why)
        self.assertIn(self.invoices.name, why)
        segment.rule_domain = "[('monetary', '>=', 100)]"
        self.assign()
        stay.invalidate_recordset()
        self.assertEqual(stay.why, why)
        self.assertEqual(len(segment.member_ids.version_id), 2)
        new = segment.member_ids.filtered(lambda stay: stay.partner_id == self.people[1])
        self.assertEqual(new.version_id.definition["filter"], "[('monetary', '>=', 100)]")


class TestSegmentRuleErrors(SegmentCommon):
    def test_what_cannot_be_asked_is_refused_in_words(self):
        scheme = self.scheme_of()
        for domain in (
            "[('nothing', '=', 1)]",
            "not a list",
            "[('monetary', '>=', __import__('os'))]",
            "[('member_ids.value', '>', 1)]",
            "[('partner_id.user_ids.password', '=', 'x')]",
            "5",
        ):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self.segment(scheme, "Wrong", domain)

    def test_percentiles_and_numbers_have_a_range(self):
        scheme = self.scheme_of()
        for value in (101, -1):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self.segment(scheme, "Wrong", conditions=[(self.revenue, "percentile", ">=", value)])
        for value in (float("nan"), float("inf"), 1e300):
            with self.assertRaises(ValidationError):
                self.segment(scheme, "Wrong", conditions=[(self.revenue, "window", ">=", value)])

    def test_a_rule_on_an_archived_indicator_keeps_its_members(self):
        self.run_jobs()
        measure = self.invoices.copy({"name": "Own", "code": False})
        measure.action_review()
        scheme, other = self.scheme_of(), self.scheme_of(name="Other")
        segment = self.segment(scheme, "Few", conditions=[(measure, "documents", "<", 5)])
        working = self.segment(other, "Everybody")
        self.assign()
        before = self.members(segment)
        self.assertEqual(before, [0, 1, 2, 3, 4, 5])
        measure.active = False
        self.people[0].city = "Wien"
        self.assign()
        self.assertEqual(self.members(segment), before)
        self.assertIn("Own", scheme.last_error)
        self.assertFalse(other.last_error)
        self.assertEqual(self.members(working), before)
        measure.active = True
        self.assign()
        self.assertFalse(scheme.last_error)

    def test_an_owner_who_leaves_is_said(self):
        boss = new_test_user(self.env, "segment_boss", groups="sales_team.group_sale_manager")
        scheme = self.scheme_of()
        segment = self.segment(scheme, "Mine")
        segment.with_user(boss).rule_domain = "[('monetary', '>', 0)]"
        self.assertEqual(segment.owner_id, boss)
        self.run_jobs()
        before = self.members(segment)
        boss.active = False
        self.assign()
        self.assertIn(boss.name, scheme.last_error)
        self.assertEqual(self.members(segment), before)


class TestSegmentRights(SegmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "segment_manager", groups="sales_team.group_sale_manager")
        cls.seller = new_test_user(cls.env, "segment_seller", groups="sales_team.group_sale_salesman")
        cls.employee = new_test_user(cls.env, "segment_employee", groups="base.group_user")
        cls.portal = new_test_user(cls.env, "segment_portal", groups="base.group_portal")
        cls.run_jobs()

    def test_whoever_writes_a_rule_owns_it(self):
        scheme = self.scheme_of()
        segment = self.segment(scheme.with_user(self.manager).with_context(default_owner_id=1), "Mine")
        created = (
            self.env["crm.segment"]
            .with_user(self.manager)
            .with_context(default_owner_id=1)
            .create({"name": "X", "scheme_id": scheme.id})
        )
        self.assertEqual(created.owner_id, self.manager)
        segment.condition_ids = [Command.create({"measure_id": self.revenue.id, "value": 1})]
        segment.condition_ids.with_user(self.manager).value = 2
        self.assertEqual(segment.owner_id, self.manager)
        system = self.env.ref("base.user_root")
        shipped = self.env.ref("crm_segmentation.segment_elastic_price").with_user(self.manager)
        self.assertEqual(shipped.owner_id, system)
        shipped.condition_ids[:1].unlink()
        self.assertEqual(shipped.owner_id, self.manager)
        shipped.write({"owner_id": system.id})
        self.assertEqual(shipped.owner_id, self.manager)
        self.assertEqual(shipped.copy().owner_id, self.manager)
        with self.assertRaises(AccessError):
            segment.with_user(self.seller).rule_domain = "[]"

    def test_a_hostile_rule_learns_nothing(self):
        """Who may write rules asks with own rights: a question about others' data is refused or finds nobody."""
        scheme = self.scheme_of()
        hostile = self.env["crm.segment"].with_user(self.manager)
        for domain in (
            "[('partner_id.user_ids.oauth_access_token', '!=', False)]",
            "[('partner_id.employee_ids.barcode', '=ilike', 'a%')]",
            "[('partner_id.signup_type', '!=', False)]",
            "[('partner_id.bank_ids.acc_number', '=ilike', 'D%')]",
        ):
            with self.subTest(domain=domain):
                try:
                    created = hostile.create({"name": "Oracle", "scheme_id": scheme.id, "rule_domain": domain})
                except (ValidationError, AccessError):
                    continue
                self.assign()
                self.assertFalse(created.member_ids)

    def test_others_companies_are_not_asked(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        scheme = self.scheme_of()
        segment = self.segment(scheme, "Everybody")
        segment.with_user(self.manager).rule_domain = "[('monetary', '>=', 0)]"
        self.env.cr.execute(
            "INSERT INTO crm_customer (partner_id, company_id, monetary) VALUES (%s, %s, 5)",
            [self.people[0].id, other.id],
        )
        self.assign()
        self.assertEqual(self.members(segment, other), [])
        self.assertEqual(self.members(segment), [0, 1, 2, 3, 4, 5])

    def test_built_on_restricted_figures_is_restricted_itself(self):
        group = self.env["res.groups"].create({"name": "Secret"})
        insider = new_test_user(self.env, "segment_insider", groups="sales_team.group_sale_salesman")
        insider.group_ids = [Command.link(group.id)]
        measure = self.invoices.copy({"name": "Secret Count", "code": False})
        measure.action_review()
        lists = self.scheme_of()
        secret = self.segment(lists, "Secret", conditions=[(measure, "documents", "<", 9)])
        derived = self.segment(lists, "Derived")
        derived.within_ids = secret
        first = self.scheme_of("exclusive")
        upper, rest = self.segment(first, "Upper"), self.segment(first, "Rest")
        upper.within_ids = derived
        plain = self.segment(lists, "Plain")
        self.assign()
        self.assertFalse((secret | derived | upper | rest | plain)._is_restricted())
        measure.group_ids = group
        self.assertEqual((secret | derived | upper | rest | plain)._is_restricted(), secret | derived | upper | rest)
        members = self.env["crm.segment.member"]
        for user, visible in ((self.seller, plain), (insider, secret | derived | upper | rest | plain)):
            found = members.with_user(user).search([("scheme_id", "in", (lists | first).ids)])
            self.assertEqual(found.segment_id.sudo(), visible.filtered("member_ids"), user.name)
            groups = members.with_user(user)._read_group(
                [("scheme_id", "in", (lists | first).ids)], ["segment_id"], ["__count"]
            )
            self.assertEqual({segment.id for segment, _count in groups}, set(visible.filtered("member_ids").ids))
        with self.assertRaises(AccessError):
            secret.with_user(self.seller).read(["name"])
        with self.assertRaises(AccessError):
            secret.member_ids[:1].with_user(self.seller).read(["partner_id"])
        cards = self.env["crm.customer"].with_user(self.seller)
        self.assertFalse(cards.search([("member_ids.segment_id", "=", secret.id)]))
        with self.assertRaises(ValidationError):
            self.scheme.on_card = False
            first.on_card = True
        measure.group_ids = False
        self.assertFalse(secret._is_restricted())

    def test_documents_only_some_may_read_restrict_too(self):
        lists = self.scheme_of()
        segment = self.segment(lists, "Ordered", "[('partner_id.sale_order_ids.amount_total', '>', 5)]")
        self.assertTrue(segment._is_restricted())
        self.assertIn(self.env.ref("sales_team.group_sale_salesman"), segment.restriction_ids.group_ids)

    def test_roles(self):
        lists = self.scheme_of()
        segment = self.segment(lists, "Everybody")
        self.assign()
        for user in (self.employee, self.portal):
            for model in ("crm.segment", "crm.segment.scheme", "crm.segment.member", "crm.segment.condition",
                          "crm.segment.exception", "crm.segment.version", "crm.segment.restriction"):  # fmt: skip
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        for model in ("crm.segment.mask", "crm.segment.pending", "crm.segment.layout"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.env.ref("base.user_admin")).search([])
        self.assertTrue(segment.with_user(self.seller).member_count)
        for values in ({"name": "X"}, {"rule_domain": "[]"}):
            with self.assertRaises(AccessError):
                segment.with_user(self.seller).write(values)
        with self.assertRaises(AccessError):
            self.env["crm.segment.exception"].with_user(self.seller).create(
                {"segment_id": segment.id, "partner_id": self.people[0].id, "reason": "x"}
            )
        with self.assertRaises(AccessError):
            segment.member_ids[:1].with_user(self.manager).write({"date_to": self.today})
