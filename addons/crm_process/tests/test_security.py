from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestSecurity(ProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(cls.env, "process_reader", groups="crm_segmentation.group_insight_read")
        cls.employee = new_test_user(cls.env, "process_employee", groups="base.group_user")
        cls.portal = new_test_user(cls.env, "process_portal", groups="base.group_portal")

    def test_readers_and_salespersons_read_and_change_nothing(self):
        for user in self.salesman | self.reader:
            process = self.process.with_user(user)
            self.assertEqual(process.read()[0]["name"], "Test process", "all fields a reader may see")
            for change in (
                lambda process=process: process.write({"name": "Mine"}),
                lambda process=process: process.write({"state": "effective"}),
                lambda process=process: process.action_activate(),
                lambda process=process: process.action_retire(),
                lambda process=process: process.create({"name": "Mine"}),
                lambda process=process: process.unlink(),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    change()
        self.assertEqual(self.process.state, "draft")
        self.assertFalse(self.process.followup_stage_id)

    def test_salesperson_does_not_switch_off(self):
        self._activate()
        with self.assertRaises(AccessError):
            self.process.with_user(self.salesman).action_retire()
        with self.assertRaises(AccessError):
            self.stage_new.with_user(self.salesman).process_phase = "sale"

    def test_employees_and_customers_see_nothing(self):
        for user in self.employee | self.portal:
            for model in ("crm.process", "crm.cycle.close"):
                records = self.env[model].with_user(user)
                for call in (
                    lambda records=records: records.search([]),
                    lambda records=records: records.search_count([]),
                    lambda records=records: records.formatted_read_group([], ["create_uid"], ["__count"]),
                    lambda records=records: records.create({}),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        call()
            with self.assertRaises(AccessError):
                self.process.with_user(user).read(["name"])
            with self.assertRaises(UserError):  # an AccessError for who may export at all
                self.process.with_user(user).export_data(["name"])
            with self.assertRaises(AccessError):
                self.process.with_user(user).action_activate()

    def test_partner_cycles_are_for_sales(self):
        lead = self._lead()
        self._lead(previous_cycle_id=lead.id)
        self.assertEqual(self.customer.with_user(self.salesman).cycle_count, 2)
        for user in self.employee | self.portal:
            with self.assertRaises(AccessError):
                self.customer.with_user(user).read(["cycle_count"])
            self.assertNotIn("cycle_count", self.customer.with_user(user).fields_get())
        self.portal.partner_id = self.customer
        with self.assertRaises(AccessError):
            self.customer.with_user(self.portal).read(["cycle_count"])

    def test_salesperson_closes_own_cases_only(self):
        self._activate()
        lead = self._won_lead(user_id=self.manager.id, team_id=self.team.id)
        lead.action_start_followup()
        wizard = self.env["crm.cycle.close"].with_user(self.salesman)
        with self.assertRaises(AccessError):
            wizard.create({"lead_id": lead.id}).action_close()
        self.assertFalse(lead.followup_end)

    def test_manager_configures_own_companies_only(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["crm.process"].create({"name": "Foreign", "company_id": company.id})
        shared = self.env["crm.process"].create({"name": "Shared", "company_id": False})
        visible = self.env["crm.process"].with_user(self.manager).search([])
        self.assertNotIn(foreign, visible)
        self.assertIn(shared, visible)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).name = "Mine"
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["name"])
        shared.with_user(self.manager).name = "Ours"

    def test_configurer_outside_sales_can_switch_on(self):
        user = new_test_user(self.env, "process_configurer", groups="crm_segmentation.group_insight_configure")
        self.assertFalse(user.has_group("sales_team.group_sale_manager"))
        self.process.with_user(user).action_activate()
        self.assertEqual(self.process.followup_stage_id.team_ids, self.team)

    def test_one_company_cannot_take_the_team_of_another(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self._activate()
        self.manager.company_ids = [Command.link(company.id)]
        second = self.env["crm.process"].create(
            {"name": "Second", "company_id": company.id, "team_ids": [self.team.id]}
        )
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            second.with_user(self.manager).with_company(company).action_activate()
        self.assertEqual(second.state, "draft")

    def test_what_is_typed_on_closing_is_for_its_author(self):
        lead = self.env["crm.lead"].create({"name": "Mine", "user_id": self.salesman.id})
        wizard = self.env["crm.cycle.close"].with_user(self.salesman).create({"lead_id": lead.id, "learnt": "Secret"})
        colleague = new_test_user(self.env, "process_colleague", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            wizard.with_user(colleague).read(["learnt"])
