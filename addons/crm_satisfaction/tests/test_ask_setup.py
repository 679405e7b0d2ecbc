from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .test_ask import NOW, AskCommon


@tagged("post_install", "-at_install")
class TestAskSetup(AskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.configurer = new_test_user(
            cls.env, "sat_configurer", groups="sales_team.group_sale_manager,crm_segmentation.group_insight_configure"
        )

    # What is typed

    def test_wrong_definitions_are_refused_with_a_sentence(self):
        for values, word in (
            ({"domain": "[('nothing', '=', 1)]"}, "nothing"),
            ({"domain": "no filter"}, "cannot be used"),
            ({"domain": "__import__('os')"}, "cannot be used"),
            ({"partner_path": "nobody_id"}, "no field nobody_id"),
            ({"partner_path": "company_id"}, "must end at"),
            ({"partner_path": "name"}, "leads nowhere"),
            ({"date_field": "name"}, "no stored date"),
            ({"date_field": False}, "no stored date"),
            ({"company_path": "partner_id"}, "must end at"),
            ({"model_id": False}, "Choose what must have happened"),
            ({"model_id": self.env["ir.model"]._get("crm.satisfaction.invite").id}, "holds no documents"),
            ({"trigger": "period", "customer_domain": "[('nothing', '=', 1)]"}, "nothing"),
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError) as error, self.env.cr.savepoint():
                self.asking.write(values)
            self.assertIn(word, str(error.exception))

    def test_numbers_are_checked_by_the_database(self):
        for values in (
            {"share_percent": 0},
            {"share_percent": 101},
            {"day_limit": -1},
            {"customer_limit": -1},
            {"hour_from": 20, "hour_to": 8},
            {"hour_to": 25},
            {"delay": -1},
            {"late_days": 0},
            {"every_months": 0},
            {"reminder_max": 6},
            {"reminder_days": 0},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.asking.write(values)
                self.env.flush_all()

    def test_the_problem_is_said_while_typing(self):
        form = Form(self.env["crm.satisfaction.program"].with_user(self.configurer))
        form.name, form.survey_id, form.trigger = "New", self.survey, "document"
        self.assertIn("Choose what must have happened", form.trigger_problem)
        form.occasion = "order"
        self.assertFalse(form.trigger_problem)
        self.assertEqual((form.partner_path, form.date_field), ("partner_id", "date_order"))
        form.partner_path = "nobody_id"
        self.assertIn("nobody_id", form.trigger_problem)
        form.partner_path = "partner_id"
        program = form.save()
        self.assertRecordValues(
            program, [{"model_name": "sale.order", "owner_id": self.configurer.id, "active": False}]
        )

    def test_a_saved_definition_is_its_owners_business(self):
        self.assertFalse(self.asking.with_user(self.reader).trigger_problem)
        form = Form(self.asking.with_user(self.configurer))
        form.date_field = "nothing"
        self.assertIn("nothing", form.trigger_problem)

    def test_occasions_are_those_of_the_installed_apps(self):
        offered = dict(self.env["crm.satisfaction.program"]._fields["occasion"]._description_selection(self.env))
        self.assertIn("order", offered)
        self.assertIn("meeting", offered)
        self.assertEqual("delivery" in offered, "stock.picking" in self.env)
        self.assertEqual("ticket" in offered, "helpdesk.ticket" in self.env)
        self.assertEqual("cycle" in offered, "followup_end" in self.env["crm.lead"]._fields)
        for code in offered:
            with self.subTest(occasion=code):
                program = self._schedule(code, trigger="document", occasion=code)
                self.assertFalse(program.trigger_problem)
                program._ask_due()

    # Rights

    def test_who_changes_the_filter_answers_for_it(self):
        self.assertTrue(self.asking.owner_id._is_superuser())
        self.asking.with_user(self.configurer).name = "Renamed"
        self.assertTrue(self.asking.owner_id._is_superuser())
        self.asking.with_user(self.configurer).domain = "[('state', '=', 'sale')]"
        self.assertEqual(self.asking.owner_id, self.configurer)
        with self.assertRaises(AccessError):
            self.asking.with_user(self.configurer).owner_id = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self.env["crm.satisfaction.program"].with_user(self.configurer).create(
                {
                    "name": "Theirs",
                    "survey_id": self.survey.id,
                    "question_id": self.question.id,
                    "owner_id": self.env.ref("base.user_admin").id,
                }
            )

    def test_nobody_moves_the_beginning_back(self):
        for values in ({"watch_from": "2020-01-01"}, {"last_error": False}, {"last_run_at": False}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.asking.with_user(self.configurer).write(values)
        self._order(self.contact)
        self.asking.with_user(self.configurer).write({"active": False, "date_from": "2020-01-01"})
        self.asking.with_user(self.configurer).active = True
        self.assertEqual(self._ask()[0], 0)

    def test_readers_and_salespersons_change_no_schedule_and_start_none(self):
        for user in (self.reader, self.salesman):
            for attempt in (
                lambda p: p.write({"trigger": "manual"}),
                lambda p: p.write({"share_percent": 50}),
                lambda p: p.action_run_now(),
                lambda p: p.copy(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    attempt(self.asking.with_user(user))

    def test_hidden_fields_are_no_question_to_ask(self):
        with self.assertRaises(ValidationError) as error:
            self.asking.with_user(self.configurer).domain = "[('partner_id.signup_type', 'like', 'a')]"
        self.assertIn("restricted", str(error.exception))

    def test_documents_are_looked_at_with_the_owners_rights(self):
        own = new_test_user(
            self.env, "sat_own", groups="sales_team.group_sale_salesman,crm_segmentation.group_insight_configure"
        )
        self._order(self.contact, user_id=self.manager.id)
        mine = self._order(self._contact("Mine"), user_id=own.id)
        self.asking.with_user(own).domain = "[('state', '=', 'sale'), ('client_order_ref', '=', 'asked')]"
        self._watch_long(self.asking)
        self._ask()
        self.assertEqual(self._decisions().mapped("res_id"), mine.ids)

    def test_owner_who_left_asks_nobody(self):
        self.asking.with_user(self.configurer).domain = "[('state', '=', 'sale')]"
        self._watch_long(self.asking)
        self._order(self.contact)
        self.configurer.active = False
        self.asking._ask_safely()
        self.assertIn("archived", self.asking.last_error)
        self.configurer.active = True
        far = self.env["res.company"].create({"name": "Far"})
        self.configurer.write({"company_ids": [(6, 0, far.ids)], "company_id": far.id})
        self.asking._ask_safely()
        self.assertIn("does not work in", self.asking.last_error)
        self.assertFalse(self._decisions())

    def test_mails_about_other_documents_are_no_reminders(self):
        template = self.env["mail.template"].create(
            {"name": "Other", "model_id": self.env["ir.model"]._get("res.users").id}
        )
        with self.assertRaises(ValidationError):
            self.asking.reminder_template_id = template

    # Dry run

    def test_dry_run_counts_by_reason_and_writes_nothing(self):
        self.asking.active = False
        self._order(self.contact), self._order(self._contact("Bob"))
        self._order(self.env["res.partner"].create({"name": "No mail"}))
        before = self._counts()
        shown = str(self.asking.preview_html)
        self.assertIn("2 of 3 would be asked", shown)
        self.assertIn("No valid e-mail address", shown)
        self.assertIn("Ann", shown)
        self.assertIn("last 30 days", shown)
        self.assertEqual(self._counts(), before)
        self.asking.day_limit = 1
        self.asking.invalidate_recordset()
        self.assertIn("At most 1 a day", self.asking.preview_html)

    def test_dry_run_of_a_schedule_that_is_on_shows_what_is_undecided(self):
        self._order(self.contact)
        self.assertIn("1 of 1 would be asked", self.asking.preview_html)
        self._ask()
        self.assertIn("Nothing found", self.asking.preview_html)

    def test_dry_run_shows_what_the_viewer_may_see(self):
        own = new_test_user(self.env, "sat_viewer", groups="sales_team.group_sale_salesman")
        self._order(self.contact, user_id=self.manager.id)
        self.assertIn("Nothing found", self.asking.with_user(own).preview_html)
        self.assertIn("may not", self.asking.with_user(self.reader).preview_html)

    def test_dry_run_escapes_what_people_typed(self):
        self.contact.name = "<script>alert(1)</script>"
        self._order(self.contact)
        self.assertNotIn("<script>", self.asking.preview_html)

    def test_dry_run_of_broken_definitions_says_what_is_wrong(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_satisfaction_program SET domain = 'oops' WHERE id = %s", (self.asking.id,))
        self.env.invalidate_all()
        self.assertIn("cannot be used", self.asking.preview_html)
        self.assertIn("Somebody chooses", self.program.preview_html)

    def test_dry_run_of_a_period(self):
        self._card()
        program = self._schedule(
            "Yearly", trigger="period", customer_domain=f"[('partner_id', '=', {self.customer.id})]"
        )
        program.active = False
        self.assertIn("1 of 1 would be asked", program.preview_html)

    # Lists and forms

    def test_figures_of_asking(self):
        self._order(self.contact), self._order(self.env["res.partner"].create({"name": "No mail"}))
        self._ask()
        self._request(self._contact("Done"), self.asking, state="answered", sent_at=NOW)
        self._request(self._contact("Quiet"), self.asking, state="sent", sent_at=NOW)
        self.asking.invalidate_recordset()
        self.assertRecordValues(
            self.asking,
            [{"sent_count": 3, "skipped_count": 1, "waiting_count": 1, "failed_count": 0, "response_rate": 50}],
        )
        cron = self.env.ref("crm_satisfaction.ir_cron_satisfaction_ask")
        self.assertEqual(self.asking.next_run_at, cron.nextcall)
        self.assertFalse(self.program.next_run_at)

    def test_list_costs_no_query_per_schedule(self):
        names = ["skipped_count", "waiting_count", "failed_count", "response_rate", "next_run_at", "mail_problem"]

        def read(programs):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            programs.read(names)
            return self.env.cr.sql_log_count - before

        programs = self.asking
        read(programs)  # fills the caches of the registry
        one = read(programs)
        for number in range(8):
            programs |= self.asking.copy({"name": str(number)})
        self.assertEqual(read(programs), one)

    def test_names_of_documents_cost_no_query_per_invitation(self):
        for number in range(12):
            self._order(self._contact(f"Doc{number}"))
        self._ask()
        requests = self._decisions()
        requests.mapped("document_name")
        self.env.invalidate_all()
        requests.read(["res_model", "res_id"])
        before = self.env.cr.sql_log_count
        self.assertEqual(len(set(requests.mapped("document_name"))), 12)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 8)

    def test_document_is_named_and_opened_with_its_own_rights(self):
        order = self._order(self.contact, user_id=self.manager.id)
        self._ask()
        request = self._decisions()
        self.assertEqual(request.action_open_document()["res_id"], order.id)
        foreign = request.with_user(new_test_user(self.env, "sat_else", groups="sales_team.group_sale_salesman"))
        self.assertFalse(foreign.document_name)
        with self.assertRaises(AccessError):
            foreign.action_open_document()

    def test_planning_is_a_handful_of_statements_however_many(self):
        def ask(size):
            for number in range(size):
                self._order(self._contact(f"Plan{size}x{number}"))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._ask()[:2], (size, size))
            return self.env.cr.sql_log_count - before

        ask(1)
        self.assertEqual(ask(30), ask(3))

    def test_screens_open_for_every_role(self):
        for user in (self.reader, self.salesman, self.configurer):
            programs = self.env["crm.satisfaction.program"].with_user(user)
            programs.get_views([(False, "list"), (False, "kanban"), (False, "form"), (False, "search")])
            fields = programs.get_view(view_type="form")["models"]["crm.satisfaction.program"]
            names = [name for name in fields if name not in ("message_ids", "activity_ids", "preview_html")]
            self.assertTrue(programs.browse(self.asking.id).read(names))
            self.env["crm.satisfaction.request"].with_user(user).get_views([(False, "list"), (False, "form")])

    def test_run_now_asks_the_scheduler(self):
        cron = self.env.ref("crm_satisfaction.ir_cron_satisfaction_ask")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.asking.with_user(self.configurer).action_run_now()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)
        self.assertEqual(self.asking.watch_from, NOW - timedelta(days=60))
