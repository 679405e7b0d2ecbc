import doctest

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools import indicator
from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestProcessSheet(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sheet, cls.next_sheet = cls.env["crm.process.stage"].create(
            [
                {"process_id": cls.process.id, "stage_id": cls.stage_new.id, "sequence": 10},
                {"process_id": cls.process.id, "stage_id": cls.stage_middle.id, "sequence": 20},
            ]
        )
        cls.measure = cls.env["crm.measure"].create(
            {
                "name": "Mails that came back",
                "model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "partner_path": "partner_id",
                "date_field": "create_date",
                "aggregate": "sum",
                "value_field": "message_bounce",
                "window_days": 30,
                "owner_id": cls.env.ref("base.user_root").id,
                "reviewed": True,
            }
        )
        company = {"company_id": cls.env.company.id}
        cls._lead(message_bounce=1000, **company)
        cls._lead(message_bounce=500, partner_id=cls.env["res.partner"].create({"name": "Two"}).id, **company)
        cls._lead(message_bounce=64000, team_id=cls.other_team.id, **company)
        cls.env.flush_all()

    def _line(self, **values):
        return self.env["crm.process.indicator"].create(
            {"sheet_id": self.sheet.id, "measure_id": self.measure.id, **values}
        )

    def test_worked_examples_hold(self):
        result = doctest.testmod(indicator)
        self.assertEqual(result.failed, 0)
        self.assertGreater(result.attempted, 6)

    def test_figure_is_that_of_the_teams(self):
        line = self._line()
        self.assertEqual(line.name, self.measure.name)
        self.assertEqual(line.value, 1500)
        self.assertFalse(line.status, "without a wish there is nothing to judge")
        both = self.process.copy({"team_ids": (self.team | self.other_team).ids}).sheet_ids.indicator_ids
        self.assertEqual(both.value, 65500)

    def test_average_is_that_of_all_documents(self):
        self.measure.aggregate = "avg"
        self._lead(message_bounce=0, company_id=self.env.company.id)
        self.env.flush_all()
        self.assertEqual(self._line().value, 500)

    def test_ratio_is_a_ratio_of_sums(self):
        count = self.measure.copy({"aggregate": "count", "value_field": False, "reviewed": True})
        ratio = self.measure.copy(
            {"kind": "ratio", "numerator_id": self.measure.id, "denominator_id": count.id, "as_percentage": False}
        )
        self.assertEqual(self._line(measure_id=ratio.id).value, 750)

    def test_status_follows_target_and_limit(self):
        for direction, target, low, high, status in (
            ("min", 1500, 1000, 0, "good"),
            ("min", 1600, 1000, 0, "watch"),
            ("min", 2000, 1501, 0, "bad"),
            ("max", 1499, 0, 1600, "watch"),
            ("between", 0, 1501, 1600, "bad"),
        ):
            line = self._line(direction=direction, target=target, limit_low=low, limit_high=high)
            self.assertEqual(line.status, status)

    def test_limit_on_the_wrong_side_is_refused(self):
        for values in (
            {"direction": "min", "target": 10, "limit_low": 11},
            {"direction": "max", "target": 10, "limit_high": 9},
            {"direction": "between", "limit_low": 3, "limit_high": 2},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._line(**values)

    def test_figure_says_when_it_cannot_tell_teams_apart(self):
        purchases = self.env["crm.measure"].search([("code", "=", "purchase_days")])
        self.assertIn("(all teams)", self._line(measure_id=purchases.id).value_text)

    def test_broken_indicator_does_not_keep_the_sheet_from_opening(self):
        line = self._line()
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_measure SET domain = '[(''gone'', ''='', 1)]' WHERE id = %s", [self.measure.id])
        self.env.invalidate_all()
        self.assertEqual(line.value_text, "cannot be computed")
        self.assertFalse(line.status)
        self.assertTrue(self.sheet.read())

    def test_figure_is_hidden_from_whom_the_indicator_hides_it(self):
        line = self._line(direction="min", target=1)
        self.measure.group_ids = self.env.ref("account.group_account_manager")
        seen = line.with_user(self.salesman)
        self.assertEqual((seen.value_text, seen.value, seen.status), ("not for you to see", 0, False))

    def test_input_and_output_may_carry_an_indicator(self):
        line = self.env["crm.process.io"].create(
            {
                "sheet_id": self.sheet.id,
                "name": "Enquiry",
                "measure_id": self.measure.id,
                "other_process_id": self.process.id,
            }
        )
        self.assertEqual(line.value, 1500)
        self.assertEqual(self.sheet.input_ids, line)
        self.assertFalse(self.sheet.output_ids)

    def test_new_users_do_not_look_for_sheets(self):
        """A domain on a many2many would make Odoo search the sheets while a user is being created."""
        users = self.env["res.users"]._fields
        bound = {
            field.model_name
            for name in ("share", "active")
            for tree in self.env.registry._field_triggers.get(users[name], {})
            for field in tree
        }
        self.assertFalse({name for name in bound if name.startswith("crm.process")})

    def test_sheets_know_their_neighbours(self):
        self.assertEqual(self.sheet.after_id, self.next_sheet)
        self.assertEqual(self.next_sheet.before_id, self.sheet)
        self.assertFalse(self.sheet.before_id | self.next_sheet.after_id)
        self.next_sheet.sequence = 5
        self.assertEqual(self.sheet.before_id, self.next_sheet)

    def test_stages_without_a_sheet_are_named_and_added(self):
        self.assertIn(self.stage_offer, self.process.missing_stage_ids)
        self.assertNotIn(self.stage_new, self.process.missing_stage_ids)
        self.process.with_user(self.manager).action_add_sheets()
        self.assertFalse(self.process.missing_stage_ids)
        self.assertEqual(self.process.sheet_ids[:2], self.sheet | self.next_sheet)

    def test_one_sheet_a_stage(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.sheet.stage_id = self.stage_middle
            self.sheet.flush_recordset()

    def test_several_processes_describe_one_stage_side_by_side(self):
        other = self.env["crm.process"].create(
            {"name": "Other", "team_ids": [self.other_team.id], "sheet_ids": [(0, 0, {"stage_id": self.stage_new.id})]}
        )
        (self.process | other).action_activate()
        self.assertEqual((self.process | other).mapped("state"), ["effective", "effective"])
        self.assertEqual(self._lead(team_id=self.other_team.id).process_id, other)

    def test_stage_with_a_sheet_is_not_deleted(self):
        stage = self.env["crm.stage"].create({"name": "Later"})
        self.sheet.copy({"stage_id": stage.id})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            stage.unlink()

    def test_missing_skills_are_named_where_skills_are_kept(self):
        self.env["crm.process.resource"].create(
            [{"sheet_id": self.sheet.id, "kind": "skill", "name": name} for name in ("negotiation ", "Alchemy 77")]
        )
        if "hr.skill" not in self.env:
            self.assertFalse(self.sheet.skill_gap)
            return
        kind = self.env["hr.skill.type"].create(
            {
                "name": "Selling 77",
                "skill_ids": [(0, 0, {"name": "Negotiation"})],
                "skill_level_ids": [(0, 0, {"name": "Good", "level_progress": 100})],
            }
        )
        skilled = new_test_user(self.env, "process_skilled", groups="sales_team.group_sale_salesman")
        employees = self.env["hr.employee"].create(
            [{"name": user.name, "user_id": user.id} for user in self.salesman | skilled]
        )
        self.env["hr.employee.skill"].create(
            {
                "employee_id": employees[1].id,
                "skill_type_id": kind.id,
                "skill_id": kind.skill_ids.id,
                "skill_level_id": kind.skill_level_ids.id,
                "valid_from": fields.Date.today(),
            }
        )
        self._lead(user_id=skilled.id)
        self.assertEqual(
            self.sheet.with_user(self.manager).skill_gap.splitlines(),
            [f"{self.salesman.name}: negotiation ", "Not among the skills of the employees: Alchemy 77"],
        )
        self.assertNotIn("skill_gap", self.sheet.with_user(self.salesman).fields_get())
