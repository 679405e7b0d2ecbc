from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user
from odoo.tools import SQL

from ..models import crm_measure_preview, crm_preview_mixin
from .common import InsightCommon


class TestPreview(InsightCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = new_test_user(
            cls.env,
            "preview_viewer",
            groups="sales_team.group_sale_manager,account.group_account_invoice",
            company_id=cls.company.id,
            lang="en_US",
        )
        cls.partner = cls.customer("Blue <b>Ltd</b>")
        cls.moves = cls.env["ir.model"]._get("account.move")

    def measure(self, **values):
        """Return an indicator in memory as the viewer types it: untaxed customer invoices, unless said otherwise."""
        return (
            self.env["crm.measure"]
            .with_user(self.viewer)
            .new(
                {
                    "name": "Typed",
                    "model_id": self.moves.id,
                    "domain": "[('state', '=', 'posted'), ('move_type', '=', 'out_invoice')]",
                    "partner_path": "commercial_partner_id",
                    "date_field": "invoice_date",
                    "aggregate": "sum",
                    "value_field": "amount_untaxed_signed",
                    "is_monetary": True,
                    **values,
                }
            )
        )

    def shown(self, **values):
        return str(self.measure(**values).preview_html)

    def test_figures_and_examples_of_what_is_typed(self):
        invoice = self.invoice(self.partner, 40, days=10)
        self.invoice(self.partner, 60, days=400)
        self.invoice(self.partner, 1000, days=-5)
        values = self.measure()._as_viewer()._preview_values()
        self.assertEqual((values["documents"], values["customers"]), (2, 1))
        self.assertIn("100.00", values["figure"])
        self.assertIn("40.00", values["figure_window"])
        first = values["examples"][0]
        self.assertEqual((first["name"], first["url"]), (invoice.name, f"/odoo/account.move/{invoice.id}"))
        self.assertIn("40.00", first["amount"])
        self.assertEqual(first["customer"], "Blue <b>Ltd</b>")

    def test_names_users_typed_are_text(self):
        self.invoice(self.partner, 40)
        html = self.shown()
        self.assertIn("Blue &lt;b&gt;Ltd", html)
        self.assertNotIn("<b>Ltd", html)

    def test_ten_examples_at_most_the_latest_first(self):
        for days in range(1, 13):
            self.invoice(self.partner, days, days=days)
        values = self.measure()._as_viewer()._preview_values()
        self.assertEqual(values["documents"], 12)
        self.assertEqual(len(values["examples"]), 10)
        self.assertIn("1.00", values["examples"][0]["amount"])

    def test_form_shows_the_preview_before_anything_is_saved(self):
        self.invoice(self.partner, 40)
        before = self.env["crm.measure"].search_count([])
        form = Form(self.env["crm.measure"].with_user(self.viewer))
        self.assertIn("Choose the documents", str(form.preview_html))
        form.model_id = self.moves
        form.partner_path = "commercial_partner_id"
        form.date_field = "invoice_date"
        form.domain = "[('move_type', '=', 'out_invoice')]"
        self.assertIn("Latest documents", str(form.preview_html))
        form.domain = "[('no_such_field', '=', 1)]"
        self.assertIn("no_such_field", str(form.preview_html))
        self.env.flush_all()
        self.assertEqual(self.env["crm.measure"].search_count([]), before)

    def test_looking_loses_nothing_that_waits_to_be_written(self):
        """The queries of a preview write what is pending, and the preview is undone."""
        lead = self.env["crm.lead"].create({"name": "Lead", "partner_id": self.partner.id})
        self.env.flush_all()
        other = self.env["res.partner"].create({"name": "Other"})
        measure = self.measure(
            model_id=self.env["ir.model"]._get("crm.lead"),
            domain="[]",
            partner_path="partner_id.commercial_partner_id",
            date_field="create_date",
            aggregate="count",
            value_field=False,
            is_monetary=False,
        )
        lead.partner_id = other
        self.assertTrue(measure.preview_html)
        self.env.invalidate_all()
        self.assertEqual(lead.partner_id, other)

    def test_nobody_sees_more_than_their_own_documents(self):
        orders = self.env["ir.model"]._get("sale.order")
        seller = new_test_user(
            self.env, "preview_seller", groups="sales_team.group_sale_salesman", company_id=self.company.id
        )
        self.env["sale.order"].create(
            [{"partner_id": self.partner.id, "user_id": user.id} for user in (seller, self.viewer)]
        )
        measure = self.env["crm.measure"].create(
            {"name": "Orders", "model_id": orders.id, "date_field": "create_date", "reviewed": True}
        )
        everything = measure.with_user(self.viewer)._as_viewer()._preview_values()
        own = measure.with_user(seller)._as_viewer()._preview_values()
        self.assertEqual((everything["documents"], own["documents"]), (2, 1))
        self.assertEqual(len(own["examples"]), 1)
        seller_html = str(measure.with_user(seller).sudo().preview_html)
        self.assertIn("<b>1</b> documents", seller_html)

    def test_private_meetings_of_others_show_nothing(self):
        organizer = new_test_user(self.env, "preview_organizer", groups="base.group_user")
        times = {"start": "2026-01-02 10:00:00", "stop": "2026-01-02 11:00:00"}
        meetings = self.env["calendar.event"].create(
            [
                {
                    **times,
                    "name": f"Talk about {privacy}",
                    "privacy": privacy,
                    "user_id": organizer.id,
                    "partner_ids": [Command.set(self.partner.ids)],
                }
                for privacy in ("public", "private")
            ]
        )
        typed = {"aggregate": "distinct", "value_field": "name", "is_monetary": False, "company_path": False}
        shown = self.shown(
            **typed,
            model_id=self.env["ir.model"]._get_id("calendar.event"),
            domain=str([("id", "in", meetings.ids)]),
            partner_path="partner_ids",
            date_field="start",
        )
        self.assertIn("Talk about public", shown)
        self.assertNotIn("Talk about private", shown)
        shown = self.shown(
            **{**typed, "value_field": "event_id.name"},
            model_id=self.env["ir.model"]._get_id("calendar.attendee"),
            domain=str([("event_id", "in", meetings.ids)]),
            partner_path="partner_id",
            date_field="create_date",
        )
        self.assertIn("Talk about public", shown)
        self.assertNotIn("Talk about private", shown)

    def test_documents_one_may_not_read_are_not_counted(self):
        self.invoice(self.partner, 40)
        reader = new_test_user(
            self.env, "preview_reader", groups="crm_segmentation.group_insight_read", company_id=self.company.id
        )
        html = str(self.revenue.with_user(reader).preview_html)
        self.assertIn("may not read", html)
        self.assertNotIn("40.00", html)

    def test_fields_one_may_not_read_are_refused(self):
        html = self.shown(
            model_id=self.env["ir.model"]._get_id("res.partner"),
            partner_path="commercial_partner_id",
            domain="[('signup_type', '!=', False)]",
            date_field="create_date",
            company_path=False,
            aggregate="count",
        )
        self.assertIn("restricted", html)

    def test_what_is_wrong_is_said_in_words(self):
        for wrong, words in (
            ({"domain": "not a domain"}, "filter"),
            ({"domain": "[('no_such_field', '=', 1)]"}, "no_such_field"),
            ({"domain": "[('partner_id', '=', "}, "filter"),
            ({"domain": str(["|"] * 1199 + [("id", "=", i) for i in range(1200)])}, "No document"),
            ({"partner_path": "journal_id"}, "must end at"),
            ({"partner_path": "nowhere.at_all"}, "no field"),
            ({"partner_path": False}, "no field"),
            ({"date_field": "name"}, "no stored date"),
            ({"value_field": "name"}, "no stored number"),
            ({"value_field": False}, "no stored number"),
            ({"aggregate": "median", "value_source": "elapsed"}, "no stored date"),
            ({"kind": "ratio"}, "needs two indicators"),
        ):
            with self.subTest(wrong=str(wrong)[:60]):
                html = self.shown(**wrong)
                self.assertIn(words, html)
                self.assertNotIn("Traceback", html)
        self.assertTrue(self.env["res.partner"].search_count([]), "the transaction goes on")

    def test_a_ratio_shows_both_parts_and_the_quotient(self):
        self.invoice(self.partner, 75, days=10)
        self.invoice(self.partner, 25, days=10, move_type="out_refund")
        values = (
            self.measure(kind="ratio", numerator_id=self.credit_notes.id, denominator_id=self.invoices.id)
            ._as_viewer()
            ._preview_values()
        )
        self.assertEqual([part["numbers"][0] for part in values["parts"]], [25, 1])
        self.assertIn("2,500", values["figure"])

    def test_a_ratio_of_nothing_is_no_number(self):
        values = (
            self.measure(kind="ratio", numerator_id=self.credit_notes.id, denominator_id=self.invoices.id)
            ._as_viewer()
            ._preview_values()
        )
        self.assertEqual(values["figure"], "nothing to divide by")

    def test_a_slow_statement_is_stopped_and_the_form_goes_on(self):
        self.patch(crm_preview_mixin, "PREVIEW_SECONDS", 0.05)
        measure = self.measure()._as_viewer()
        slow = SQL("SELECT 1 AS document_id, 1 AS partner_id, DATE '2020-01-01' AS day, 1 AS amount FROM PG_SLEEP(2)")
        self.patch(type(measure), "_preview_rows_sql", lambda _measure: slow)
        values = measure._preview_values()
        self.assertTrue(values["slow"])
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0", "the setting ends with the preview")

    def test_a_costly_filter_is_announced(self):
        self.assertFalse(self.measure()._as_viewer()._preview_values()["costly"])
        self.patch(crm_measure_preview, "COSTLY", 0)
        self.assertTrue(self.measure()._as_viewer()._preview_values()["costly"])
        self.assertIn("read a lot", self.shown())


class TestUsage(InsightCommon):
    def test_whatever_links_to_an_indicator_is_shown_and_holds_it(self):
        measure = self.env["crm.measure"].create(
            {
                "name": "Parts",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "reviewed": True,
            }
        )
        self.assertFalse(measure.is_used)
        self.assertIn(measure, self.env["crm.measure"].search([("is_used", "=", False)]))
        ratio = self.env["crm.measure"].create(
            {"name": "Ratio <i>", "kind": "ratio", "numerator_id": measure.id, "denominator_id": measure.id}
        )
        measure.invalidate_recordset()
        self.assertTrue(measure.is_used)
        self.assertIn(measure, self.env["crm.measure"].search([("is_used", "=", True)]))
        self.assertIn(f"/odoo/crm.measure/{ratio.id}", measure.usage_html)
        self.assertIn("Ratio &lt;i&gt;", measure.usage_html)
        with self.assertRaisesRegex(UserError, "in use"):
            measure.unlink()
        (ratio | measure).unlink()

    def test_values_are_no_use_of_an_indicator(self):
        self.invoice(self.customer(), 10)
        self.run_jobs()
        self.assertTrue(self.invoices.value_ids)
        names = {model._name for model, _field in self.invoices._usage_fields()}
        self.assertNotIn("crm.measure.value", names)
        self.assertNotIn("crm.measure.missing.rate", names)
        self.assertIn("crm.segment.scheme", names)

    def test_uses_one_may_not_see_are_counted_when_deleting(self):
        plain = new_test_user(self.env, "usage_plain", groups="base.group_user")
        scheme = self.env["crm.segment.scheme"].search([], limit=1)
        sentence = self.revenue.with_user(plain)._usage_sentence(scheme.with_user(plain))
        self.assertIn("may not see", sentence)
        self.assertNotIn(scheme.name, sentence)

    def test_only_documents_of_customers_are_offered(self):
        offered = self.env["ir.model"].search([("crm_is_document", "=", True)]).mapped("model")
        for name in ("account.move", "sale.order", "crm.lead", "calendar.event", "crm.purchase", "crm.reply"):
            self.assertIn(name, offered)
        for name in ("crm.customer", "crm.measure.value", "ir.cron", "res.currency", "mail.message", "crm.start"):
            self.assertNotIn(name, offered)
        self.assertTrue(self.env["ir.model"]._get("sale.order").crm_is_document)

    def test_missing_rates_are_on_the_form(self):
        partner = self.customer()
        foreign = self.env["res.currency"].create({"name": "XTS", "symbol": "x", "rounding": 0.01})
        self.env["product.pricelist"].create({"name": "Foreign", "currency_id": foreign.id})
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": self.product_a.id, "price_unit": 10})],
            }
        )
        order.currency_id = foreign
        measure = self.env["crm.measure"].create(
            {
                "name": "Foreign",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "date_field": "date_order",
                "aggregate": "sum",
                "value_field": "amount_untaxed",
                "is_monetary": True,
                "reviewed": True,
            }
        )
        measure._refresh_missing_rates()
        self.assertEqual(measure.missing_rate_ids.currency_id, foreign)


class TestSuggestions(InsightCommon):
    def test_documents_propose_their_usual_fields(self):
        form = Form(self.env["crm.measure"])
        form.name = "Orders"
        form.model_id = self.env.ref("sale.model_sale_order")
        self.assertEqual(
            (form.partner_path, form.date_field, form.company_path, form.user_path, form.team_path),
            ("partner_id", "date_order", "company_id", "user_id", "team_id"),
        )
        form.domain = "[('state', '=', 'sale')]"
        form.model_id = self.env.ref("calendar.model_calendar_event")
        self.assertEqual((form.partner_path, form.date_field, form.company_path), ("partner_ids", "start", False))
        self.assertEqual(form.domain, "[]", "the filter was about other documents")
        self.assertEqual(form.save().method, "Number of documents")

    def test_opening_an_indicator_proposes_nothing(self):
        before = self.revenue.read(["domain", "partner_path", "date_field", "user_path"])
        with Form(self.revenue) as form:
            form.description = "Other words"
        self.assertEqual(self.revenue.read(["domain", "partner_path", "date_field", "user_path"]), before)
