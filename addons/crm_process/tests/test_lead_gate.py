from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from ..models import crm_lead_gate
from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestLeadGate(ProcessCommon):
    """New asks for the expected revenue, Middle for a file; only managers bring a case into Offer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Field = cls.env["ir.model.fields"]
        cls.sheets = cls.env["crm.process.stage"].create(
            [
                {"process_id": cls.process.id, "stage_id": stage.id, "sequence": 10 * number}
                for number, stage in enumerate((cls.stage_new, cls.stage_middle, cls.stage_offer, cls.stage_won), 1)
            ]
        )
        cls.sheet_new, cls.sheet_middle, cls.sheet_offer, cls.sheet_won = cls.sheets
        cls.revenue = cls._output(
            cls.sheet_new, name="Volume", evidence="field", field_id=cls.Field._get("crm.lead", "expected_revenue").id
        )
        cls.lead = cls._lead()

    @classmethod
    def _output(cls, sheet, **values):
        return cls.env["crm.process.io"].create({"sheet_id": sheet.id, "kind": "output", "name": "Output", **values})

    def _mine(self, lead=None, user=None):
        return (lead or self.lead).with_user(user or self.salesman)

    def _move(self, lead=None, stage=None, user=None):
        self._mine(lead, user).write({"stage_id": (stage or self.stage_middle).id})

    def _refused(self, lead=None, stage=None, user=None):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._move(lead, stage, user)
        self.env.invalidate_all()
        return str(caught.exception)

    # Whom gates bind

    def test_nothing_is_asked_until_the_process_is_switched_on(self):
        self._move()
        self.assertEqual(self.lead.stage_id, self.stage_middle)
        self.assertFalse(self.lead.outputs_missing)

    def test_output_is_asked_of_people_and_may_come_with_the_move(self):
        self._activate()
        message = self._refused()
        road = f"Test opportunity ({self.stage_new.name} → {self.stage_middle.name})"
        for words in (road, "Volume: fill in “Expected Revenue”"):
            self.assertIn(words, message)
        self.assertEqual(self.lead.stage_id, self.stage_new)
        self._mine().write({"stage_id": self.stage_middle.id, "expected_revenue": 100})
        self.assertEqual(self.lead.stage_id, self.stage_middle)

    def test_same_answer_by_every_way_in(self):
        self._activate()
        target = {"stage_id": self.stage_middle.id}
        ways = {
            "RPC": lambda: call_kw(self._leads(), "write", [self.lead.ids, dict(target)], {}),
            "drag and drop": lambda: call_kw(
                self._leads(), "web_save", [self.lead.ids, dict(target)], {"specification": {"stage_id": {}}}
            ),
            "form": self._move_by_form,
            "context": lambda: call_kw(
                self._leads(),
                "write",
                [self.lead.ids, dict(target)],
                {"context": {crm_lead_gate.GATE: True, "import_file": True, "tracking_disable": True}},
            ),
            "won": lambda: self._mine().action_set_won_rainbowman(),
            "team and stage at once": lambda: self._mine().write({**target, "team_id": self.other_team.id}),
        }
        messages = set()
        for way, move in ways.items():
            with self.subTest(way), self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                move()
            self.env.invalidate_all()
            messages.add(str(caught.exception).splitlines()[-1])
        self.assertEqual(messages, {"  - Volume: fill in “Expected Revenue”"})

    def _leads(self):
        return self.env["crm.lead"].with_user(self.salesman)

    def _move_by_form(self):
        with Form(self._mine()) as form:
            form.stage_id = self.stage_middle

    def test_several_leads_are_named_one_by_one(self):
        self._activate()
        ready = self._lead(name="Ready", expected_revenue=5)
        bare = self._lead(name="Bare")
        message = self._refused(self.lead | ready | bare)
        self.assertIn("Test opportunity", message)
        self.assertIn("Bare", message)
        self.assertNotIn("Ready", message)
        self.assertEqual(ready.stage_id, self.stage_new)

    def test_other_teams_are_free(self):
        self._activate()
        lead = self._lead(team_id=self.other_team.id)
        self._move(lead)
        self.assertEqual(lead.stage_id, self.stage_middle)
        self.assertFalse(lead.has_outputs)

    def test_archived_process_asks_nothing(self):
        self._activate()
        self.process.active = False
        self._move()

    def test_the_way_back_is_open(self):
        self._output(self.sheet_middle, evidence="attachment")
        self._activate()
        lead = self._lead(stage_id=self.stage_middle.id, expected_revenue=1)
        self._refused(lead, self.stage_offer)
        self._move(lead, self.stage_new)
        self.assertEqual(lead.stage_id, self.stage_new)

    # What can be asked for

    def test_each_kind_of_evidence(self):
        self.revenue.unlink()
        kind = self.env["mail.activity.type"].create({"name": "Call 77"})
        group = self.env.ref("sales_team.group_sale_manager")
        ways = {
            "attachment": ({"file_name": "100%"}, self._attach, "attach a file named “100%”"),
            "activity": ({"activity_type_id": kind.id}, lambda: self._do(kind), "do the activity “Call 77”"),
            "meeting": ({}, self._meet, "hold the meeting"),
            "quotation": ({}, self._quote, "send the quotation"),
            "checklist": ({}, lambda: self._tick(self.salesman), "tick it off"),
            "approval": ({"group_ids": [(4, group.id)]}, lambda: self._tick(self.manager), "approval by"),
        }
        outputs = {way: self._output(self.sheet_new, name=way, evidence=way, **ways[way][0]) for way in ways}
        self._activate()
        message = self._refused()
        for _values, bring, words in ways.values():
            self.assertIn(words, message)
            bring()
            message = self._mine().outputs_missing or ""
            self.assertNotIn(words, message)
        self._move()
        self.assertEqual(self.lead.stage_id, self.stage_middle)
        self.assertRecordValues(
            self.lead.check_ids.sorted("id"),
            [
                {"name": "checklist", "user_id": self.salesman.id},
                {"name": "approval", "user_id": self.manager.id},
            ],
        )
        self.assertTrue(outputs)

    def _attach(self):
        values = {"res_model": "crm.lead", "res_id": self.lead.id, "raw": b"x"}
        self.env["ir.attachment"].create({**values, "name": "100 of them.txt"})
        self.env.invalidate_all()
        self.assertIn("100%", self._mine().outputs_missing)
        self.env["ir.attachment"].create({**values, "name": "Offer 100%.txt"})
        self.env.invalidate_all()

    def _do(self, kind):
        activity = self.lead.activity_schedule(activity_type_id=kind.id, user_id=self.salesman.id)
        self.env.invalidate_all()
        self.assertIn("Call 77", self._mine().outputs_missing, "planned is not done")
        activity.action_done()
        self.env.invalidate_all()

    def _meet(self):
        now = fields.Datetime.now()
        meeting = self.env["calendar.event"].create(
            {"name": "Talk", "opportunity_id": self.lead.id, "start": now, "stop": now + timedelta(hours=2)}
        )
        self.env.invalidate_all()
        self.assertIn("hold the meeting", self._mine().outputs_missing, "planned is not held")
        meeting.write({"start": now - timedelta(hours=2), "stop": now - timedelta(hours=1)})
        self.env.invalidate_all()

    def _quote(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "opportunity_id": self.lead.id})
        self.env.invalidate_all()
        self.assertIn("send the quotation", self._mine().outputs_missing, "written is not sent")
        order.state = "sent"
        self.env.invalidate_all()

    def _tick(self, user):
        wizard = self.env["crm.lead.outputs"].with_user(user).create({"lead_id": self.lead.id})
        for line in wizard.line_ids:
            line.done = True
        wizard.action_save()
        self.env.invalidate_all()

    def test_approval_is_for_the_role(self):
        group = self.env.ref("sales_team.group_sale_manager")
        output = self._output(self.sheet_new, evidence="approval", group_ids=[(4, group.id)])
        self._activate()
        self._tick(self.salesman)
        self.assertFalse(self.lead.check_ids)
        with self.assertRaises(AccessError):
            self._mine()._check_off(output)
        for user in self.salesman | self.manager:
            with self.assertRaises(AccessError):
                self.env["crm.lead.check"].with_user(user).create(
                    {"lead_id": self.lead.id, "output_key": output.key, "name": "Forged", "user_id": self.manager.id}
                )

    def test_tick_can_be_taken_back_and_outlives_a_new_version(self):
        output = self._output(self.sheet_new, evidence="checklist")
        self._activate()
        self._tick(self.salesman)
        second = self.env["crm.process"].browse(self.process.action_new_version()["res_id"])
        second.action_activate()
        second.action_move_cases()
        self.assertEqual(self.lead.process_id, second)
        self.assertEqual(self.lead.outputs_missing, "Volume: fill in “Expected Revenue”")
        wizard = self.env["crm.lead.outputs"].with_user(self.salesman).create({"lead_id": self.lead.id})
        wizard.line_ids.filtered(lambda line: line.output_id.key == output.key).done = False
        wizard.action_save()
        self.assertFalse(self.lead.check_ids)

    def test_condition_decides_of_whom_it_is_asked(self):
        self.revenue.condition = "[('priority', '=', '2')]"
        self._activate()
        urgent = self._lead(priority="2")
        self._move()
        self._refused(urgent)

    def test_what_was_removed_binds_nobody_and_its_condition_falls(self):
        gone = self.Field.create(
            {
                "name": "x_gone",
                "ttype": "char",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "field_description": "Gone",
            }
        )
        self._output(self.sheet_new, name="Custom", evidence="field", field_id=gone.id)
        self.revenue.condition = "[('x_gone', '=', 'yes')]"
        self._activate()
        gone.unlink()
        message = self._refused()
        self.assertIn("Volume", message, "without its condition it is asked of all")
        self.assertNotIn("Custom", message, "nobody could fill it")

    # The road

    def test_allowed_moves_and_who_may_move_in(self):
        self.revenue.unlink()
        self.sheet_new.allowed_stage_ids = self.stage_middle
        self.sheet_offer.mover_group_ids = self.env.ref("sales_team.group_sale_manager")
        self._activate()
        self.assertIn("from here it may go to: " + self.stage_middle.name, self._refused(stage=self.stage_offer))
        self._move()
        self.assertIn("it is moved by", self._refused(stage=self.stage_offer))
        self._move(stage=self.stage_offer, user=self.manager)
        self.assertEqual(self.lead.stage_id, self.stage_offer)

    def test_no_stage_is_skipped(self):
        self.revenue.unlink()
        self.process.no_skipping = True
        self._activate()
        self.assertIn("it skips: " + self.stage_middle.name, self._refused(stage=self.stage_offer))
        self.assertFalse(self._mine(user=self.manager).can_override, "nobody is named")
        self._move()
        self._move(stage=self.stage_offer)
        self._move(stage=self.stage_won)
        self._move(stage=self.stage_new)
        self.assertEqual(self.lead.stage_id, self.stage_new, "back in one step")

    def test_case_on_an_earlier_version_answers_to_that_one(self):
        self._activate()
        second = self.env["crm.process"].browse(self.process.action_new_version()["res_id"])
        second.sheet_ids.output_ids.unlink()
        second.action_activate()
        self._refused()
        free = self._lead(name="Late")
        self._move(free)
        second.action_move_cases()
        self._move()

    # Odoo's own moves

    def test_system_is_never_refused_but_the_case_is_marked(self):
        self._activate()
        self.lead.stage_id = self.stage_middle
        self.assertEqual(self.lead.owed_sheet_ids, self.sheet_new)
        self.assertIn(self.lead, self._leads().search([("outputs_owed", "=", True)]))
        self.assertIn("Volume", self._mine().outputs_missing)
        self.assertIn("Volume", self._refused(stage=self.stage_offer), "the next move has to bring it")
        self._mine().write({"expected_revenue": 7})
        self._move(stage=self.stage_offer)
        self.assertFalse(self.lead.owed_sheet_ids)

    def test_move_that_follows_a_team_is_odoos_own(self):
        own = self.env["crm.stage"].create({"name": "Ours alone", "team_ids": [(4, self.team.id)], "sequence": -5})
        sheet = self.sheet_middle.copy({"stage_id": own.id, "sequence": 1})
        self._output(sheet, name="Sketch", evidence="attachment")
        self._activate()
        lead = self._lead(stage_id=own.id, expected_revenue=1)
        self._mine(lead, self.manager).write({"team_id": self.other_team.id})
        self.assertNotEqual(lead.stage_id, own)
        self.assertEqual(lead.owed_sheet_ids, sheet)

    def test_merge_conversion_and_mail_are_never_refused(self):
        self.process.create_field_ids = self.Field._get("crm.lead", "phone")
        self._activate()
        twin = self._lead(stage_id=self.stage_offer.id)
        (self._mine(self.lead) | self._mine(twin)).merge_opportunity()
        lead = self._lead(type="lead", team_id=self.other_team.id)
        self._mine(lead, self.manager).convert_opportunity(self.customer, team_id=self.team.id)
        self.assertEqual(lead.type, "opportunity")
        mailed = self._leads().message_new(
            {"subject": "Hello", "email_from": "a@example.com"}, {"team_id": self.team.id}
        )
        self.assertTrue(mailed.id)
        self.assertIs(mailed.env.context.get(crm_lead_gate.GATE), None, "the permission ends with the move")

    def test_nobody_settles_what_a_case_owes_by_writing_it(self):
        self._activate()
        self.lead.stage_id = self.stage_middle
        for values in ({"owed_sheet_ids": [(5,)]}, {"outputs_owed": False}):
            with self.assertRaises(AccessError):
                self._mine(user=self.manager).write(values)

    def test_next_cycle_is_marked_and_not_refused(self):
        self.process.create_field_ids = self.Field._get("crm.lead", "referred")
        followup = self._activate()
        lead = self._lead(stage_id=followup.id)
        following = self.env["crm.lead"].browse(self._close(lead, self.salesman)["res_id"])
        self.assertEqual(following.previous_cycle_id, lead)
        self.assertIn("Referred By", following.outputs_missing)

    def test_form_knows_what_is_there_while_it_is_edited(self):
        self._output(self.sheet_new, name="Sketch", evidence="attachment")
        self._activate()
        self.env["ir.attachment"].create(
            {"name": "a.txt", "res_model": "crm.lead", "res_id": self.lead.id, "raw": b"x"}
        )
        with Form(self._mine()) as form:
            self.assertNotIn("Sketch", form.outputs_missing)
            form.stage_id = self.stage_middle
            form.stage_id = self.stage_new
            self.assertNotIn("Sketch", form.outputs_missing)

    # Creating and importing

    def test_fields_required_from_the_start(self):
        self.process.create_field_ids = self.Field._get("crm.lead", "phone")
        self._activate()
        values = {"name": "New", "type": "opportunity", "team_id": self.team.id, "user_id": self.salesman.id}
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._leads().create(values)
        self.assertTrue(self._leads().create({**values, "phone": "+1 555"}))
        self.assertTrue(self._leads().create({**values, "team_id": self.other_team.id}))
        by_odoo = self._leads().sudo().create(values)
        self.assertEqual(by_odoo.owed_sheet_ids, self.sheet_new)
        self.assertIn("Phone", self._mine(by_odoo).outputs_missing)

    def test_import_names_the_rows_or_marks_them(self):
        rows = [
            [f"Row {number}", self.team.name, self.stage_middle.name, "" if number % 3 == 0 else "50"]
            for number in range(9)
        ]
        columns = ["name", "team_id", "stage_id", "expected_revenue"]
        self.process.import_marks = True
        draft = self.process.copy({"team_ids": self.team.ids, "import_marks": False})
        draft.action_activate()
        result = self._leads().load(columns, rows)
        self.assertFalse(result["ids"])
        self.assertEqual([message["record"] for message in result["messages"]], [0, 3, 6])
        self.assertIn("Expected Revenue", result["messages"][0]["message"])
        self.assertFalse(self._leads().search([("name", "=like", "Row _")]))
        draft.action_retire()
        self.process.action_activate()
        result = self._leads().load(columns, rows)
        leads = self._leads().browse(result["ids"])
        self.assertEqual(len(leads), 9)
        owing = leads.filtered(lambda lead: lead.sudo().owed_sheet_ids)
        self.assertEqual(owing.mapped("name"), ["Row 0", "Row 3", "Row 6"])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._leads().with_context(**{crm_lead_gate.GATE: "IMPORT"}).create(
                {"name": "Past", "team_id": self.team.id, "stage_id": self.stage_middle.id}
            )

    # Winning and losing

    def test_losing_needs_its_reason_by_every_way(self):
        self.process.require_lost_reason = True
        self._activate()
        reason = self.env["crm.lost.reason"].create({"name": "Too slow"})
        for way in (
            lambda lead: lead.action_set_lost(),
            lambda lead: lead.write({"active": False, "probability": 0}),
            lambda lead: (
                self.env["crm.lead.lost"]
                .with_user(self.salesman)
                .create({"lead_ids": [(4, lead.id)]})
                .action_lost_reason_apply()
            ),
        ):
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                way(self._mine())
            self.assertIn("Lost Reason", str(caught.exception))
            self.env.invalidate_all()
        hopeless = self._lead(probability=0)
        self._mine(hopeless).action_set_lost(lost_reason_id=reason.id)
        self.assertRecordValues(hopeless, [{"won_status": "lost", "lost_reason_id": reason.id}])
        self.lead.probability = 40
        self._mine().action_archive()
        self.assertEqual(self.lead.won_status, "pending", "archiving alone is not losing")

    def test_winning_needs_its_reason_and_the_competitor(self):
        self.process.require_won_reason = True
        self._activate()
        lead = self._lead(expected_revenue=10)
        reason = self.env["crm.won.reason"].create({"name": "Delivery date"})
        rival = self.env["res.partner"].create({"name": "Rival"})
        self.assertIn("Won Reason", self._refused(lead, self.stage_won))
        action = self._mine(lead).action_set_won_rainbowman()
        self.assertEqual(action["res_model"], "crm.lead.won")
        wizard = self.env["crm.lead.won"].with_user(self.salesman)
        wizard = wizard.with_context(**action["context"]).create({"won_reason_id": reason.id})
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            wizard.action_won()
        self.assertIn("Competitor", str(caught.exception))
        self.env.invalidate_all()
        wizard.competitor_id = rival
        wizard.action_won()
        self.assertRecordValues(lead, [{"won_status": "won", "won_reason_id": reason.id, "competitor_id": rival.id}])

    # Override

    def _log(self, lead):
        return self.env["crm.stage.log"].search([("lead_id", "=", lead.id)], order="id")

    def test_override_is_for_whom_the_sheet_names_and_leaves_its_reason(self):
        self.sheet_new.override_user_ids = self.manager
        self._activate()
        values = {"lead_id": self.lead.id, "stage_id": self.stage_middle.id, "reason": "Framework <b>contract</b>"}
        self.assertFalse(self._mine().can_override)
        with self.assertRaises(AccessError):
            self.env["crm.lead.override"].with_user(self.salesman).create(values).action_move()
        self.env.invalidate_all()
        self.assertTrue(self._mine(user=self.manager).can_override)
        wizard = self.env["crm.lead.override"].with_user(self.manager)
        with self.assertRaises(UserError):
            wizard.create({**values, "reason": "  "}).action_move()
        wizard.create(values).action_move()
        self.assertEqual(self.lead.stage_id, self.stage_middle)
        note = self.lead.message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        for words in ("Framework &lt;b&gt;contract&lt;/b&gt;", "Volume: fill in"):
            self.assertIn(words, note.body)
        self.assertRecordValues(
            self._log(self.lead),
            [
                {"stage_id": self.stage_new.id, "is_overridden": False, "create_uid": self.env.uid},
                {"stage_id": self.stage_middle.id, "is_overridden": True, "create_uid": self.manager.id},
            ],
        )

    def test_only_what_stood_against_the_move_is_overridden(self):
        self.sheet_new.override_user_ids = self.manager
        self._activate()
        lead = self._mine(user=self.manager)
        for key in (crm_lead_gate.GATE, "is_overridden", "default_is_overridden"):
            for value in (True, "OVERRIDE"):
                sent = lead.with_context(**{key: value})
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    sent.write({"stage_id": self.stage_middle.id})
        self.lead.expected_revenue = 5
        lead.with_context(is_overridden=True, default_is_overridden=True).stage_id = self.stage_middle
        self.assertFalse(any(self._log(self.lead).mapped("is_overridden")), "no context says so")
        lead.stage_id = self.stage_new
        wizard = self.env["crm.lead.override"].with_user(self.manager)
        wizard.create({"lead_id": lead.id, "stage_id": self.stage_middle.id, "reason": "To be sure"}).action_move()
        self.assertFalse(any(self._log(self.lead).mapped("is_overridden")), "nothing was missing")

    def test_override_passes_a_skipped_stage_too(self):
        self.revenue.unlink()
        self.process.no_skipping = True
        self.sheet_new.override_group_ids = self.env.ref("sales_team.group_sale_manager")
        self._activate()
        self.assertTrue(self._mine(user=self.manager).can_override)
        wizard = self.env["crm.lead.override"].with_user(self.manager)
        wizard.create(
            {"lead_id": self.lead.id, "stage_id": self.stage_offer.id, "reason": "Repeat order"}
        ).action_move()
        self.assertEqual(self.lead.stage_id, self.stage_offer)

    def test_merged_case_keeps_what_was_ticked_off(self):
        self._output(self.sheet_new, evidence="checklist")
        self._activate()
        self._tick(self.salesman)
        better = self._lead(stage_id=self.stage_offer.id)
        head = (self.lead | better).merge_opportunity()
        self.assertEqual(head, better)
        self.assertEqual(head.check_ids.user_id, self.salesman)

    # Roles

    def test_ticks_are_seen_with_the_case(self):
        self._output(self.sheet_new, evidence="checklist")
        self._activate()
        self._tick(self.salesman)
        check = self.lead.check_ids
        colleague = new_test_user(self.env, "gate_colleague", groups="sales_team.group_sale_salesman")
        self.assertTrue(check.with_user(self.salesman).read())
        for user in colleague | new_test_user(self.env, "gate_portal", groups="base.group_portal"):
            with self.assertRaises(AccessError):
                check.with_user(user).read(["name"])

    def test_lead_and_sheet_open_for_the_salesperson(self):
        self.sheet_new.allowed_stage_ids = self.stage_middle
        self.process.create_field_ids = self.Field._get("crm.lead", "phone")
        self._activate()
        self.assertIn("Volume", Form(self._mine()).outputs_missing)
        self.assertTrue(Form(self.sheet_new.with_user(self.salesman)).id)
        self.assertTrue(Form(self.process.with_user(self.salesman)).id)
        self.assertEqual(Form(self.process.with_user(self.salesman)).create_field_names, "Phone")
        second = self.env["crm.process"].browse(self.process.action_new_version()["res_id"])
        with Form(second.with_user(self.manager)) as form:
            self.assertEqual(form.create_field_ids.ids, self.process.create_field_ids.ids)
            form.no_skipping = True
        self.assertTrue(second.no_skipping)

    # Cost

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_a_stage_without_a_gate_costs_no_query(self):
        self._activate()
        leads = [self._lead(stage_id=self.stage_middle.id, expected_revenue=1, name=str(n)) for n in range(3)]
        free = [lead.copy({"stage_id": self.stage_middle.id, "team_id": self.other_team.id}) for lead in leads]
        for lead in (leads[0], free[0]):
            self._count(lambda lead=lead: self._move(lead, self.stage_offer))  # warm up
        bare = self._count(lambda: self._move(free[1], self.stage_offer))
        bound = self._count(lambda: self._move(leads[1], self.stage_offer))
        self.assertEqual(bound, bare)
        Lead = type(self.env["crm.lead"])
        with patch.object(Lead, "_get_gated", lambda self, vals: self.browse()):
            without = self._count(lambda: self._move(free[2], self.stage_offer))
        self.assertEqual(bare, without, "a team without a process costs nothing")

    def test_missing_outputs_of_many_cards_are_one_query_an_output(self):
        self._output(self.sheet_new, evidence="meeting")
        self._activate()
        leads = self.lead.browse([self._lead(name=str(number)).id for number in range(20)])
        self._count(lambda: leads[:1].mapped("outputs_missing"))  # warm up
        few = self._count(lambda: self._mine(leads[:2]).mapped("outputs_missing"))
        many = self._count(lambda: self._mine(leads).mapped("outputs_missing"))
        self.assertLessEqual(many, few)
