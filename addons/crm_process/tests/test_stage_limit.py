from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ProcessCommon

REMINDER = "odoo.addons.crm_process.models.crm_lead_reminder"

#: A Monday, 10 o'clock in Berlin
MONDAY = datetime(2026, 3, 16, 9, 0)


@tagged("post_install", "-at_install")
class TestStageLimit(ProcessCommon):
    """New has 10 working hours, a warning after 8, and goes to the leader 4 hours later; work is from 8 to 17."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._calendar("Europe/Berlin")
        cls.env.company.resource_calendar_id = cls.calendar
        cls.leader = cls.manager
        cls.team.write({"user_id": cls.leader.id, "company_id": cls.env.company.id})
        cls.sheet, cls.sheet_middle = cls.env["crm.process.stage"].create(
            [
                {
                    "process_id": cls.process.id,
                    "stage_id": cls.stage_new.id,
                    "time_limit": 10,
                    "warning_value": 20,
                    "escalation_to": "leader",
                    "escalation_after": 4,
                },
                {"process_id": cls.process.id, "stage_id": cls.stage_middle.id, "sequence": 20},
            ]
        )

    @classmethod
    def _calendar(cls, zone):
        hours = [{"name": str(day), "dayofweek": str(day), "hour_from": 8, "hour_to": 17} for day in range(5)]
        return cls.env["resource.calendar"].create(
            {
                "name": "Eight to five",
                "tz": zone,
                "company_id": cls.env.company.id,
                "attendance_ids": [Command.clear(), *(Command.create(values) for values in hours)],
            }
        )

    def _lead_on(self, moment=MONDAY, **values):
        with self._at(moment):
            return self._lead(**values)

    def _at(self, moment):
        return freeze_time(moment)

    def _remind(self, moment):
        with self._at(moment):
            return self.env["crm.lead.reminder"]._remind_batch()

    def _said(self, lead):
        return sorted(
            (row.kind, row.activity_id.user_id.login) for row in self._reminders(lead).filtered("activity_id")
        )

    def _reminders(self, lead):
        return self.env["crm.lead.reminder"].search([("lead_id", "=", lead.id)])

    # When it is over

    def test_limit_counts_working_hours_of_the_company(self):
        self._activate()
        lead = self._lead_on()
        # 10 to 17 on Monday are 7 hours, the rest is on Tuesday from 8 on (7 o'clock UTC)
        self.assertRecordValues(
            lead,
            [
                {
                    "stage_clock_start": MONDAY,
                    "stage_warn_date": datetime(2026, 3, 17, 8, 0),
                    "stage_due_date": datetime(2026, 3, 17, 10, 0),
                }
            ],
        )
        self.assertEqual(
            {row.kind: row.remind_at for row in self._reminders(lead)}["escalation"], datetime(2026, 3, 17, 14, 0)
        )

    def test_weekend_holiday_and_clock_change_are_no_working_time(self):
        self._activate()
        friday = datetime(2026, 3, 27, 14, 0)  # 15 o'clock; on Sunday clocks go forward
        lead = self._lead_on(friday)
        self.assertEqual(lead.stage_due_date, datetime(2026, 3, 30, 14, 0), "2 hours, then Monday 8 to 16 summer time")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.env.company.id,
                "date_from": datetime(2026, 3, 29, 22, 0),
                "date_to": datetime(2026, 3, 30, 21, 59),
            }
        )
        self.assertEqual(self._lead_on(friday).stage_due_date, datetime(2026, 3, 31, 14, 0))

    def test_same_moment_counts_by_the_zone_of_each_company(self):
        company = self.env["res.company"].create({"name": "Far east"})
        company.resource_calendar_id = self._calendar("Asia/Shanghai").copy({"company_id": company.id})
        self.team.company_id = False
        self.process.company_id = False
        self._activate()
        self.env.user.company_ids |= company
        lead = self._lead_on(company_id=company.id, user_id=False)
        # 17 o'clock in Shanghai: the day is over
        self.assertEqual(lead.stage_due_date, datetime(2026, 3, 18, 1, 0))

    def test_company_without_hours_counts_all_hours(self):
        self._activate()
        self.calendar.attendance_ids.unlink()
        self.assertEqual(self._lead_on().stage_due_date, MONDAY + timedelta(hours=10))
        self.env.company.resource_calendar_id = False
        self.assertEqual(self._lead_on().stage_due_date, MONDAY + timedelta(hours=10))

    def test_schedule_without_a_working_hour_to_come_has_no_end(self):
        self._activate()
        self.env["resource.calendar.leaves"].create(
            {"name": "Closed", "company_id": self.env.company.id, "date_from": MONDAY, "date_to": datetime(2099, 1, 1)}
        )
        lead = self._lead_on()
        self.assertFalse(lead.stage_due_date)
        self.assertFalse(self._reminders(lead))

    def test_warning_in_hours_and_no_warning(self):
        self.sheet.write({"warning_unit": "hours", "warning_value": 3, "escalation_to": False})
        self._activate()
        lead = self._lead_on()
        self.assertEqual(lead.stage_warn_date, datetime(2026, 3, 16, 16, 0), "at the end of the day")
        self.assertEqual(self._reminders(lead).mapped("kind"), ["warning", "due"])
        draft = self.process.browse(self.process.action_new_version()["res_id"])
        draft.sheet_ids[0].warning_value = 0
        draft.action_activate()
        self.assertFalse(self._lead_on().stage_warn_date)

    # What is shown

    def test_cards_filters_and_groups_agree(self):
        self._activate()
        lead = self._lead_on()
        free = self._lead_on(stage_id=self.stage_middle.id)
        states = {
            MONDAY: "ok",
            datetime(2026, 3, 17, 8, 0): "soon",
            datetime(2026, 3, 17, 9, 59): "soon",
            datetime(2026, 3, 17, 10, 0): "late",
        }
        Lead = self.env["crm.lead"].with_user(self.salesman)
        ours = [("id", "in", (lead | free).ids)]
        for moment, state in states.items():
            with self._at(moment), self.subTest(state):
                lead.invalidate_recordset(["stage_limit_state"])
                self.assertEqual(lead.stage_limit_state, state)
                self.assertEqual(Lead.search([*ours, ("stage_limit_state", "=", state)]), lead)
                self.assertEqual(Lead.search([*ours, ("stage_limit_state", "!=", state)]), free)
                self.assertEqual(Lead.search([*ours, ("stage_limit_state", "=", False)]), free)
                self.assertEqual(Lead._read_group(ours, ["stage_limit_state"], ["__count"]), [(state, 1), (False, 1)])

    def test_kanban_shows_the_limit_without_a_query(self):
        self._activate()
        leads = self._lead() | self._lead() | self._lead()
        Lead = self.env["crm.lead"].with_user(self.salesman)
        leads.with_user(self.salesman).read(["name", "blocked_since"])
        for names in (["name", "blocked_since"], ["name", "blocked_since", "stage_due_date", "stage_limit_state"]):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                Lead.browse(leads.ids)._read_format(names)

    # The clock

    def test_clock_ends_with_the_stay(self):
        self._activate()
        with self._at(MONDAY):
            leads = {name: self._lead(name=name) for name in ("moved", "won", "lost", "other team", "archived")}
            leads["moved"].stage_id = self.stage_middle
            leads["won"].action_set_won()
            leads["lost"].action_set_lost()
            leads["other team"].write({"team_id": self.other_team.id, "user_id": False})
            leads["archived"].active = False
        for name, lead in leads.items():
            with self.subTest(name):
                self.assertFalse(lead.stage_due_date)
                self.assertFalse(self._reminders(lead))
        later = MONDAY + timedelta(days=30)
        with self._at(later):
            leads["lost"].action_restore()
        self.assertEqual(leads["lost"].stage_clock_start, later, "taken up again: not late from the first moment on")

    def test_coming_back_counts_anew(self):
        self._activate()
        lead = self._lead_on()
        for hour in range(1, 51):
            with self._at(MONDAY + timedelta(minutes=hour)):
                lead.stage_id = self.stage_middle if hour % 2 else self.stage_new
        self.assertEqual(lead.stage_clock_start, MONDAY + timedelta(minutes=50))
        self.assertEqual(len(self._reminders(lead)), 3)

    def test_clock_stands_still_while_blocked(self):
        self._activate()
        lead = self._lead_on()
        reason = self.env["crm.obstacle.reason"].search([], limit=1)
        with self._at(MONDAY + timedelta(hours=1)):  # 11 o'clock
            obstacle = self.env["crm.lead.obstacle"].create({"lead_id": lead.id, "reason_id": reason.id})
            self.assertEqual(lead.stage_limit_state, "paused")
        self.assertEqual(self._remind(MONDAY + timedelta(days=9)), (0, 0), "nobody is reminded meanwhile")
        with self._at(MONDAY + timedelta(days=1, hours=1)):  # Tuesday, 11 o'clock: 9 working hours later
            self.assertEqual(self.env["crm.lead"].search([("stage_limit_state", "=", "paused")]), lead)
            obstacle.action_remove()
        self.assertEqual(lead.stage_due_date, datetime(2026, 3, 18, 10, 0))
        due = self._reminders(lead).filtered(lambda row: row.kind == "due")
        self.assertEqual(due.remind_at, lead.stage_due_date)

    def test_nobody_writes_the_clock(self):
        self._activate()
        lead = self._lead().with_user(self.salesman)
        with self.assertRaises(AccessError):
            lead.write({"stage_due_date": "2099-01-01"})
        with self.assertRaises(AccessError):
            lead.create({"name": "Never due", "stage_due_date": "2099-01-01"})
        with self.assertRaises(AccessError):
            lead.create({"name": "Never warned", "stage_warn_date": "2099-01-01"})
        with self.assertRaises(AccessError):
            lead.with_context(default_stage_due_date="2099-01-01").create({"name": "Never due"})
        with self.assertRaises(AccessError):
            self._reminders(lead).with_user(self.salesman).unlink()

    # Versions

    def test_switching_on_starts_the_clock_of_who_is_there(self):
        lead = self._lead_on(MONDAY - timedelta(days=100))
        self.assertFalse(lead.stage_due_date)
        with self._at(MONDAY):
            self._activate()
        self.assertEqual(lead.stage_clock_start, MONDAY)
        self.assertEqual(len(self._reminders(lead)), 3)
        self.process.action_retire()
        self.assertFalse(lead.stage_due_date)
        self.assertFalse(self._reminders(lead))

    def test_archived_process_limits_nothing_until_it_is_back(self):
        self._activate()
        lead = self._lead_on()
        self.process.active = False
        self.assertFalse(lead.stage_due_date or self._reminders(lead))
        with self._at(MONDAY + timedelta(days=1)):
            self.process.active = True
        self.assertEqual(lead.stage_clock_start, MONDAY + timedelta(days=1))

    def test_old_version_that_is_archived_leaves_the_new_one_alone(self):
        self._activate()
        draft = self.process.browse(self.process.action_new_version()["res_id"])
        draft.action_activate()
        lead = self._lead_on()
        another = self.env["crm.process"].create({"name": "Another", "team_ids": [self.team.id]})
        another.active = False
        self.assertTrue(lead.stage_due_date, "a draft that is archived")
        self.process.active = False
        self.assertTrue(lead.stage_due_date, "a version that is not in force")

    def test_running_cases_keep_their_limit_until_they_are_moved(self):
        self._activate()
        lead = self._lead_on()
        due = lead.stage_due_date
        draft = self.process.browse(self.process.action_new_version()["res_id"])
        draft.sheet_ids[0].time_limit = 1
        with self._at(MONDAY + timedelta(hours=3)):
            draft.action_activate()
        self.assertEqual(lead.stage_due_date, due)
        draft.action_move_cases()
        self.assertEqual(lead.stage_due_date, MONDAY + timedelta(hours=1), "from when it came, by the new limit")

    # Reminders

    def test_each_reminder_is_given_once(self):
        self._activate()
        lead = self._lead_on()
        self.assertEqual(self._remind(datetime(2026, 3, 17, 7, 59)), (0, 0))
        steps = {
            datetime(2026, 3, 17, 8, 0): [("warning", "process_salesman")],
            datetime(2026, 3, 17, 10, 0): [("due", "process_salesman")],
            datetime(2026, 3, 17, 14, 0): [("due", "process_salesman"), ("escalation", "process_manager")],
        }
        for moment, said in steps.items():
            self.assertEqual(self._remind(moment), (1, 0))
            self.assertEqual(self._said(lead), said)
            self.assertEqual(self._remind(moment), (0, 0), "a second run says nothing")
        summaries = lead.activity_ids.mapped("summary")
        self.assertIn(
            f"Overdue in “{self.stage_new.name}” since 2026-03-17 11:00, with process_salesman",
            [summary.replace(self.salesman.name, "process_salesman") for summary in summaries],
        )

    def test_activities_go_when_the_case_moves_on(self):
        self._activate()
        lead = self._lead_on()
        own = lead.activity_schedule("mail.mail_activity_data_todo", summary="My own", user_id=self.salesman.id)
        self._remind(MONDAY + timedelta(days=3))
        self.assertEqual(len(lead.activity_ids), 3, "overdue, escalated, and no warning of what is over already")
        lead.with_user(self.salesman).stage_id = self.stage_middle
        self.assertEqual(lead.activity_ids, own)

    def test_escalation_to_the_owner_and_people_who_left(self):
        self.sheet.write({"escalation_to": "owner", "escalation_after": 0})
        self.process.user_id = self.manager
        self._activate()
        lead = self._lead_on()
        self.salesman.active = False
        self._remind(MONDAY + timedelta(days=3))
        self.assertEqual({login for _kind, login in self._said(lead)}, {"process_manager"}, "the leader, the owner")

    def test_one_failing_reminder_does_not_stop_the_rest(self):
        self._activate()
        bad, good = self._lead_on(name="Bad"), self._lead_on(name="Good")
        schedule = type(self.env["crm.lead"]).activity_schedule

        def fail(leads, *args, **kwargs):
            if leads == bad:
                raise ZeroDivisionError("broken")
            return schedule(leads, *args, **kwargs)

        with patch.object(type(self.env["crm.lead"]), "activity_schedule", fail), mute_logger(REMINDER):
            self._remind(MONDAY + timedelta(days=3))
        self.assertEqual(len(good.activity_ids), 2)
        self.assertFalse(bad.activity_ids)
        self.assertEqual(set(self._reminders(bad).mapped("error")), {"ZeroDivisionError: broken", False})
        self.assertEqual(self._remind(MONDAY + timedelta(days=4)), (0, 0), "it is not tried for ever")

    def test_job_runs_to_its_end_and_can_be_killed_between_batches(self):
        self._activate()
        leads = self.env["crm.lead"].union(*(self._lead_on(name=f"Lead {n}") for n in range(5)))
        with patch(f"{REMINDER}.BATCH", 4):
            self.assertEqual(self._remind(MONDAY + timedelta(days=3)), (4, 11), "killed here")
            with self.enter_registry_test_mode():
                self.env.ref("crm_process.ir_cron_reminder").method_direct_trigger()
        self.assertEqual([len(lead.activity_ids) for lead in leads], [2] * 5)

    def test_merged_case_leaves_no_reminder(self):
        self._activate()
        first, second = self._lead_on(), self._lead_on()
        self._remind(MONDAY + timedelta(days=3))
        merged = (first | second).merge_opportunity()
        self.assertEqual(len(self.env["crm.lead.reminder"].search([])), 3)
        self.assertEqual(len(merged.activity_ids), 2, "those of the other one are gone")
        merged.unlink()
        self.assertFalse(self.env["crm.lead.reminder"].search([]))

    def test_closing_after_sales_ends_its_clock(self):
        followup = self._activate()
        draft = self.process.browse(self.process.action_new_version()["res_id"])
        self.env["crm.process.stage"].create({"process_id": draft.id, "stage_id": followup.id, "time_limit": 5})
        draft.action_activate()
        lead = self._won_lead()
        lead.action_start_followup()
        self.assertTrue(lead.stage_due_date)
        self._close(lead, method="action_close")
        self.assertFalse(lead.stage_due_date)

    def test_moving_many_counts_once(self):
        self._activate()
        leads = self.env["crm.lead"].union(
            *(self._lead_on(name=f"Lead {n}", stage_id=self.stage_middle.id) for n in range(30))
        )
        self.env.flush_all()

        def count(some):
            before = self.cr.sql_log_count
            some.write({"stage_id": self.stage_new.id})
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(leads[:2])
        few, many = count(leads[2:4]), count(leads[4:])
        self.assertLessEqual(many - few, 26, "a query a lead at most: core's")
        self.assertEqual(len(set(leads[4:].mapped("stage_due_date"))), 1)
        self.assertTrue(leads[4].stage_due_date > fields.Datetime.now())
