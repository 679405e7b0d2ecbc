from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestStageLog(ProcessCommon):
    def _lines(self, lead):
        self.env.cr.flush()
        return self.env["crm.stage.log"].search([("lead_ref", "in", lead.ids)], order="id")

    def _at(self, when):
        return freeze_time(datetime.fromisoformat(when))

    def test_road_of_one_opportunity(self):
        with self._at("2026-03-02 08:00:00"):
            lead = self._lead(expected_revenue=500)
            self.env.cr.flush()
        with self._at("2026-03-02 10:00:00"):
            lead.stage_id = self.stage_offer
            self.env.cr.flush()
        with self._at("2026-03-04 10:00:00"):
            lead.stage_id = self.stage_middle
            self.env.cr.flush()
        with self._at("2026-03-05 10:00:00"):
            lead.action_set_won()
            lines = self._lines(lead)
        self.assertRecordValues(
            lines,
            [
                {
                    "kind": "created",
                    "from_stage_id": False,
                    "stage_id": self.stage_new.id,
                    "step": 0,
                    "status": "open",
                    "date_entered": datetime(2026, 3, 2, 8),
                    "date_left": datetime(2026, 3, 2, 10),
                    "outcome": "forward",
                    "calendar_seconds": 7200,
                    "amount": 500,
                    "phase": self.stage_new.process_phase,
                },
                {
                    "kind": "forward",
                    "from_stage_id": self.stage_new.id,
                    "stage_id": self.stage_offer.id,
                    "step": 2,
                    "status": "open",
                    "date_entered": datetime(2026, 3, 2, 10),
                    "date_left": datetime(2026, 3, 4, 10),
                    "outcome": "back",
                    "calendar_seconds": 172800,
                    "amount": 500,
                    "phase": self.stage_offer.process_phase,
                },
                {
                    "kind": "back",
                    "from_stage_id": self.stage_offer.id,
                    "stage_id": self.stage_middle.id,
                    "step": -1,
                    "status": "open",
                    "date_entered": datetime(2026, 3, 4, 10),
                    "date_left": datetime(2026, 3, 5, 10),
                    "outcome": "won",
                    "calendar_seconds": 86400,
                    "amount": 500,
                    "phase": self.stage_middle.process_phase,
                },
                {
                    "kind": "won",
                    "from_stage_id": self.stage_middle.id,
                    "stage_id": self.stage_won.id,
                    "step": 2,
                    "status": "won",
                    "date_entered": datetime(2026, 3, 5, 10),
                    "date_left": False,
                    "outcome": False,
                    "calendar_seconds": 0,
                    "amount": 500,
                    "phase": self.stage_won.process_phase,
                },
            ],
        )
        self.assertEqual(set(lines.mapped("lead_name")), {"Test opportunity"})
        self.assertEqual(lines.mapped("origin"), ["live"] * 4)
        self.assertEqual(lines.user_id, self.salesman)
        self.assertEqual(lines.team_id, self.team)

    def test_working_time_leaves_the_weekend_out(self):
        self.env.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Nine to five", "tz": "UTC"}
        )
        self.env.company.resource_calendar_id.attendance_ids.filtered(lambda a: a.dayofweek == "4").unlink()
        with self._at("2026-03-05 08:00:00"):  # a Thursday, whole day
            lead = self._lead(company_id=self.env.company.id)
            self.env.cr.flush()
        with self._at("2026-03-09 10:00:00"):  # Monday, two hours
            lead.stage_id = self.stage_middle
            line = self._lines(lead)[0]
        self.assertEqual(line.working_seconds, 10 * 3600)
        self.assertEqual(line.working_hours, 10)
        self.assertAlmostEqual(line.days, 4 + 2 / 24)

    def test_process_in_force_is_noted(self):
        lead = self._lead()
        self._lines(lead)
        self._activate()
        lead.stage_id = self.stage_middle
        self.assertEqual(self._lines(lead).mapped("process_id"), self.process)
        self.assertFalse(self._lines(lead)[0].process_id)

    def test_nothing_is_written_when_nothing_moves(self):
        lead = self._lead()
        before = self._lines(lead)
        lead.write({"stage_id": self.stage_new.id, "expected_revenue": 9, "priority": "2", "phone": "123"})
        lead.stage_id = self.stage_middle
        lead.stage_id = self.stage_new
        self.assertEqual(self._lines(lead), before, "there and back within one transaction is no move")

    def test_lost_and_reopened(self):
        lead = self._lead(stage_id=self.stage_middle.id)
        self._lines(lead)
        lead.action_set_lost()
        self._lines(lead)
        lead.action_unarchive()
        self.assertRecordValues(
            self._lines(lead),
            [
                {"kind": "created", "status": "open", "outcome": "lost", "stage_id": self.stage_middle.id},
                {"kind": "lost", "status": "lost", "outcome": "reopened", "stage_id": self.stage_middle.id},
                {"kind": "reopened", "status": "open", "outcome": False, "stage_id": self.stage_middle.id},
            ],
        )

    def test_one_transaction_is_one_line_whatever_was_flushed_between(self):
        lead, twin = self._lead(), self._lead()
        self.env.cr.flush()
        for stage in (self.stage_middle, self.stage_offer):
            lead.stage_id = stage
            self.env.flush_all()
        twin.stage_id = self.stage_middle
        self.env.flush_all()
        statements = self.cr.sql_log_count
        self.env["crm.stage.log"]._record_noted()
        self.assertEqual(self.cr.sql_log_count - statements, 1, "for all leads")
        lines = self._lines(lead)
        self.assertEqual(lines.stage_id, self.stage_new | self.stage_offer)
        self.assertEqual(lines.mapped("step"), [0, 2])

    def test_move_that_is_rolled_back_leaves_no_line(self):
        lead = self._lead()
        before = self._lines(lead)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            lead.stage_id = self.stage_middle
            self.assertEqual(len(self._lines(lead)), 2, "written by the transaction that moves")
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertEqual(self._lines(lead), before)
        self.assertFalse(before.date_left)

    def test_archiving_alone_is_not_losing(self):
        lead = self._lead(probability=30)
        self._lines(lead)
        lead.action_archive()
        self._lines(lead)
        lead.action_unarchive()
        self.assertEqual(self._lines(lead).mapped("kind"), ["created", "archived", "restored"])
        self.assertEqual(self._lines(lead).mapped("status"), ["open", "archived", "open"])

    def test_won_lead_archived_and_restored_is_won_once(self):
        lead = self._lead()
        self._lines(lead)
        lead.action_set_won()
        self._lines(lead)
        lead.action_archive()
        self._lines(lead)
        lead.active = True
        self.assertEqual(self._lines(lead).mapped("kind").count("won"), 1)
        self.assertEqual(self._lines(lead)[-1:].mapped("status"), ["won"])

    def test_created_won(self):
        lead = self._lead(stage_id=self.stage_won.id)
        self.assertRecordValues(self._lines(lead), [{"kind": "created", "status": "won", "date_left": False}])

    def test_won_taken_back(self):
        lead = self._won_lead()
        self._lines(lead)
        lead.stage_id = self.stage_offer
        self.assertEqual(self._lines(lead)[-1].kind, "reopened")

    def test_after_sales_is_a_move_of_a_won_opportunity(self):
        self._activate()
        lead = self._won_lead()
        self._lines(lead)
        lead.action_start_followup()
        self.assertRecordValues(self._lines(lead)[-1], [{"kind": "forward", "status": "won", "phase": "followup"}])

    def test_lead_becomes_an_opportunity(self):
        lead = self._lead(type="lead")
        self._lines(lead)
        lead.convert_opportunity(self.customer)
        self.assertEqual(self._lines(lead).mapped("lead_type"), ["lead", "opportunity"])
        self.assertEqual(self._lines(lead)[-1].kind, "converted")

    def test_stage_moved_by_odoo_without_naming_it(self):
        own = self.env["crm.stage"].create({"name": "Own", "team_ids": [Command.link(self.team.id)], "sequence": 2})
        lead = self._lead(stage_id=own.id)
        self._lines(lead)
        lead.with_context(tracking_disable=True).team_id = self.other_team
        self.assertRecordValues(
            self._lines(lead)[-1],
            [{"from_stage_id": own.id, "stage_id": lead.stage_id.id, "team_id": self.other_team.id}],
        )
        self.assertNotEqual(lead.stage_id, own)

    def test_every_way_in_is_recorded(self):
        stage = self.stage_middle
        lead = self._lead()
        self.env.cr.flush()
        with Form(lead) as form:
            form.stage_id = stage
        imported = self.env["crm.lead"].load(["name", "stage_id/.id"], [["Imported", str(stage.id)]])["ids"]
        mail = self.env["crm.lead"].message_new(
            {"subject": "By mail", "from": "a@example.com", "author_id": False, "body": ""}
        )
        copied = lead.copy()
        quick = self.env["crm.lead"].browse(self.env["crm.lead"].name_create("Quick")[0])
        for record in lead | self.env["crm.lead"].browse(imported) | mail | copied | quick:
            self.assertEqual(self._lines(record)[-1].stage_id, record.stage_id, record.name)
        self.assertEqual(len(self._lines(lead)), 2)

    def test_status_given_on_creation_is_recorded(self):
        lead = self._lead(won_status="pending", probability=5, automated_probability=5)
        self.assertEqual(self._lines(lead).mapped("kind"), ["created"])

    def test_fifty_moves_in_a_minute(self):
        lead = self._lead()
        self.env.cr.flush()
        for second in range(50):
            with self._at(f"2036-03-02 08:00:{second:02}"):
                lead.stage_id = (self.stage_middle, self.stage_new)[second % 2]
                self.env.cr.flush()
        lines = self._lines(lead)
        self.assertEqual(len(lines), 51)
        self.assertEqual(len(lines.filtered(lambda line: not line.date_left)), 1)
        self.assertEqual(lines[1:50].mapped("calendar_seconds"), [1] * 49)

    def test_hour_that_is_there_twice(self):
        with self._at("2026-10-25 00:30:00"):  # half past two in Brussels
            lead = self._lead()
            self.env.cr.flush()
        with self._at("2026-10-25 01:30:00"):  # half past two again
            lead.stage_id = self.stage_middle
            self.assertEqual(self._lines(lead)[0].calendar_seconds, 3600)

    def test_clock_that_goes_back_makes_no_negative_time(self):
        with self._at("2036-03-02 08:00:00"):
            lead = self._lead()
            self.env.cr.flush()
        lead.stage_id = self.stage_middle
        self.assertEqual(self._lines(lead)[0].calendar_seconds, 0)

    def test_many_leads_in_one_statement(self):
        leads = self.env["crm.lead"].create([{"name": f"Row {n}", "team_id": self.team.id} for n in range(1000)])
        self.assertEqual(len(self._lines(leads)), 1000)
        leads.stage_id = self.stage_offer
        self.assertEqual(len(self._lines(leads)), 2000)
        self.assertEqual(len(self._lines(leads).filtered(lambda line: not line.date_left)), 1000)

    def test_archived_salesperson_and_team(self):
        lead = self._lead()
        self._lines(lead)
        self.salesman.active = False
        self.team.active = False
        lead.stage_id = self.stage_middle
        self.assertRecordValues(
            self._lines(lead)[-1], [{"user_id": self.salesman.id, "team_id": self.team.id, "outcome": False}]
        )

    def test_pipeline_without_stages(self):
        lead = self._lead()
        self._lines(lead)
        lead.stage_id = False
        with patch.object(type(lead), "_stage_find", lambda *args, **kwargs: self.env["crm.stage"]):
            self.env.cr.flush()
        self.assertTrue(self._lines(lead))

    def test_name_of_a_deleted_stage_is_kept(self):
        gone = self.env["crm.stage"].create({"name": "Going away", "sequence": 2})
        lead = self._lead(stage_id=gone.id)
        self._lines(lead)
        lead.stage_id = self.stage_middle
        self.env.cr.flush()
        gone.unlink()
        self.env.invalidate_all()
        first, second = self._lines(lead)
        self.assertRecordValues(first, [{"stage_id": False, "stage_name": "Going away"}])
        self.assertRecordValues(second, [{"from_stage_id": False, "from_stage_name": "Going away"}])

    def test_deleted_lead_keeps_its_history(self):
        lead = self._lead(name="Short-lived")
        lead.stage_id = self.stage_middle
        lines = self._lines(lead)
        number = lead.id
        lead.unlink()
        self.env.invalidate_all()
        lines = self.env["crm.stage.log"].search([("lead_ref", "=", number)], order="id")
        self.assertRecordValues(
            lines,
            [
                {"lead_id": False, "lead_name": "Short-lived", "outcome": "deleted", "status": "open"},
                {"lead_id": False, "lead_name": "Short-lived", "outcome": False, "status": "gone"},
            ],
        )
        self.assertEqual(lines[1].kind, "deleted")
        self.assertTrue(all(lines.mapped("date_left")))
        self.assertEqual(lines[0].action_open_lead()["domain"], [("id", "in", [])])

    def test_merged_lead_hands_its_history_over(self):
        first, second = self._lead(name="Twin"), self._lead(name="Better", stage_id=self.stage_offer.id)
        self._lines(first | second)
        head = (first | second).merge_opportunity()
        self.assertEqual(head, second)
        self.env.invalidate_all()
        lines = self.env["crm.stage.log"].search([("lead_ref", "=", first.id)], order="id")
        self.assertEqual(lines.lead_id, head)
        self.assertEqual(set(lines.mapped("lead_name")), {"Twin"})
        self.assertEqual(lines.mapped("kind"), ["created", "merged"])
        self.assertEqual(lines[0].outcome, "merged")
        opened = self.env["crm.stage.log"].search([("lead_id", "=", head.id), ("date_left", "=", False)])
        self.assertEqual(opened.lead_ref, head.id, "one place at a time")

    def test_merged_in_turn_within_one_transaction(self):
        first, second, third = (self._lead(name=f"Twin {n}") for n in range(3))
        self.env.cr.flush()
        first._log_end("merged", target=second)
        second._log_end("merged", target=third)
        (first | second).unlink()
        lines = self.env["crm.stage.log"].search([("lead_ref", "in", [first.id, second.id])], order="id")
        self.assertEqual(lines.lead_id, third)
        self.assertEqual(sorted(lines.mapped("kind")), ["created", "created", "merged", "merged"])
        self.assertTrue(all(lines.mapped("date_left")))

    def test_created_and_deleted_within_one_transaction(self):
        lead = self._lead(name="Mayfly")
        number = lead.id
        lead.unlink()
        lines = self.env["crm.stage.log"].search([("lead_ref", "=", number)], order="id")
        self.assertRecordValues(
            lines, [{"kind": "created", "outcome": "deleted"}, {"kind": "deleted", "outcome": False}]
        )

    def test_nobody_changes_or_deletes_a_line(self):
        line = self._lines(self._lead())[0]
        for user in (self.env.ref("base.user_root"), self.manager, self.salesman):
            mine = line.with_user(user)
            for change in (
                lambda mine=mine: mine.write({"amount": 1}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.sudo().write({"date_left": False}),
                lambda mine=mine: mine.sudo().unlink(),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    change()
        for user in (self.manager, self.salesman):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                line.with_user(user).create({"lead_name": "Forged"})

    @users("process_salesman")
    def test_who_moved_is_written_down(self):
        lead = self._lead()
        self.env.cr.flush()
        lead.with_env(self.env).stage_id = self.stage_middle
        lines = self._lines(lead)
        self.assertEqual(lines[-1].create_uid, self.salesman)
        self.assertEqual(lead.with_env(self.env).action_view_stage_log()["domain"], [("lead_id", "in", lead.ids)])
        self.assertEqual(lines[0].with_env(self.env).action_open_lead()["res_id"], lead.id)


@tagged("post_install", "-at_install")
class TestStageLogBackfill(ProcessCommon):
    def _forget(self, leads):
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_stage_log WHERE lead_ref IN %s", [tuple(leads.ids)])
        self.env.invalidate_all()

    def _dates(self, lead, **values):
        self.env.cr.flush()
        for column, value in values.items():
            self.env.cr.execute(f"UPDATE crm_lead SET {column} = %s WHERE id = %s", [value, lead.id])
        lead.invalidate_recordset()

    def _track(self, lead, when, old, new, old_name=None, user=None):
        message = self.env["mail.message"].create({"model": "crm.lead", "res_id": lead.id})
        value = self.env["mail.tracking.value"].create(
            {
                "mail_message_id": message.id,
                "field_id": self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
                "old_value_integer": old if isinstance(old, int) else old.id,
                "old_value_char": old_name or old.name,
                "new_value_integer": new.id,
                "new_value_char": new.name,
            }
        )
        self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE mail_tracking_value SET create_date = %s, create_uid = %s WHERE id = %s",
            [when, (user or self.env.user).id, value.id],
        )

    def _backfilled(self, lead):
        self._forget(lead)
        self.env["crm.stage.log"]._backfill()
        return self.env["crm.stage.log"].search([("lead_ref", "=", lead.id)], order="id")

    def test_tracked_moves_become_lines(self):
        lead = self._lead(stage_id=self.stage_middle.id)
        self._dates(lead, create_date="2026-01-05 10:00:00")
        self._track(lead, "2026-01-07 10:00:00", self.stage_new, self.stage_offer)
        self._track(lead, "2026-01-08 10:00:00", self.stage_offer, self.stage_middle, user=self.salesman)
        self.assertEqual(self._backfilled(lead)[-1].create_uid, self.salesman)
        self.assertRecordValues(
            self._backfilled(lead),
            [
                {
                    "stage_id": self.stage_new.id,
                    "kind": "created",
                    "outcome": "forward",
                    "step": 0,
                    "calendar_seconds": 2 * 86400,
                    "date_entered": datetime(2026, 1, 5, 10),
                    "origin": "messages",
                },
                {
                    "stage_id": self.stage_offer.id,
                    "kind": "forward",
                    "outcome": "back",
                    "step": 2,
                    "calendar_seconds": 86400,
                    "date_entered": datetime(2026, 1, 7, 10),
                    "origin": "messages",
                },
                {
                    "stage_id": self.stage_middle.id,
                    "kind": "back",
                    "outcome": False,
                    "step": -1,
                    "calendar_seconds": 0,
                    "date_entered": datetime(2026, 1, 8, 10),
                    "origin": "messages",
                },
            ],
        )

    def test_lead_never_moved(self):
        lead = self._lead()
        self._dates(lead, create_date="2026-01-05 10:00:00", date_last_stage_update="2026-01-05 10:00:00")
        self.assertRecordValues(
            self._backfilled(lead),
            [{"stage_id": self.stage_new.id, "kind": "created", "origin": "start", "date_left": False}],
        )

    def test_move_that_nobody_tracked(self):
        lead = self._lead(stage_id=self.stage_offer.id)
        self._dates(lead, create_date="2026-01-05 10:00:00", date_last_stage_update="2026-02-05 10:00:00")
        self.assertRecordValues(
            self._backfilled(lead),
            [
                {"stage_id": False, "date_left": datetime(2026, 2, 5, 10), "outcome": "aside"},
                {"stage_id": self.stage_offer.id, "date_left": False, "outcome": False},
            ],
        )
        self.assertFalse(self.env["crm.stage.report"].search([("lead_id", "=", lead.id), ("stage_id", "=", False)]))

    def test_won_and_lost(self):
        won = self._won_lead()
        self._dates(won, create_date="2026-01-05 10:00:00")
        self._track(won, "2026-01-09 10:00:00", self.stage_offer, self.stage_won)
        self.assertEqual(self._backfilled(won).mapped("kind"), ["created", "won"])
        lost = self._lead()
        lost.action_set_lost()
        self._dates(lost, create_date="2026-01-05 10:00:00", date_closed="2026-01-06 10:00:00",
                    date_last_stage_update="2026-01-05 10:00:00")  # fmt: skip
        lines = self._backfilled(lost)
        self.assertEqual(lines.mapped("kind"), ["created", "lost"])
        self.assertEqual(lines[0].calendar_seconds, 86400)
        self.assertFalse(lines[1].date_left)

    def test_stage_that_is_gone(self):
        lead = self._lead(stage_id=self.stage_middle.id)
        self._dates(lead, create_date="2026-01-05 10:00:00")
        self._track(lead, "2026-01-07 10:00:00", 2147483000, self.stage_middle, old_name="Long gone")
        first, second = self._backfilled(lead)
        self.assertRecordValues(first, [{"stage_id": False, "stage_name": "Long gone"}])
        self.assertEqual(second.from_stage_name, "Long gone")

    def test_second_run_writes_nothing_and_recording_goes_on(self):
        lead = self._lead()
        lines = self._backfilled(lead)
        self.env["crm.stage.log"]._backfill()
        self.assertEqual(self.env["crm.stage.log"].search([("lead_ref", "=", lead.id)]), lines)
        lead.stage_id = self.stage_middle
        self.env.cr.flush()
        self.assertEqual(self.env["crm.stage.log"].search_count([("lead_ref", "=", lead.id)]), 2)

    def test_no_row_of_another_table_is_written(self):
        lead = self._lead()
        self._forget(lead)
        self.env.cr.execute("SELECT xmin, ctid FROM crm_lead WHERE id = %s", [lead.id])
        before = self.env.cr.fetchone()
        self.env["crm.stage.log"]._backfill()
        self.env.cr.execute("SELECT xmin, ctid FROM crm_lead WHERE id = %s", [lead.id])
        self.assertEqual(self.env.cr.fetchone(), before)
