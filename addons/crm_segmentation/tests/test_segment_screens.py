from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .test_segment_rules import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentScreens(SegmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "screen_manager", groups="sales_team.group_sale_manager")
        cls.manager.write({"company_ids": [Command.link(cls.company.id)], "company_id": cls.company.id})
        cls.seller = new_test_user(cls.env, "screen_seller", groups="sales_team.group_sale_salesman")
        cls.run_jobs()

    # Preview

    def preview(self, segment):
        return segment.with_user(self.manager).with_company(self.company)._as_viewer()._preview_values()

    def test_preview_says_who_would_enter_and_leave(self):
        scheme = self.scheme_of("exclusive")
        upper = self.segment(scheme, "Upper", "[('monetary', '>=', 500)]", sequence=1)
        large = self.segment(scheme, "Large", "[('monetary', '>=', 300)]", sequence=2)
        self.assign()
        with Form(large.with_user(self.manager).with_company(self.company)) as form:
            self.assertIn("In it today: <b>2</b>", form.preview_html)
            form.rule_domain = "[('monetary', '>=', 400)]"
            self.assertIn("Leave: <b>1</b>", form.preview_html)
            self.assertIn("Customer 2", form.preview_html)
            form.rule_domain = "[('monetary', '<', 250)]"
            self.assertIn("Enter: <b>2</b>", form.preview_html)
            form.rule_domain = "[('nothing', '=', 1)]"
            self.assertIn("alert-warning", form.preview_html)
            form.rule_domain = "[('monetary', '>=', 300)]"
        found = self.preview(large)
        self.assertEqual((found["before"], found["after"], found["elsewhere"]), (2, 2, 2), "two fit and are above")
        self.assertEqual(self.members(upper), [4, 5], "a preview writes nothing")

    def test_preview_equals_what_the_job_then_does(self):
        lists = self.scheme_of()
        vip = self.segment(lists, "Base", "[('monetary', '>=', 200)]")
        self.assign()
        segment = self.segment(
            lists,
            "Rule",
            "[('partner_id.city', '=', 'Graz')]",
            [(self.revenue, "percentile", ">=", 50)],
            within_ids=vip,
        )
        found = self.preview(segment)
        self.assign()
        self.assertEqual(found["after"], len(self.members(segment)))
        self.assertEqual(self.preview(segment)["before"], found["after"])

    def test_preview_of_a_new_segment_and_of_names_that_are_markup(self):
        scheme = self.scheme_of()
        self.people[5].name = "<script>alert(1)</script>"
        segments = self.env["crm.segment"].with_user(self.manager).with_company(self.company)
        with Form(segments.with_context(default_scheme_id=scheme.id)) as form:
            form.name = "New"
            form.rule_domain = "[('monetary', '>=', 600)]"
            self.assertIn("Enter: <b>1</b>", form.preview_html)
            self.assertNotIn("<script>", form.preview_html)

    # What is missing

    def test_how_far_from_the_next_segment(self):
        scheme = self.scheme_of()
        self.segment(
            scheme,
            "Large in Linz",
            "[('monetary', '>=', 700), ('partner_id.city', '=', 'Linz')]",
            [(self.invoices, "window", ">=", 3)],
        )
        self.assign()
        card = self.card(self.people[5]).with_user(self.seller).with_company(self.company)
        lines = {line["segment"]: line["missing"] for line in card._reach_lines()}
        missing = lines["Large in Linz"]
        self.assertEqual(len(missing), 3)
        self.assertRegex(missing[0], r"100\.00")
        self.assertIn("Graz", missing[1])
        self.assertIn("2", missing[2])
        self.assertIn("Large in Linz", card.reach_html)
        poor = self.card(self.people[0]).with_user(self.seller).with_company(self.company)
        ranked = {line["segment"]: line["missing"] for line in poor._reach_lines()}
        self.assertTrue({"A", "B"} & ranked.keys(), "the next better class")

    # Overlaps

    def test_overlaps_and_gaps(self):
        scheme = self.scheme_of("exclusive")
        self.segment(scheme, "Large", "[('monetary', '>=', 400)]", sequence=1)
        self.segment(scheme, "Medium", "[('monetary', '>=', 300)]", sequence=2)
        values = scheme.with_company(self.company)._overlap_values(self.company)
        self.assertEqual(values["several"], 3)
        self.assertEqual(values["one"], 1)
        self.assertEqual([line["fits"] for line in values["segments"]], [3, 4])
        self.assertEqual([line["now"] for line in values["segments"]], [3, 1])
        self.assertEqual(values["pairs"], [{"names": "Large + Medium", "count": 3}])
        shown = scheme.with_context(crm_overlap=True).with_company(self.company).overlap_html
        self.assertIn("Largest overlaps", shown)
        self.assertFalse(scheme.overlap_html)
        self.assign()
        action = scheme.action_open_unassigned()
        outside = self.env["crm.customer"].search(action["domain"])
        self.assertIn(self.card(self.people[0]), outside)
        self.assertNotIn(self.card(self.people[5]), outside)

    # Over time

    def test_migration_between_two_days(self):
        scheme = self.scheme_of("exclusive")
        graz = self.segment(scheme, "Graz", "[('partner_id.city', '=', 'Graz')]")
        linz = self.segment(scheme, "Linz", "[('partner_id.city', '=', 'Linz')]")
        self.assign()
        self.people[0].city, self.people[1].city = "Linz", "Wien"
        later = fields.Datetime.now() + timedelta(days=40)
        with freeze_time(later):
            self.assign()
        report = self.env["crm.segment.migration"].with_context(
            crm_scheme_id=scheme.id,
            crm_date_from=fields.Date.to_string(self.today),
            crm_date_to=fields.Date.to_string(later.date()),
        )
        groups = report._read_group(
            [("company_id", "=", self.company.id)], ["from_segment_id", "to_segment_id"], ["__count"]
        )
        matrix = {(one.name or "-", two.name or "-"): count for one, two, count in groups}
        self.assertEqual(matrix, {("Graz", "Graz"): 4, ("Graz", "Linz"): 1, ("Graz", "-"): 1})
        self.assertEqual(report.search([("moved", "=", True)]).partner_id, self.people[0] | self.people[1])
        sizes = self.env["crm.segment.size"]
        with freeze_time(later):
            rows = sizes.search([("segment_id", "in", (graz | linz).ids), ("company_id", "=", self.company.id)])
            now = {row.segment_id.name: row.size for row in rows if row.month == later.date().replace(day=1)}
            self.assertEqual(now, {"Graz": 4, "Linz": 1})
            total = {row.segment_id: 0 for row in rows}
            for row in rows.sorted("month"):
                total[row.segment_id] += row.entered - row.left_count
                self.assertEqual(row.size, total[row.segment_id])
        self.assertFalse(self.env["crm.segment.migration"].with_context(crm_scheme_id="x; DROP").search([]))

    def test_the_window_of_migration_asks_for_days_that_make_sense(self):
        wizard = self.env["crm.segment.compare"].with_user(self.seller)
        with self.assertRaises(UserError):
            wizard.create({"scheme_id": self.scheme.id, "date_from": self.today, "date_to": self.today}).action_open()
        with self.assertRaises(UserError):
            wizard.create(
                {"scheme_id": self.scheme.id, "date_from": "1900-01-01", "date_to": "1900-02-28"}
            ).action_open()
        action = wizard.create({"scheme_id": self.scheme.id}).action_open()
        self.assertEqual(action["context"]["crm_scheme_id"], self.scheme.id)

    def test_reports_show_nothing_that_is_restricted_or_of_another_company(self):
        group = self.env["res.groups"].create({"name": "Secret"})
        scheme = self.scheme_of("exclusive")
        segment = self.segment(scheme, "Secret", conditions=[(self.invoices, "documents", ">", 0)])
        measure = self.invoices.copy({"name": "Secret", "code": False})
        measure.action_review()
        segment.condition_ids.measure_id = measure
        measure.group_ids = group
        self.env["crm.segment.scheme"]._refresh()
        self.env["crm.measure.value"].flush_model()
        seller = self.seller
        for model in ("crm.segment.size", "crm.segment.migration"):
            report = self.env[model].with_user(seller).with_context(crm_scheme_id=scheme.id)
            self.assertFalse(report.search([]).filtered(lambda row: row.scheme_id == scheme))
            with self.subTest(model=model):
                employee = new_test_user(self.env, f"plain_{model.split('.')[-1]}", groups="base.group_user")
                with self.assertRaises(Exception):  # noqa: B017
                    report.with_user(employee).search([])

    # Lists

    def test_segments_of_a_list_of_profiles_are_one_query(self):
        scheme = self.scheme_of()
        segments = [self.segment(scheme, f"S{n}") for n in range(3)]
        self.assign()
        cards = self.env["crm.customer"].search([("partner_id", "in", [p.id for p in self.people])])
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            cards.mapped("current_segment_ids")
        self.assertEqual(len(cards[0].current_segment_ids & self.env["crm.segment"].union(*segments)), 3)
        found = cards.search([("current_segment_ids", "in", segments[0].ids), ("company_id", "=", self.company.id)])
        self.assertEqual(found & cards, cards)
        self.assertFalse(cards.search([("current_segment_ids", "=", False)]) & cards)
        self.assertEqual(cards.search([("current_segment_ids", "ilike", "S1"), ("id", "in", cards.ids)]), cards)

    def test_reasons_of_a_list_cost_the_same_for_many(self):
        scheme = self.scheme_of()
        segment = self.segment(scheme, "All", "[('partner_id.city', '!=', False)]", [(self.revenue, "window", ">", 0)])
        self.assign()
        stays = segment.member_ids
        counts = []
        for some in (stays.browse(stays[:2].ids), stays.browse(stays.ids)):
            self.env.invalidate_all()
            some.mapped("partner_id.name")
            before = self.cr.sql_log_count
            some.mapped("why")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_ready_segmentations_work_as_they_are(self):
        ready = self.env["crm.segment.scheme"].search([("active", "=", False)])
        self.assertGreaterEqual(len(ready), 6)
        value = self.env.ref("crm_segmentation.scheme_relationship_value")
        value.action_unarchive()
        self.assertTrue(self.env.ref("crm_segmentation.scheme_relationship").active, "what it is built on")
        ready.action_unarchive()
        self.run_jobs()
        self.assertFalse(any(ready.mapped("last_error")), ready.mapped("last_error"))
        lifecycle = self.env.ref("crm_segmentation.scheme_lifecycle")
        self.assertEqual(
            len(lifecycle.segment_ids.member_ids.filtered(lambda m: m.company_id == self.company).partner_id),
            self.env["crm.customer"].search_count([("company_id", "=", self.company.id)]),
        )
        self.assertEqual(self.env["crm.segment.scheme"]._refresh(), 0)
        for segment in ready.segment_ids:
            self.assertTrue(segment.rule_text)
