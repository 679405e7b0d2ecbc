from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import ProcessCommon

LINES = ("crm.process.io", "crm.process.resource", "crm.process.risk")


@tagged("post_install", "-at_install")
class TestSecuritySheet(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "sheet_employee", groups="base.group_user")
        cls.portal = new_test_user(cls.env, "sheet_portal", groups="base.group_portal")
        cls.measure = cls.env["crm.measure"].search([("code", "=", "revenue")])
        cls.field_phone = cls.env["ir.model.fields"]._get("crm.lead", "phone")
        cls.sheet = cls._sheet(cls.process)
        cls.foreign_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.foreign = cls._sheet(
            cls.env["crm.process"].create({"name": "Foreign", "company_id": cls.foreign_company.id})
        )

    @classmethod
    def _sheet(cls, process):
        return cls.env["crm.process.stage"].create(
            {
                "process_id": process.id,
                "stage_id": cls.stage_new.id,
                "input_ids": [(0, 0, {"name": "Enquiry"})],
                "output_ids": [(0, 0, {"name": "Phone", "evidence": "field", "field_id": cls.field_phone.id})],
                "indicator_ids": [(0, 0, {"measure_id": cls.measure.id, "direction": "min", "target": 1})],
                "resource_ids": [(0, 0, {"name": "Representative"})],
                "risk_ids": [(0, 0, {"name": "No answer"})],
            }
        )

    def _all(self, sheet):
        return [sheet, sheet.input_ids, sheet.output_ids, sheet.indicator_ids, sheet.resource_ids, sheet.risk_ids]

    def test_salesperson_reads_everything_and_changes_nothing(self):
        for records in self._all(self.sheet):
            mine = records.with_user(self.salesman)
            self.assertTrue(mine.read())
            name = "criteria" if records == self.sheet else "name"
            for change in (
                lambda mine=mine, name=name: mine.write({name: "Mine"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    change()
        self.assertTrue(Form(self.sheet.with_user(self.salesman)).id, "the page opens")

    def test_manager_writes_a_draft(self):
        with Form(self.sheet.with_user(self.manager)) as form:
            form.criteria = "Answered within a day"
            with form.output_ids.new() as line:
                line.name = "Requirement"
            with form.risk_ids.new() as line:
                line.name = "Late"
                line.likelihood = "3"
        self.assertEqual(self.sheet.output_ids.mapped("kind"), ["output", "output"])
        self.assertEqual(self.sheet.criteria, "Answered within a day")
        with Form(self.process.with_user(self.manager)) as form, form.sheet_ids.new() as line:
            line.stage_id = self.stage_offer
        self.assertEqual(len(self.process.sheet_ids), 2)

    def test_other_companies_stay_apart(self):
        for records in self._all(self.foreign):
            theirs = records.with_user(self.manager)
            self.assertFalse(theirs.search([("id", "in", records.ids)]))
            for call in (
                lambda theirs=theirs: theirs.read(),
                lambda theirs=theirs: theirs.write({"sequence": 1}),
                lambda theirs=theirs: theirs.unlink(),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    call()
        line = {"sheet_id": self.foreign.id, "name": "Slipped in"}
        for model in LINES:
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.env[model].with_user(self.manager).create(line)

    def test_employees_and_customers_see_nothing(self):
        for user in self.employee | self.portal:
            for records in self._all(self.sheet):
                theirs = records.with_user(user)
                for call in (
                    lambda theirs=theirs: theirs.read(["sequence"]),
                    lambda theirs=theirs: theirs.search([]),
                    lambda theirs=theirs: theirs.formatted_read_group([], ["create_uid"], ["__count"]),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        call()
            wizard = self.env["crm.process.template"].with_user(user)
            with self.assertRaises(AccessError):
                wizard.create({}).action_create()

    def test_salesperson_begins_no_process(self):
        with self.assertRaises(AccessError):
            self.env["crm.process.template"].with_user(self.salesman).create({})
        with self.assertRaises(AccessError):
            self.process.with_user(self.salesman).action_new_version()
        with self.assertRaises(AccessError):
            self.process.with_user(self.salesman).action_move_cases()
        with self.assertRaises(AccessError):
            self.process.with_user(self.salesman).action_add_sheets()

    def test_import_cannot_switch_on(self):
        result = self.env["crm.process"].with_user(self.manager).load(["name", "state"], [["Imported", "Effective"]])
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])
