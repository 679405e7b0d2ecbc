from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import InsightCommon


class TestMonths(InsightCommon):
    """The chart of a customer's months answers what the reader may see, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer("Known")
        cls.this_month = cls.today.replace(day=1)
        cls.invoice(cls.partner, 100, days=0)
        cls.invoice(cls.partner, 40, days=0)
        cls.refund = cls.invoice(cls.partner, 30, days=0, move_type="out_refund")
        cls.old = cls.invoice(cls.partner, 70, days=cls.today.day + 35)
        cls.run_jobs()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.reader = cls.make_user("reader", "crm_segmentation.group_insight_read")
        cls.accountant = cls.make_user("books", "crm_segmentation.group_insight_read,account.group_account_invoice")

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(cls.env, f"months_{login}", groups=groups, company_id=company.id)

    def profile(self, user=None):
        return self.card(self.partner).with_user(user or self.seller)

    def offered(self, name, user=None):
        return {each["name"]: each["id"] for each in self.profile(user).get_months()["indicators"]}.get(name)

    def test_months_are_complete_and_oldest_first(self):
        chart = self.profile().get_months()
        self.assertEqual(chart["name"], "Invoiced Revenue")
        months = chart["months"]
        self.assertEqual(len(months), 24)
        self.assertEqual([month["month"] for month in months], sorted(month["month"] for month in months))
        self.assertEqual(months[-1]["month"], str(self.this_month))
        self.assertEqual((months[-1]["quantity"], months[-1]["documents"]), (110, 3))
        self.assertIn("110", months[-1]["text"])
        self.assertEqual(sum(month["quantity"] for month in months), 180)
        self.assertEqual(sum(month["documents"] for month in months), 4)
        self.assertIn(self.company.currency_id.name, chart["basis"])
        self.assertFalse(chart["is_empty"])

    def test_undefined_months_are_gaps_and_not_zeros(self):
        mean = self.revenue.copy({"name": "Mean", "aggregate": "avg", "reviewed": True})
        self.run_jobs()
        months = self.profile().get_months(self.offered("Mean"))["months"]
        self.assertIsNone(months[0]["quantity"])
        self.assertEqual(months[0]["text"], "–")
        self.assertAlmostEqual(months[-1]["quantity"], 110 / 3)
        value = self.value(mean, self.partner)
        self.assertEqual(value.before_text, "–")
        self.assertEqual(value.trend_text, "")

    def test_click_opens_exactly_the_documents_of_the_month(self):
        value = self.offered("Invoiced Revenue", self.accountant)
        profile = self.profile(self.accountant)
        for month in profile.get_months(value)["months"]:
            action = profile.action_open_month(value, month["month"])
            found = self.env[action["res_model"]].with_user(self.accountant).search(action["domain"])
            self.assertEqual(len(found), month["documents"])
            self.assertEqual(action["views"], [(False, "list"), (False, "form")], "a script opens it, not a button")
            if month["month"] == str(self.this_month):
                self.assertIn(self.refund, found)
                self.assertNotIn(self.old, found)

    def test_who_may_not_read_the_documents_is_not_led_to_them(self):
        self.assertFalse(self.profile(self.reader).get_months()["can_open"])
        self.assertTrue(self.profile(self.accountant).get_months()["can_open"])

    def test_month_must_be_a_month(self):
        value = self.offered("Invoiced Revenue")
        for month in ("", "yesterday", None, 5, "2026-13-01", "9999-12-31"):
            with self.subTest(month=month), self.assertRaises(UserError):
                self.profile().action_open_month(value, month)

    def test_customer_without_figures_has_an_empty_chart(self):
        self.env["crm.measure.value"].search([("partner_id", "=", self.partner.id)]).unlink()
        self.assertEqual(self.profile().get_months(), {"indicators": []})
        self.assertFalse(self.profile().indicator_ids)

    def test_documents_of_no_company_are_shown_and_marked(self):
        meetings = self.env["crm.measure"].create(
            {
                "name": "Meetings",
                "model_id": self.env["ir.model"]._get_id("calendar.event"),
                "partner_path": "partner_ids",
                "date_field": "start",
                "company_path": False,
                "reviewed": True,
            }
        )
        self.env["calendar.event"].create(
            {
                "name": "Talk",
                "start": f"{self.today} 08:00:00",
                "stop": f"{self.today} 09:00:00",
                "partner_ids": [Command.link(self.partner.id)],
            }
        )
        self.run_jobs()
        profile = self.profile()
        self.assertEqual(profile.get_months(self.offered("Meetings"))["months"][-1]["quantity"], 1)
        value = profile.indicator_ids.filtered(lambda each: each.measure_id.id == meetings.id)
        self.assertIn("No company", value.basis)
        self.assertEqual(profile.meeting_count, 1)
        self.assertIn(
            self.partner, self.env["calendar.event"].search(profile.action_open_meetings()["domain"]).partner_ids
        )

    def test_hidden_indicators_answer_like_missing_ones(self):
        group = self.env.ref("account.group_account_invoice")
        secret = self.revenue.copy({"name": "Secret", "reviewed": True, "group_ids": [Command.set(group.ids)]})
        self.run_jobs()
        self.env.invalidate_all()
        hidden = self.offered("Secret", self.accountant)
        self.assertTrue(hidden)
        self.assertIsNone(self.offered("Secret"))
        self.assertNotIn(secret.id, self.profile().indicator_ids.measure_id.ids)
        self.assertNotIn(
            secret.id,
            self.env["crm.measure.value"]
            .with_user(self.seller)
            .search(self.profile().action_open_indicators()["domain"])
            .measure_id.ids,
        )
        answers = set()
        for value_id in (hidden, 2**30):
            for attempt in (
                lambda value_id=value_id: self.profile().get_months(value_id),
                lambda value_id=value_id: self.profile().action_open_month(value_id, str(self.today)),
            ):
                with self.assertRaises(UserError) as refused:
                    attempt()
                answers.add((type(refused.exception), str(refused.exception)))
        self.assertEqual(len(answers), 1, "the answer must not tell a hidden indicator from one that does not exist")
        with self.assertRaises(AccessError):
            self.env["crm.measure.value"].browse(hidden).with_user(self.seller).action_open_documents()

    def test_values_of_another_customer_are_not_offered(self):
        other = self.customer("Other")
        self.invoice(other, 5)
        self.run_jobs()
        foreign = self.value(self.revenue, other).id
        with self.assertRaises(UserError):
            self.profile().get_months(foreign)
        with self.assertRaises(UserError):
            self.profile().action_open_month(foreign, str(self.today))

    def test_outsiders_are_refused_by_every_public_method(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        portal = self.make_user("portal", "base.group_portal")
        portal.partner_id.parent_id = self.partner
        outsiders = (
            self.make_user("employee", "base.group_user"),
            portal,
            self.make_user("stranger", "sales_team.group_sale_manager", elsewhere),
        )
        value_id = self.offered("Invoiced Revenue")
        for user in outsiders:
            profile = self.profile(user)
            value = self.env["crm.measure.value"].browse(value_id).with_user(user)
            attempts = {
                "months": lambda profile=profile: profile.get_months(),
                "months of": lambda profile=profile: profile.get_months(value_id),
                "open month": lambda profile=profile: profile.action_open_month(value_id, str(self.today)),
                "indicators": lambda profile=profile: profile.action_open_indicators(),
                "documents": lambda profile=profile: profile.action_open_documents(),
                "orders": lambda profile=profile: profile.action_open_orders(),
                "leads": lambda profile=profile: profile.action_open_leads(),
                "meetings": lambda profile=profile: profile.action_open_meetings(),
                "documents of a value": lambda value=value: value.action_open_documents(),
                "name": lambda profile=profile: profile.display_name,
                "read": lambda profile=profile: profile.read(["monetary"]),
                "value": lambda value=value: value.read(["window_text"]),
            }
            for way, attempt in attempts.items():
                self.env.invalidate_all()
                with self.subTest(user=user.login, way=way), self.assertRaises(AccessError):
                    attempt()

    def test_names_of_customers_are_found_by_readers_only(self):
        names = self.env["crm.customer"].with_user(self.seller).name_search("Known")
        self.assertEqual([name for _profile, name in names], ["Known"])
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.make_user("stranger", "sales_team.group_sale_manager", elsewhere)
        self.assertFalse(self.env["crm.customer"].with_user(stranger).name_search("Known"))
        for groups in ("base.group_user", "base.group_portal"):
            outsider = self.make_user(groups, groups)
            with self.assertRaises(AccessError):
                self.env["crm.customer"].with_user(outsider).name_search("Known")

    def test_figures_of_the_tab_open_what_they_count(self):
        profile = self.profile(self.accountant)
        for value in profile.indicator_ids:
            for period, documents in (
                ("window", value.documents_window),
                ("before", value.documents_before),
                ("lifetime", value.documents),
            ):
                action = value.with_context(period=period).action_open_documents()
                found = self.env[action["res_model"]].with_user(self.accountant).search_count(action["domain"])
                with self.subTest(measure=value.measure_id.name, period=period):
                    self.assertEqual(found, documents)


@tagged("post_install", "-at_install")
class TestMonthsWidget(HttpCase):
    def test_chart_in_the_browser(self):
        """Run the Hoot tests of this addon."""
        suite = 0
        for letter in "@crm_segmentation":
            suite = ((suite << 5) - suite + ord(letter)) & 0xFFFFFFFF
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite:08x}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
