from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS
from odoo.tests import Form, new_test_user

from .common_measure import MeasureCommon


def nested(levels):
    """Return a filter whose alternations are nested one in the other."""
    items = [("name", "=", "x")]
    for number in range(levels):
        items = ["&|"[number % 2], ("name", "!=", f"y{number}"), *items]
    return str(items)


class TestCrmMeasureCheck(MeasureCommon):
    """What is wrong is said in words, wherever it is typed."""

    def assertRefused(self, words, model="account.move", **values):
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            self.measure(model, **values)

    def test_words_for_what_is_wrong(self):
        self.assertRefused("has no field gone", partner_path="gone")
        self.assertRefused("has no field gone", partner_path="partner_id.gone")
        self.assertRefused("ends at Journal", partner_path="journal_id")
        self.assertRefused("leads nowhere", partner_path="name")
        self.assertRefused("no stored date", date_field="name")
        self.assertRefused("no stored number", aggregate="sum", value_field="name")
        self.assertRefused("no stored number", aggregate="median", value_field=False)
        self.assertRefused("no stored link", aggregate="distinct", value_field="line_ids.product_id")
        self.assertRefused("has no field gone", aggregate="distinct", value_field="gone.product_id")
        self.assertRefused("no stored value", aggregate="distinct", value_field="narration")
        self.assertRefused("end at: Companies", company_path="journal_id")
        self.assertRefused("end at: User", user_path="partner_id")
        self.assertRefused("end at: Sales Team", team_path="invoice_user_id")
        self.assertRefused("several records", partner_path="line_ids.move_id.line_ids.partner_id")
        self.assertRefused("path to the company", aggregate="sum", value_field="amount_total", company_path=False)
        self.assertRefused("at most 36525 days", window_days=10**8)

    def test_paths_that_work(self):
        for values in (
            {"partner_path": "line_ids.partner_id", "user_path": "line_ids.move_id.invoice_user_id"},
            {"company_path": "journal_id.company_id", "team_path": "invoice_user_id.sale_team_id"},
            {"aggregate": "distinct", "value_field": "partner_id.country_id"},
        ):
            self.figures(self.measure(**values))

    def test_a_filter_of_1200_alternations(self):
        flat = str(["|"] * 1199 + [("ref", "=", f"x{number}") for number in range(1200)])
        measure = self.measure(domain=flat)
        self.figures(measure)
        self.assertFalse(
            self.env["account.move"].search(measure._documents_action(self.customer(), self.company)["domain"])
        )

    def test_a_filter_nested_1200_times_is_refused_in_words(self):
        deep = nested(1200)
        self.assertRefused("nested too deep", domain=deep)
        measure = self.measure()
        with self.assertRaisesRegex(ValidationError, "nested too deep"), self.cr.savepoint():
            measure.domain = deep
        with self.assertRaisesRegex(ValidationError, "nested too deep"), self.cr.savepoint(), Form(measure) as form:
            form.domain = deep
        spec = {"domain": {}, "refresh_mode": {}, "rights_note": {}}
        changed = self.env["crm.measure"].onchange({**measure.read(["domain"])[0], "domain": deep}, ["domain"], spec)
        self.assertIn("value", changed)
        result = self.env["crm.measure"].load(
            ["name", "model_id/.id", "domain"], [["X", str(measure.model_id.id), deep]]
        )
        self.assertFalse(result["ids"])
        self.assertIn("nested too deep", result["messages"][0]["message"])
        self.assertRefused("cannot be used", domain="[" * 1200 + "]" * 1200)
        self.assertRefused("cannot be used", domain="[('name', 'in', " + "(" * 5000 + ")" * 5000 + ")]")
        self.assertRefused("too long", domain=str([("name", "=", "x" * 200_000)]))

    def test_filters_thirty_deep_work(self):
        self.figures(self.measure(domain=nested(30), partner_path="commercial_partner_id"))
        deep = "[('partner_id', 'any', " * 31 + "[]" + ")]" * 31
        self.assertRefused(
            "nested too deep",
            domain=deep.replace("partner_id", "parent_id"),
            model="res.partner",
            partner_path="commercial_partner_id",
            company_path="company_id",
        )

    def test_what_is_no_filter(self):
        for wrong in ("1", "{}", "not a filter", "['|']", "[1]", "[('name', 'maybe', 1)]", "['!']", "'name'", "[[[]]]"):
            with self.subTest(wrong=wrong):
                self.assertRefused("cannot be used", domain=wrong)

    def test_fields_that_differ_by_company_are_refused(self):
        model = {"model": "res.partner", "partner_path": "commercial_partner_id"}
        self.assertRefused("another value in each company", domain="[('credit_limit', '>', 5)]", **model)
        self.assertRefused("another value", domain="[('parent_id.credit_limit', '>', 5)]", **model)
        self.assertRefused("another value", domain="[('parent_id', 'any', [('credit_limit', '>', 5)])]", **model)
        self.assertRefused("another value", aggregate="sum", value_field="credit_limit", **model)

    def test_secrets_are_no_matter_of_guessing(self):
        self.patch(self.env["res.users"]._fields["signature"], "groups", NO_ACCESS)
        users = {"model": "res.users", "company_path": "company_id"}
        for path in ("signature", "partner_id.user_ids.signature", "create_uid.signature"):
            with self.subTest(path=path):
                self.assertRefused("restricted: nobody", domain=str([(path, "=like", "a%")]), **users)
        inside = "[('partner_id', 'any', [('user_ids', 'not any', [('signature', '=', 'a')])])]"
        self.assertRefused("restricted: nobody", domain=inside, **users)
        self.assertRefused("restricted: nobody", aggregate="distinct", value_field="create_uid.signature", **users)
        self.assertRefused("not stored", domain="[('password', '=like', 'a%')]", **users)
        self.assertRefused("no stored value", aggregate="distinct", value_field="create_uid.password", **users)

    def test_owners_ask_only_about_fields_they_may_read(self):
        seller = new_test_user(self.env, "check_seller", groups="sales_team.group_sale_manager", name="Sally")
        restricted = self.env["crm.lead"]._fields["expected_revenue"]
        self.patch(restricted, "groups", "base.group_system")
        for values in (
            {"domain": "[('expected_revenue', '>', 1000)]"},
            {"domain": "[('partner_id.opportunity_ids.expected_revenue', '>', 1000)]"},
            {"aggregate": "sum", "value_field": "expected_revenue", "company_path": False},
        ):
            self.assertRefused("Sally may not read", "crm.lead", owner_id=seller.id, reviewed=False, **values)
            self.measure("crm.lead", owner_id=seller.id, reviewed=True, **values)

    def test_mails_are_for_reviewed_indicators(self):
        seller = new_test_user(self.env, "check_mailer", groups="sales_team.group_sale_manager")
        mails = {"partner_path": "author_id", "date_field": "date", "company_path": False}
        self.assertRefused("administrator reviewed", "mail.message", owner_id=seller.id, reviewed=False, **mails)
        partner = self.customer()
        partner.message_post(body="x", author_id=partner.id)
        row = self.figure(self.measure("mail.message", **mails), partner, self.env["res.company"])
        self.assertEqual(row["documents"], 1)

    def test_a_field_that_vanished_is_named_and_the_figures_stay(self):
        measure = self.measure()
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_measure SET date_field = 'gone' WHERE id = %s", (measure.id,))
        measure.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "gone is no stored date"):
            measure._passes()

    def test_plain_measures_and_why_others_are_not(self):
        self.assertEqual(self.revenue._plainness(), (True, ""))
        orders = {"model": "sale.order", "date_field": "date_order"}
        for words, values in (
            ("Not reviewed", {"reviewed": False}),
            ("no column", {"domain": "[('partner_id.country_id', '!=', False)]"}),
            ("no column", {"domain": "[('order_line', '!=', False)]"}),
            ("no column", {"company_path": "team_id.company_id"}),
            ("other records", {"domain": "[('partner_id', 'ilike', 'x')]"}),
            ("other records", {"domain": "[('partner_id', 'child_of', [1])]"}),
            ("moves with the days", {"domain": "[('date_order', '>=', '-1y')]"}),
            ("exchange rate", {"aggregate": "sum", "value_field": "amount_total"}),
            (
                "working schedule",
                {
                    "aggregate": "avg",
                    "value_source": "elapsed",
                    "elapsed_from": "create_date",
                    "elapsed_to": "date_order",
                    "elapsed_unit": "working_hours",
                },
            ),
            ("several tables", {"model": "sale.report", "date_field": "date"}),
        ):
            with self.subTest(words=words):
                plain, reason = self.measure(**{**orders, **values})._plainness()
                self.assertFalse(plain)
                self.assertIn(words, reason)
        for values in (
            {"domain": "[('date_order', '>=', '2024-02-29'), ('state', 'in', ('sale', 'done'))]"},
            {"partner_path": "partner_id.commercial_partner_id", "domain": "[('user_id', 'in', (1, 2))]"},
        ):
            self.assertEqual(self.measure(**{**orders, **values})._plainness(), (True, ""))

    def test_relative_dates_move_with_the_company(self):
        partner = self.customer()
        self.invoice(partner, 10, days=1)
        self.invoice(partner, 10, days=400)
        measure = self.measure(domain="[('state', '=', 'posted'), ('invoice_date', '>=', 'today -30d')]")
        self.assertEqual(self.figure(measure, partner)["documents"], 1)
