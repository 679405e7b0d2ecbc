from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestStageEntry(ProcessCommon):
    """Middle starts a plan of two activities; who takes the case on is chosen in each test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(cls.env, "process_colleague", groups="sales_team.group_sale_salesman")
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.plan = cls.env["mail.activity.plan"].create(
            {
                "name": "Plan the visit",
                "res_model": "crm.lead",
                "template_ids": [
                    (0, 0, {"activity_type_id": cls.call.id, "summary": "Ask for a day", "delay_count": 0}),
                    (
                        0,
                        0,
                        {
                            "activity_type_id": cls.todo.id,
                            "summary": "Take samples along",
                            "responsible_type": "other",
                            "responsible_id": cls.manager.id,
                        },
                    ),
                ],
            }
        )
        cls.sheet_new, cls.sheet_middle = cls.env["crm.process.stage"].create(
            [
                {"process_id": cls.process.id, "stage_id": cls.stage_new.id, "sequence": 10},
                {
                    "process_id": cls.process.id,
                    "stage_id": cls.stage_middle.id,
                    "sequence": 20,
                    "plan_id": cls.plan.id,
                },
            ]
        )

    def _move(self, lead, stage=None, user=None):
        lead.with_user(user or self.salesman).write({"stage_id": (stage or self.stage_middle).id})

    def _planned(self, lead):
        return sorted((activity.summary, activity.user_id.login) for activity in lead.sudo().activity_ids)

    def _last_note(self, lead):
        return lead.sudo().message_ids[:1].body

    # Plans

    def test_nothing_starts_until_the_process_is_switched_on(self):
        lead = self._lead()
        self._move(lead)
        self.assertFalse(lead.activity_ids)

    def test_entry_starts_the_plan_once(self):
        self._activate()
        lead = self._lead()
        self._move(lead)
        planned = [("Ask for a day", "process_salesman"), ("Take samples along", "process_manager")]
        self.assertEqual(self._planned(lead), planned)
        self.assertIn("Plan the visit", self._last_note(lead))
        lead.with_user(self.salesman).write({"stage_id": self.stage_middle.id, "priority": "1"})
        self.assertEqual(self._planned(lead), planned, "writing the same stage is no entry")

    def test_going_back_and_forth_does_not_pile_up_activities(self):
        self._activate()
        lead = self._lead()
        for _turn in range(25):
            self._move(lead)
            self._move(lead, self.stage_new)
        self.assertEqual(len(lead.activity_ids), 2)
        call = lead.activity_ids.filtered(lambda activity: activity.activity_type_id == self.call)
        call.with_user(self.salesman).action_done()
        self._move(lead)
        self.assertEqual(len(lead.activity_ids), 2, "what was done is asked for again, what is open is not")

    def test_every_way_in_is_an_entry(self):
        self._activate()
        created = self._lead(stage_id=self.stage_middle.id)
        joined = self._lead(team_id=self.other_team.id, stage_id=self.stage_middle.id)
        self.assertFalse(joined.activity_ids)
        joined.team_id = self.team
        raw = self._lead(type="lead", stage_id=self.stage_middle.id)
        self.assertFalse(raw.activity_ids, "a lead is no opportunity yet")
        raw.convert_opportunity(self.customer)
        raw.stage_id = self.stage_middle
        for lead in (created, joined, raw):
            self.assertEqual(len(lead.activity_ids), 2)

    def test_losing_and_reopening_is_no_entry(self):
        self._activate()
        lead = self._lead(stage_id=self.stage_middle.id)
        lead.activity_ids.unlink()
        lead.action_set_lost()
        lead.action_restore()
        self.assertFalse(lead.activity_ids)

    def test_leads_moved_together_cost_no_plan_each(self):
        self._activate()
        leads = self.env["crm.lead"].union(*(self._lead(name=f"Lead {n}") for n in range(12)))
        self._move(leads[:2])
        before = self.cr.sql_log_count
        self._move(leads[2:4])
        few = self.cr.sql_log_count - before
        before = self.cr.sql_log_count
        self._move(leads[4:])
        self.assertLess(self.cr.sql_log_count - before, 3 * few)
        self.assertEqual(leads.mapped(lambda lead: len(lead.activity_ids)), [2] * 12)

    def test_broken_plan_never_stops_the_move(self):
        self._activate()
        breaks = {
            "archived": lambda: self.plan.write({"active": False}),
            "empty": lambda: self.plan.template_ids.unlink(),
        }
        for name, damage in breaks.items():
            with self.subTest(name), self.env.cr.savepoint() as point:
                damage()
                lead = self._lead(description="typed before")
                self._move(lead)
                self.assertEqual(lead.stage_id, self.stage_middle)
                self.assertIn("could not be started", self._last_note(lead))
                self.assertFalse(lead.activity_ids)
                point.rollback()
        lead = self._lead()
        Template = type(self.env["mail.activity.plan.template"])
        with patch.object(Template, "_determine_responsible", side_effect=ZeroDivisionError("secret")):
            self._move(lead)
        self.assertEqual(lead.stage_id, self.stage_middle)
        self.assertIn("could not be started", self._last_note(lead))
        self.assertNotIn("secret", self._last_note(lead))
        self.env["crm.stage.log"].flush_model()
        log = self.env["crm.stage.log"].search([("lead_id", "=", lead.id)], limit=1)
        self.assertEqual(log.stage_id, self.stage_middle, "the history of the move is written all the same")

    def test_deleted_plan_and_archived_person(self):
        self._activate()
        self.manager.active = False
        lead = self._lead(stage_id=self.stage_middle.id)
        self.assertEqual({login for _summary, login in self._planned(lead)}, {"process_salesman"})
        self.plan.unlink()
        lead = self._lead(stage_id=self.stage_middle.id)
        self.assertFalse(lead.activity_ids)

    def test_plan_of_another_model_is_refused(self):
        plan = self.env["mail.activity.plan"].create({"name": "Onboarding", "res_model": "res.partner"})
        with self.assertRaises(ValidationError):
            self.sheet_new.plan_id = plan
        for values in ({"responsible_rule": "user"}, {"responsible_rule": "authority"}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.sheet_new.write(values)

    # Who takes it on

    def _hand_to(self, rule, **values):
        self.sheet_middle.write({"responsible_rule": rule, **values})
        self._activate()

    def test_this_person_takes_it_on_and_the_team_remains(self):
        self._hand_to("user", responsible_id=self.colleague.id)
        lead = self._lead()
        self._move(lead, user=self.manager)
        self.assertRecordValues(lead, [{"user_id": self.colleague.id, "team_id": self.team.id}])
        self.assertIn(("Ask for a day", "process_colleague"), self._planned(lead), "plans are for the new one")

    def test_mover_who_loses_sight_of_the_case_may_still_move_it(self):
        self._hand_to("user", responsible_id=self.colleague.id)
        lead = self._lead()
        values = {"stage_id": self.stage_middle.id}
        [saved] = lead.with_user(self.salesman).web_save(values, {"stage_id": {}, "user_id": {}})
        self.assertEqual(saved["stage_id"], self.stage_middle.id)
        self.env.cr.flush()  # as the end of the request
        self.assertRecordValues(lead, [{"user_id": self.colleague.id, "stage_id": self.stage_middle.id}])
        self.assertIn(("Ask for a day", "process_colleague"), self._planned(lead))
        self.assertFalse(lead.with_user(self.salesman).has_access("read"))

    def test_leader_of_the_team_takes_it_on(self):
        self._hand_to("leader")
        without = self._lead()
        self._move(without, user=self.manager)
        self.assertEqual(without.user_id, self.salesman, "a team without leader keeps it")
        self.team.user_id = self.manager
        lead = self._lead()
        self._move(lead, user=self.manager)
        self.assertEqual(lead.user_id, self.manager)

    def test_authorised_person_with_the_fewest_open_cases_takes_it_on(self):
        third = new_test_user(self.env, "process_third", groups="sales_team.group_sale_salesman")
        self.team.member_ids |= self.colleague | third
        self._hand_to("authority", mover_user_ids=(self.colleague | third).ids)
        self._lead(user_id=self.colleague.id)
        leads = self._lead() | self._lead() | self._lead()
        leads.sudo().write({"stage_id": self.stage_middle.id})
        self.assertEqual(leads.mapped("user_id.login"), ["process_third", "process_colleague"])
        self.assertEqual(len(leads.filtered(lambda lead: lead.user_id == third)), 2)
        mine = self._lead(user_id=self.colleague.id)
        mine.sudo().stage_id = self.stage_middle
        self.assertEqual(mine.user_id, self.colleague, "who may move in keeps it")

    def test_archived_or_foreign_person_is_noted_and_nobody_loses_the_case(self):
        self._hand_to("user", responsible_id=self.colleague.id)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.colleague.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        foreign = self._lead(company_id=self.env.company.id)
        self._move(foreign, user=self.manager)
        self.assertEqual(foreign.user_id, self.salesman)
        self.assertTrue(any("could not hand" in body for body in foreign.message_ids.mapped("body")))
        self.colleague.active = False
        lead = self._lead()
        self._move(lead, user=self.manager)
        self.assertRecordValues(lead, [{"user_id": self.salesman.id, "stage_id": self.stage_middle.id}])

    def test_new_version_takes_the_entry_along(self):
        self._hand_to("user", responsible_id=self.colleague.id)
        draft = self.process.browse(self.process.action_new_version()["res_id"])
        sheet = draft.sheet_ids.filtered(lambda sheet: sheet.stage_id == self.stage_middle)
        self.assertRecordValues(
            sheet, [{"plan_id": self.plan.id, "responsible_rule": "user", "responsible_id": self.colleague.id}]
        )
