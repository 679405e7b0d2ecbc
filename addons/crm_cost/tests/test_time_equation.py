from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from .common import CostCommon


class TestTimeEquation(CostCommon):
    """An order takes 8 minutes, 4 more for each of its lines, and 20 more when it is express."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.env.ref("crm_cost.measure_orders")
        cls.root = cls.env.ref("base.user_root")
        cls.a, cls.b = cls.customer("A"), cls.customer("B")
        cls.entry((cls.pool_account, 1000))
        cls.pool = cls.make_pool(capacity=1000, minutes=8, measure=cls.orders)
        cls.activity = cls.pool.activity_ids
        cls.product = cls.env["product.product"].create({"name": "Goods", "type": "service"})

    @classmethod
    def order(cls, partner, lines, day=None, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "date_order": f"{day or cls.month} 10:00:00",
                "order_line": [Command.create({"product_id": cls.product.id}) for _number in range(lines)]
                + [Command.create({"display_type": "line_note", "name": "Thank you"})],
                **values,
            }
        )

    @classmethod
    def term(cls, minutes, kind="condition", **values):
        return cls.env["crm.cost.activity.term"].create(
            {"activity_id": cls.activity.id, "kind": kind, "minutes": minutes, "owner_id": cls.root.id, **values}
        )

    @classmethod
    def equation(cls):
        return cls.term(4, "lines", field_path="order_line", name="Each line") | cls.term(
            20, domain="[('client_order_ref', '=', 'express')]", name="Express"
        )

    def minutes(self, period=None):
        period = period or self.compute()
        self.assertEqual(period.difference, 0)
        return {line.partner_id.name: line.minutes for line in period.line_ids if line.level == "activity"}

    # What is charged

    def test_lines_and_conditions_of_the_document(self):
        self.equation()
        self.order(self.a, 5), self.order(self.a, 1, client_order_ref="express"), self.order(self.b, 0)
        period = self.compute()
        self.assertEqual(self.minutes(period), {"A": 8 + 20 + 8 + 4 + 20, "B": 8})
        charged = {line.partner_id.name: (line.quantity, line.amount) for line in period.line_ids if line.activity_id}
        self.assertEqual(charged, {"A": (2, -60), "B": (1, -8)}, "notes are no lines")
        self.assertEqual((period.result_ids.used_minutes, period.result_ids.issue), (68, False))
        before = self.snapshot(period)
        period._compute_period()
        self.assertEqual(self.snapshot(period), before)

    def test_only_some_of_the_lines_count(self):
        self.term(4, "lines", field_path="order_line", domain="[('product_uom_qty', '>', 1)]")
        order = self.order(self.a, 3)
        order.order_line[0].product_uom_qty = 2
        self.assertEqual(self.minutes(), {"A": 12})

    def test_number_on_the_document_or_on_what_it_links_to(self):
        self.term(0.5, "number", field_path="amount_untaxed")
        self.term(2, "number", field_path="partner_id.color")
        self.a.color = 3
        order = self.order(self.a, 1)
        order.order_line.filtered("product_id").write({"price_unit": 10, "tax_ids": False})
        self.assertEqual(self.minutes(), {"A": 8 + 5 + 6})

    def test_conditions_reach_over_links(self):
        belgium = self.env.ref("base.be")
        self.a.country_id = belgium
        self.term(5, domain=f"[('partner_id.country_id', '=', {belgium.id}), ('order_line.product_uom_qty', '>', 0)]")
        self.order(self.a, 1), self.order(self.b, 1)
        self.assertEqual(self.minutes(), {"A": 13, "B": 8})

    def test_work_for_nobody_and_for_our_own_companies_is_no_customers(self):
        self.activity.measure_id = self.measure
        self.term(2, domain="[('name', '=', 'Request')]")
        self.requests(None, 2), self.requests(self.company.partner_id, 1), self.requests(self.a, 1)
        period = self.compute()
        lines = period.line_ids.filtered("activity_id")
        self.assertEqual(
            {(line.attribution, line.minutes) for line in lines}, {("none", 20), ("intercompany", 10), ("customer", 10)}
        )
        self.assertEqual(period.difference, 0)

    def test_contacts_below_a_company_are_that_company(self):
        self.equation()
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.a.id})
        self.order(contact, 1), self.order(self.a, 1)
        self.assertEqual(self.minutes(), {"A": 24})

    def test_documents_with_several_customers_are_divided(self):
        measure = self.env["crm.measure"].create(
            {
                "name": "Attended",
                "model_id": self.env["ir.model"]._get_id("calendar.event"),
                "partner_path": "partner_ids",
                "multi_customer": "shared",
                "date_field": "start",
                "company_path": False,
                "reviewed": True,
            }
        )
        self.activity.measure_id = measure
        self.term(60, "number", field_path="duration")
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": f"{self.month} 10:00:00",
                "stop": f"{self.month} 12:00:00",
                "partner_ids": [Command.set((self.a | self.b).ids)],
            }
        )
        self.assertEqual(self.minutes(), {"A": 64, "B": 64})

    def test_amounts_added_up_take_minutes_each_and_terms_once(self):
        measure = self.measure.copy(
            {"name": "Hours", "code": False, "aggregate": "sum", "value_field": "probability", "reviewed": True}
        )
        self.activity.measure_id = measure
        self.term(5, domain="[('name', '=', 'Long')]")
        leads = self.requests(self.a, 2)
        leads[0].write({"name": "Long", "probability": 3}), leads[1].write({"probability": 2})
        self.assertEqual(self.minutes(), {"A": 3 * 8 + 5 + 2 * 8})

    # Bad figures

    def test_minutes_below_zero_count_as_none_and_it_is_said(self):
        self.term(-10, domain="[('client_order_ref', '=', 'portal')]")
        self.term(-3, domain="[('client_order_ref', '=', 'mail')]")
        self.order(self.a, 1, client_order_ref="portal"), self.order(self.b, 1, client_order_ref="mail")
        period = self.compute()
        self.assertEqual(self.minutes(period), {"A": 0, "B": 5})
        self.assertRecordValues(period.result_ids, [{"issue": "doubtful", "doubtful": 1}])
        self.assertIn("impossible", self.pool.hint)

    def test_what_is_no_number_spoils_its_own_document_only(self):
        self.term(1, "number", field_path="amount_untaxed")
        broken, good = self.order(self.a, 0), self.order(self.b, 0)
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET amount_untaxed = 'NaN' WHERE id = %s", [broken.id])
        self.env.cr.execute("UPDATE sale_order SET amount_untaxed = NULL WHERE id = %s", [good.id])
        self.env.invalidate_all()
        period = self.compute()
        self.assertEqual(self.minutes(period), {"A": 0, "B": 8})
        self.assertEqual(period.result_ids.doubtful, 1)

    def test_amounts_below_zero_take_no_time(self):
        measure = self.measure.copy(
            {"name": "Net", "code": False, "aggregate": "sum", "value_field": "color", "reviewed": True}
        )
        self.activity.measure_id = measure
        self.requests(self.a, 1).color = -3
        period = self.compute()
        self.assertEqual(self.minutes(period), {"A": 0})
        self.assertEqual(period.result_ids.doubtful, 1)

    @mute_logger("odoo.sql_db")
    def test_impossible_minutes_are_refused(self):
        version = {"activity_id": self.activity.id, "date_to": self.month}
        for values in ({"minutes_per_unit": -1}, {"minutes_per_unit": 1e10}):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["crm.cost.activity.version"].create({**version, **values})
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            self.term(float("nan"), domain="[('name', '=', 'x')]")
            self.env.flush_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.term(1e7, domain="[('name', '=', 'x')]")

    def test_terms_that_lead_nowhere_are_refused(self):
        for values in (
            {"domain": "[]"},
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "[('name', '=', uid)]"},
            {"domain": "__import__('os')"},
            {"kind": "lines"},
            {"kind": "lines", "field_path": "name"},
            {"kind": "lines", "field_path": "order_line", "domain": "[('nothing', '=', 1)]"},
            {"kind": "number", "field_path": "client_order_ref"},
            {"kind": "number", "field_path": "order_line.price_unit"},
            {"kind": "number", "field_path": "partner_id.nothing"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.term(1, **values)

    def test_days_have_no_terms(self):
        self.activity.measure_id = self.env.ref("crm_segmentation.measure_purchase_days")
        with self.assertRaises(ValidationError):
            self.term(1, domain="[('id', '>', 0)]")

    def test_other_documents_must_fit_the_terms(self):
        self.equation()
        with self.assertRaises(ValidationError):
            self.activity.measure_id = self.measure

    def test_activity_whose_terms_broke_is_not_charged_and_the_others_are(self):
        terms = self.equation()
        other = self.activity.copy({"name": "Other", "minutes_per_unit": 1})
        self.order(self.a, 1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_cost_activity_term SET field_path = 'gone' WHERE id = %s", [terms[0].id])
        self.env.invalidate_all()
        period = self.compute()
        self.assertEqual(period.line_ids.activity_id, other)
        self.assertEqual((period.result_ids.issue, period.difference), ("wrong_term", 0))

    def test_activity_whose_indicator_broke_does_not_stop_the_month(self):
        self.order(self.a, 1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_measure SET domain = %s WHERE id = %s", ["[('gone', '=', 1)]", self.orders.id])
        self.env.invalidate_all()
        period = self.compute()
        self.assertEqual((period.result_ids.issue, period.difference, period.last_error), ("broken", 0, False))

    def test_activity_without_documents_is_listed(self):
        self.assertFalse(self.activity.hint)
        self.compute()
        self.env.invalidate_all()
        self.assertIn("No documents", self.activity.hint)
        self.assertIn("No documents", self.pool.hint)

    # Versions

    def test_each_document_takes_the_version_of_its_day(self):
        self.equation()
        middle = fields.Date.add(self.month, days=9)
        version = self.env["crm.cost.activity.version"].create(
            {
                "activity_id": self.activity.id,
                "date_to": middle,
                "minutes_per_unit": 100,
                "term_ids": [
                    Command.create({"kind": "lines", "field_path": "order_line", "minutes": 10, "name": "Line"})
                ],
            }
        )
        self.order(self.a, 1, day=middle), self.order(self.a, 1, day=fields.Date.add(middle, days=1))
        self.order(self.b, 2, day=self.month)
        period = self.compute()
        self.assertEqual(self.minutes(period), {"A": 110 + 12, "B": 120})
        self.assertEqual({line.quantity for line in period.line_ids if line.activity_id}, {1, 2})
        self.assertEqual(version.term_ids.activity_id, self.activity)
        self.assertEqual(len(self.activity.term_ids), 2, "terms of a version are not those of today")
        version.date_to = fields.Date.subtract(self.month, days=1)
        self.assertEqual(self.minutes(), {"A": 24, "B": 16})

    def test_changing_from_a_month_on_keeps_the_past(self):
        self.equation()
        self.order(self.a, 1)
        self.activity.action_new_version()
        self.activity.minutes_per_unit = 500
        self.activity.term_ids.unlink()
        self.assertEqual(self.minutes(), {"A": 12})
        self.assertRecordValues(self.activity.version_ids, [{"date_to": self.month_end, "minutes_per_unit": 8}])
        self.assertEqual(len(self.activity.version_ids.term_ids), 2)
        with self.assertRaises(UserError):
            self.activity.action_new_version()

    # Trial

    def test_trial_shows_real_documents_with_their_minutes(self):
        self.equation()
        order = self.order(self.a, 5, client_order_ref="express")
        for _number in range(11):
            self.order(self.b, 0)
        self.env.flush_all()
        html = str(self.activity.with_user(self.trier()).trial_html)
        self.assertEqual(html.count("/odoo/sale.order/"), 10)
        self.env["sale.order"].search([("partner_id", "=", self.b.id)]).unlink()
        self.activity.invalidate_recordset()
        html = str(self.activity.with_user(self.trier()).trial_html)
        for text in (order.name, "Each line", "Express", ">48<"):
            self.assertIn(text, html.replace(" ", "").replace("\n", "") if text.startswith(">") else html)

    def test_trial_of_an_unsaved_equation(self):
        self.order(self.a, 3)
        with Form(self.activity.with_user(self.trier())) as form:
            with form.term_ids.new() as term:
                term.kind = "lines"
                term.field_path = "order_line"
                term.minutes = 7
            self.assertIn("29", str(form.trial_html))
        self.assertEqual(self.activity.term_ids.owner_id.login, "trier")

    def test_trial_shows_nobody_more_than_he_may_see(self):
        self.order(self.a, 1)
        finance = new_test_user(self.env, "finance", "crm_cost.group_profit_manager", company_id=self.company.id)
        self.assertIn("may not read these documents", str(self.activity.with_user(finance).trial_html))
        own = new_test_user(
            self.env,
            "own",
            "crm_cost.group_profit_manager,sales_team.group_sale_salesman",
            company_id=self.company.id,
        )
        self.order(self.b, 1, user_id=own.id), self.order(self.a, 1, user_id=self.trier().id)
        self.env.flush_all()
        html = str(self.activity.with_user(own).trial_html)
        self.assertNotIn(f'/sale.order/{self.env["sale.order"].search([("user_id", "=", self.trier().id)]).id}"', html)

    def trier(self):
        login = "trier"
        return self.env["res.users"].search([("login", "=", login)]) or new_test_user(
            self.env,
            login,
            "crm_cost.group_profit_manager,sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    # Rights

    def test_term_asks_only_about_what_its_owner_may_read(self):
        """It is computed as the system: without a check the minutes would answer any question about any field."""
        finance = new_test_user(self.env, "finance", "crm_cost.group_profit_manager", company_id=self.company.id)
        values = {"activity_id": self.activity.id, "minutes": 1}
        terms = self.env["crm.cost.activity.term"].with_user(finance)
        with self.assertRaisesRegex(ValidationError, "may not read"), self.env.cr.savepoint():
            terms.create({**values, "domain": "[('client_order_ref', '=', 'x')]"})
        trier = self.trier()
        terms = terms.with_user(trier)
        terms.create({**values, "domain": "[('client_order_ref', '=', 'x')]"})
        for domain in (
            "[('partner_id.user_ids.password', 'like', 'a')]",
            "[('partner_id.user_ids.totp_secret', '!=', False)]",
            "[('user_id.password', 'like', 'a')]",
        ):
            with self.subTest(domain), self.assertRaises(UserError), self.env.cr.savepoint():
                terms.create({**values, "domain": domain})

    def test_nobody_asks_with_somebody_elses_rights(self):
        finance = new_test_user(self.env, "finance", "crm_cost.group_profit_manager", company_id=self.company.id)
        term = self.term(1, domain="[('client_order_ref', '=', 'x')]")
        with self.assertRaisesRegex(ValidationError, "may not read"), self.env.cr.savepoint():
            term.with_user(finance).domain = "[('client_order_ref', '=', 'y')]"
        with self.assertRaises(UserError), self.env.cr.savepoint():
            term.with_user(finance).owner_id = self.env.ref("base.user_admin")
        term.with_user(finance).minutes = 2
        self.assertEqual(term.owner_id, self.root, "minutes ask nothing")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["crm.cost.activity.term"].with_user(self.trier()).create(
                {
                    "activity_id": self.activity.id,
                    "minutes": 1,
                    "domain": "[('client_order_ref', '=', 'x')]",
                    "owner_id": self.env.ref("base.user_admin").id,
                }
            )

    def test_owner_who_lost_the_right_charges_nothing(self):
        trier = self.trier()
        self.env["crm.cost.activity.term"].with_user(trier).create(
            {"activity_id": self.activity.id, "minutes": 1, "domain": "[('client_order_ref', '=', 'x')]"}
        )
        self.order(self.a, 1)
        self.assertEqual(self.minutes(), {"A": 8})
        trier.group_ids -= self.env.ref("sales_team.group_sale_manager")
        self.env.flush_all()
        self.assertEqual(self.compute().result_ids.issue, "wrong_term")

    def test_other_companies_see_no_terms(self):
        self.equation()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "crm_cost.group_profit_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in ("activity.term", "activity.version", "pool.service", "pool.month"):
            found = self.env[f"crm.cost.{model}"].with_user(stranger).search([])
            self.assertFalse(found, model)

    # Timesheets

    def test_recorded_time_needs_timesheets(self):
        with self.assertRaisesRegex(ValidationError, "counts no timesheets"):
            self.activity.time_source = "timesheet"

    # Speed

    def test_month_takes_one_statement_an_activity(self):
        self.equation()
        self.order(self.a, 2)
        period = self.compute()

        def statements():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            period._compute_period()
            return self.env.cr.sql_log_count - before

        # Both times there is something to write.
        self.order(self.customer("C"), 3)
        few = statements()
        for number in range(12):
            self.order(self.customer(f"C{number}"), 3)
        self.assertLessEqual(statements(), few + 5, "nothing that grows with the documents")

    def test_lists_do_not_grow_with_their_rows(self):
        spec = {"name": {}, "hint": {}, "minutes_per_unit": {}}
        for model in ("crm.cost.activity", "crm.cost.pool"):
            records = self.env[model]
            fields_spec = {name: value for name, value in spec.items() if name in records._fields}
            counts = []
            for number in (1, 6):
                while records.search_count([]) < number:
                    self.pool.copy({"name": "More"}) if model == "crm.cost.pool" else self.activity.copy()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                records.web_search_read([], fields_spec, limit=number)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(model):
                self.assertLessEqual(counts[1], counts[0] + 1)
