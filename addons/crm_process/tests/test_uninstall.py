from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestUninstall(ProcessCommon):
    def test_what_would_break_goes_and_what_belongs_to_the_company_stays(self):
        stage = self._activate()
        lead = self._won_lead()
        lead.action_start_followup()
        empty = self.env["crm.process"].create({"name": "Empty", "team_ids": [self.other_team.id]})
        empty.action_activate()
        empty_stage = empty.followup_stage_id
        Filter = self.env["ir.filters"]
        ours = Filter.create(
            [
                {"name": "Phase", "model_id": "crm.lead", "domain": "[('process_phase', '=', 'needs')]"},
                {"name": "Group", "model_id": "crm.lead", "context": "{'group_by': ['cycle_number']}"},
                {"name": "Stage", "model_id": "crm.lead", "domain": "[('stage_id.process_phase', '=', 'sale')]"},
                {"name": "Order", "model_id": "sale.order", "domain": "[('opportunity_id.cycle_number', '>', 1)]"},
                {"name": "Model", "model_id": "crm.process", "active": False},
            ]
        )
        theirs = Filter.create({"name": "Theirs", "model_id": "crm.lead", "domain": "[('name', '!=', 'cycle')]"})
        export = self.env["ir.exports"].create(
            {
                "name": "Mixed",
                "resource": "crm.lead",
                "export_fields": [(0, 0, {"name": "name"}), (0, 0, {"name": "cycle_number"})],
            }
        )
        reason = self.env["crm.obstacle.reason"].create({"name": "In use"})
        self.env["crm.lead.obstacle"].create({"lead_id": lead.id, "reason_id": reason.id})
        self.env.flush_all()
        uninstall_hook(self.env)
        self.env.invalidate_all()
        reason.unlink()  # as Odoo does with the records of the addon
        self.assertFalse(ours.exists())
        self.assertTrue(theirs.exists())
        self.assertEqual(export.export_fields.mapped("name"), ["name"])
        self.assertTrue(stage.exists())
        self.assertEqual(lead.stage_id, stage)
        self.assertFalse(empty_stage.exists())
