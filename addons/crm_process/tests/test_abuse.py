from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_document import DocumentCommon


@tagged("post_install", "-at_install")
class TestAbuse(DocumentCommon):
    """What no button does, tried by calls to the server; and settings that would hold up a document."""

    def _mine(self, lead):
        return lead.with_user(self.salesman)

    def test_nobody_stops_the_clock_by_writing_a_date(self):
        self._activate()
        lead = self._lead(expected_revenue=1)
        now = fields.Datetime.now()
        for name, value in (
            ("blocked_since", now),
            ("followup_start", now),
            ("followup_end", now),
            ("followup_outcome", "satisfied"),
        ):
            leads = self.env["crm.lead"].with_user(self.salesman)
            values = {"name": "New", "type": "opportunity", "team_id": self.team.id}
            for way, attempt in {
                "write": lambda name=name, value=value: self._mine(lead).write({name: value}),
                "create": lambda name=name, value=value, leads=leads, values=values: leads.create(
                    {**values, name: value}
                ),
                "context": lambda name=name, value=value, leads=leads, values=values: leads.with_context(
                    **{f"default_{name}": value}
                ).create(values),
            }.items():
                with self.subTest(name=name, way=way), self.assertRaises(AccessError):
                    attempt()
        self.assertFalse(lead.blocked_since or lead.followup_end)

    def test_the_buttons_still_do(self):
        self._activate()
        lead = self._lead(expected_revenue=1)
        reason = self.env["crm.obstacle.reason"].search([], limit=1)
        obstacle = self.env["crm.lead.obstacle"].with_user(self.salesman)
        obstacle = obstacle.create({"lead_id": lead.id, "reason_id": reason.id})
        self.assertTrue(lead.blocked_since)
        with self.assertRaises(UserError):
            obstacle.date_start = fields.Datetime.now() + timedelta(days=3)
        self._mine(lead).action_unblock()
        self.assertFalse(lead.blocked_since)
        self._mine(lead).action_set_won()
        self._mine(lead).action_start_followup()
        self.assertTrue(lead.followup_start)
        self._close(lead, self.salesman, method="action_close")
        self.assertEqual(lead.followup_outcome, "satisfied")

    def test_outputs_of_cases_of_colleagues_are_not_listed(self):
        self._activate()
        colleague = new_test_user(self.env, "process_colleague", groups="sales_team.group_sale_salesman")
        lead = self._lead(expected_revenue=0)
        with self.assertRaises(AccessError):
            self.env["crm.lead.outputs"].with_user(colleague).create({"lead_id": lead.id}).read(["line_ids"])
        self.assertTrue(self.env["crm.lead.outputs"].with_user(self.salesman).create({"lead_id": lead.id}).line_ids)

    def test_a_condition_that_cannot_be_compared_holds_up_no_document(self):
        self.process.document_missing = "stay"
        with self.assertRaises(ValidationError):
            self.output.condition = "[('expected_revenue', '<', 'abc')]"
        self.output.invalidate_recordset()
        self._activate()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_process_io SET condition = %s WHERE id = %s",
            ["[('expected_revenue', '>', 'abc')]", self.output.id],
        )
        self.env.invalidate_all()
        lead = self._lead(expected_revenue=5)
        order = self._order(lead)
        order.action_quotation_sent()
        self._end()
        self.assertEqual(order.state, "sent")
        self.assertEqual(self._stage(lead), self.stage_offer, "the field is filled")
        self.assertTrue(self._mine(lead).read(["outputs_missing"]))
