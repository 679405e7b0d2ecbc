from unittest.mock import patch

from odoo.tests import tagged

from .common import ProcessCommon


@tagged("post_install", "-at_install")
class TestPerformance(ProcessCommon):
    """Queries with the addon against the same work with its overrides out of the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_followup = cls._activate()
        cls.leads = cls._lead() | cls._lead() | cls._lead() | cls._lead()

    def _count(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _move(self, lead, stage):
        return self._count(lambda: lead.with_user(self.salesman).write({"stage_id": stage.id}))

    def test_moving_a_lead_costs_at_most_one_query_more(self):
        self._move(self.leads[0], self.stage_middle)  # warm up
        ours = self._move(self.leads[1], self.stage_middle)
        Lead = type(self.env["crm.lead"])
        core = next(cls for cls in Lead.__mro__ if cls.__module__ == "odoo.addons.crm.models.crm_lead")
        with patch.object(Lead, "write", core.write, create=True):
            bare = self._move(self.leads[2], self.stage_middle)
        self.assertLessEqual(ours, bare + 1)

    def test_going_on_to_followup_is_a_fixed_number_of_queries(self):
        leads = self._won_lead() | self._won_lead() | self._won_lead() | self._won_lead()
        one = self._count(leads[0].action_start_followup)
        three = self._count(leads[1:].action_start_followup)
        self.assertLessEqual(three, one + 14, "core's own tracking is per lead")

    def _kanban(self, names):
        leads = self.env["crm.lead"].with_user(self.salesman)
        spec = {name: {} for name in names} | {"stage_id": {"fields": {"display_name": {}}}}
        return self._count(
            lambda: leads.web_read_group(
                [("team_id", "=", self.team.id)],
                ["stage_id"],
                ["__count", "expected_revenue:sum"],
                auto_unfold=True,
                unfold_read_specification=spec,
            )
        )

    def test_pipeline_kanban_costs_at_most_one_query_more(self):
        core = ["name", "probability", "won_status", "expected_revenue"]
        self._kanban(core)  # warm up
        bare = self._kanban(core)
        ours = self._kanban([*core, "process_phase", "cycle_number", "followup_outcome"])
        self.assertLessEqual(ours, bare + 1)

    def test_lead_form_costs_a_handful(self):
        names = ["process_phase", "process_id", "cycle_count", "can_start_followup", "can_close_followup"]
        lead = self.leads[0].with_user(self.salesman)
        lead.read([*names, "stage_id"])
        bare = self._count(lambda: lead.read(["stage_id", "won_status"]))
        ours = self._count(lambda: lead.read(["stage_id", "won_status", *names]))
        self.assertLessEqual(ours, bare + 8)

    def test_counting_cycles_of_many_partners_is_one_query_each_step(self):
        partners = self.env["res.partner"].create([{"name": f"Partner {number}"} for number in range(20)])
        for partner in partners:
            first = self._lead(partner_id=partner.id)
            self._lead(partner_id=partner.id, previous_cycle_id=first.id)
        few = self._count(lambda: partners[:2].mapped("cycle_count"))
        many = self._count(lambda: partners.mapped("cycle_count"))
        self.assertEqual(few, many)
        self.assertEqual(partners.mapped("cycle_count"), [2] * 20)
