from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon


class ProcessCommon(BaseCommon):
    """Two sales teams on the shared pipeline; only the first one gets a process in the tests that switch one on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = cls.env["crm.stage"].search([("team_ids", "=", False)])
        cls.stage_won = cls.stages.filtered("is_won")[-1:]
        cls.stage_new, cls.stage_middle, cls.stage_offer = cls.stages.filtered(lambda stage: not stage.is_won)[:3]
        cls.salesman = new_test_user(cls.env, "process_salesman", groups="sales_team.group_sale_salesman")
        cls.manager = new_test_user(cls.env, "process_manager", groups="sales_team.group_sale_manager")
        cls.team = cls.env["crm.team"].create({"name": "Process team", "member_ids": [cls.salesman.id]})
        cls.other_team = cls.env["crm.team"].create({"name": "Other team"})
        cls.customer = cls.env["res.partner"].create({"name": "Process customer", "email": "process@example.com"})
        cls.process = cls.env["crm.process"].create({"name": "Test process", "team_ids": [cls.team.id]})

    @classmethod
    def _activate(cls):
        cls.process.action_activate()
        return cls.process.followup_stage_id

    @classmethod
    def _lead(cls, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Test opportunity",
                "type": "opportunity",
                "team_id": cls.team.id,
                "user_id": cls.salesman.id,
                "partner_id": cls.customer.id,
                "stage_id": cls.stage_new.id,
                **values,
            }
        )

    @classmethod
    def _won_lead(cls, **values):
        lead = cls._lead(**values)
        lead.action_set_won()
        # Won a while ago: what happens later must not move the date.
        cls.env.cr.execute("UPDATE crm_lead SET date_closed = '2020-03-04 05:06:07' WHERE id = %s", [lead.id])
        lead.invalidate_recordset(["date_closed"])
        return lead

    def _close(self, lead, user=None, method="action_close_and_start", **values):
        wizard = self.env["crm.cycle.close"].with_user(user or self.env.user)
        wizard = wizard.with_context(default_lead_id=lead.id).create(
            {
                "lead_id": lead.id,
                "delivered": "Ten desks",
                "learnt": "Call <b>before</b> noon\nand ask for Ann",
                "wishes": "Lamps",
                **values,
            }
        )
        return getattr(wizard, method)()
