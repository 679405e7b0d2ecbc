from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestBadInput(ProcessCommon):
    """What people, files and other programs do that nobody planned."""

    def _sheet(self, stage, **values):
        return self.env["crm.process.stage"].create({"process_id": self.process.id, "stage_id": stage.id, **values})

    def _import(self, rows):
        fields = ["name", "team_id/.id", "type", "expected_revenue"]
        return self.env["crm.lead"].with_user(self.manager).with_context(import_file=True).load(fields, rows)

    def _rows(self):
        """Return 1,000 rows of which each 33rd, 30 of them, lacks the revenue."""
        lacking = set(range(33, 1000, 33))
        self.assertEqual(len(lacking), 30)
        return lacking, [
            [f"Row {row}", str(self.team.id), "opportunity", "" if row in lacking else "100"] for row in range(1000)
        ]

    def _ask_for_revenue(self):
        self._sheet(self.stage_new, time_limit=8)
        self.process.create_field_ids = self.env["ir.model.fields"]._get("crm.lead", "expected_revenue")

    def test_import_of_a_thousand_names_thirty_and_takes_none(self):
        self._ask_for_revenue()
        self._activate()
        lacking, rows = self._rows()
        result = self._import(rows)
        self.assertFalse(result["ids"])
        named = {message["record"] for message in result["messages"]}
        self.assertEqual(named, lacking)
        self.assertFalse(self.env["crm.lead"].search_count([("name", "=like", "Row %")]))
        self.assertFalse(self.env["crm.lead.reminder"].search_count([]))

    def test_import_of_a_thousand_marks_thirty_and_starts_all_clocks(self):
        self._ask_for_revenue()
        self.process.import_marks = True
        self._activate()
        lacking, rows = self._rows()
        result = self._import(rows)
        leads = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual(len(leads), 1000)
        self.assertEqual(len(leads.filtered("outputs_owed")), len(lacking))
        self.assertTrue(all(leads.mapped("stage_due_date")))
        self.assertEqual(self.env["crm.lead.reminder"].search_count([("lead_id", "in", leads.ids)]), 1000)

    def test_process_without_stages_starts_moves_and_limits_nothing(self):
        self._activate()
        self.assertFalse(self.process.sheet_ids)
        lead = self._lead()
        lead.with_user(self.salesman).write({"stage_id": self.stage_offer.id})
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "opportunity_id": lead.id})
        order.write({"state": "sent"})
        self.env.cr.flush()
        self.assertEqual(lead.stage_id, self.stage_offer)
        self.assertFalse(lead.stage_due_date or lead.activity_ids)

    def test_two_processes_for_one_team(self):
        self._sheet(self.stage_new, time_limit=8)
        self._activate()
        second = self.env["crm.process"].create({"name": "Second", "team_ids": [self.team.id]})
        with self.assertRaises(ValidationError):
            second.action_activate()
        self.assertTrue(self._lead().stage_due_date, "the first one is in force as before")

    def test_stage_in_use_is_not_deleted_and_its_clock_goes_on(self):
        self._sheet(self.stage_new, time_limit=8)
        self._activate()
        lead = self._lead()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.stage_new.unlink()
        self.env.invalidate_all()
        self.assertEqual(lead.stage_id, self.stage_new)
        self.assertTrue(lead.stage_due_date)

    def test_stages_merged_by_hand_carry_the_cases_on(self):
        """Who merges two stages moves the cases of one into the other, all at once."""
        self._sheet(self.stage_new, time_limit=8)
        self._sheet(self.stage_middle, time_limit=16, sequence=20)
        self._activate()
        leads = self._lead() | self._lead()
        before = leads[0].stage_due_date
        leads.write({"stage_id": self.stage_middle.id})
        self.assertEqual(len(set(leads.mapped("stage_due_date"))), 1)
        self.assertGreater(leads[0].stage_due_date, before)

    def test_limits_out_of_bounds_are_refused(self):
        for values in (
            {"time_limit": -1},
            {"time_limit": 1e9},
            {"time_limit": float("nan")},
            {"time_limit": 8, "warning_value": float("inf")},
            {"time_limit": 8, "warning_value": float("nan"), "warning_unit": "hours"},
            {"time_limit": 8, "warning_value": 101},
            {"time_limit": 8, "warning_value": -5, "warning_unit": "hours"},
            {"time_limit": 8, "escalation_after": -1},
        ):
            with (
                self.subTest(values),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._sheet(self.stage_new, **values).flush_recordset()
