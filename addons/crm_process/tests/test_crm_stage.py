import doctest

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..hooks import post_init_hook
from ..tools import phases
from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestCrmStage(ProcessCommon):
    def test_examples_of_the_rule_hold(self):
        self.assertEqual(doctest.testmod(phases).failed, 0)
        self.assertGreater(doctest.testmod(phases).attempted, 5)

    def test_open_stages_are_mapped_by_order_and_won_ones_are_sale(self):
        self.stages.process_phase = False
        own = self.env["crm.stage"].create(
            [
                {"name": "Own call", "sequence": 900, "team_ids": [self.team.id]},
                {"name": "Own win", "sequence": 901, "is_won": True, "team_ids": [self.team.id]},
            ]
        )
        self.env["crm.stage"]._map_phases()
        opened = self.stages.filtered(lambda stage: not stage.is_won)
        self.assertEqual(opened[0].process_phase, "needs")
        self.assertEqual(opened[-1].process_phase, "sale")
        self.assertEqual(set(self.stages.filtered("is_won").mapped("process_phase")), {"sale"})
        self.assertEqual(own.mapped("process_phase"), ["sale", "sale"])

    def test_installing_changes_no_stage_but_for_its_phase_and_no_lead(self):
        lead = self._lead()
        won = self._won_lead()
        self.env.flush_all()
        tables = ("crm_stage", "crm_lead", "mail_message", "mail_activity", "mail_mail", "crm_process")
        before = self._fingerprint(tables)
        self.stages.process_phase = False
        post_init_hook(self.env)
        self.assertEqual(self._fingerprint(tables), before)
        self.assertRecordValues(lead | won, [{"stage_id": self.stage_new.id}, {"stage_id": self.stage_won.id}])
        self.assertFalse(self.env["crm.process"].search([("state", "=", "effective"), ("team_ids", "=", self.team.id)]))

    def _fingerprint(self, tables):
        self.env.flush_all()
        result = []
        for table in tables:
            columns = {"crm_stage": "name, sequence, is_won", "crm_lead": "stage_id, write_date"}.get(table, "id")
            self.env.cr.execute(f"SELECT id, {columns} FROM {table} ORDER BY id")  # pylint: disable=sql-injection
            result.append(self.env.cr.fetchall())
        return result

    def test_edited_phase_survives_another_mapping(self):
        self.stage_new.process_phase = "sale"
        self.env["crm.stage"]._map_phases()
        self.assertEqual(self.stage_new.process_phase, "sale")

    def test_new_stage_has_no_phase_until_somebody_says_so(self):
        self.assertFalse(self.env["crm.stage"].create({"name": "Later"}).process_phase)

    def test_leads_are_searched_grouped_and_ordered_by_phase_and_cycle(self):
        self.stage_new.process_phase = "solution"
        self.stage_offer.process_phase = "sale"
        leads = self._lead(stage_id=self.stage_offer.id, cycle_number=2) | self._lead()
        domain = [("id", "in", leads.ids)]
        Lead = self.env["crm.lead"].with_user(self.salesman)
        self.assertEqual(Lead.search([*domain, ("process_phase", "=", "sale")]), leads[0])
        road = [("solution", 1), ("sale", 1)]  # not in alphabetical order
        self.assertEqual(Lead._read_group(domain, ["process_phase"], ["__count"]), road)
        self.assertEqual(
            Lead._read_group(domain, ["process_phase"], ["__count"], order="process_phase desc"), road[::-1]
        )
        self.assertEqual(Lead.search(domain, order="process_phase, id"), leads[::-1])
        self.assertEqual(Lead.search(domain, order="process_phase desc, id"), leads)
        self.assertEqual(Lead._read_group(domain, ["cycle_number"], ["__count"]), [(1, 1), (2, 1)])
        self.assertEqual(Lead.search(domain, order="cycle_number desc"), leads)

    def test_leads_older_than_the_addon_are_first_cycles(self):
        lead = self._lead()
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET cycle_number = NULL WHERE id = %s", [lead.id])
        self.env.invalidate_all()
        self.assertEqual(lead.cycle_number, 1)
        self.assertIn(lead, self.env["crm.lead"].search([("cycle_number", "=", 1)]))
        self.assertNotIn(lead, self.env["crm.lead"].search([("cycle_number", ">", 1)]))
        self.assertNotIn(lead, self.env["crm.lead"].search([("cycle_number", "=", False)]))

    def test_stage_of_an_effective_process_cannot_be_broken_or_deleted(self):
        stage = self._activate()
        for values in ({"is_won": False}, {"team_ids": [(5,)]}, {"process_phase": "sale"}):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                stage.write(values)
        with self.assertRaises(UserError):
            stage.unlink()
