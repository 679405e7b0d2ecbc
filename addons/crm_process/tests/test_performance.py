from contextlib import ExitStack
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

    def setUp(self):
        super().setUp()
        # Asked once by each server process, not at each move
        self.env["crm.process"]._index()

    def _count(self, work):
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        self.env["crm.stage.log"].flush_model()
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

    def _bare(self):
        """Return a context in which leads are written as core does."""
        Lead = type(self.env["crm.lead"])
        core = next(cls for cls in Lead.__mro__ if cls.__module__ == "odoo.addons.crm.models.crm_lead")
        stack = ExitStack()
        stack.enter_context(patch.object(Lead, "write", core.write, create=True))
        stack.enter_context(patch.object(Lead, "_log_stages", lambda leads: None))
        return stack

    def test_history_is_one_statement_for_a_batch_that_moves(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"Lead {n}", "team_id": self.team.id, "user_id": self.salesman.id} for n in range(42)]
        )
        one, other, many, more = leads[0], leads[1], leads[2:22], leads[22:]
        self._move(one, self.stage_middle)  # warm up
        for ours, core in ((one, other), (many, more)):
            with self._bare():
                bare = self._move(core, self.stage_offer)
            self.assertLessEqual(self._move(ours, self.stage_offer), bare + 1)

    def test_history_asks_nothing_when_nothing_moves(self):
        lead = self.leads[0]
        self._count(lambda: lead.write({"priority": "1", "phone": "1"}))  # warm up
        with self._bare():
            bare = self._count(lambda: lead.write({"priority": "2", "phone": "2", "stage_id": lead.stage_id.id}))
        ours = self._count(lambda: lead.write({"priority": "1", "phone": "3", "stage_id": lead.stage_id.id}))
        self.assertLessEqual(ours, bare)

    def test_winning_losing_and_creating(self):
        self.leads[0].with_user(self.salesman).action_set_won()  # warm up
        self.leads[1].with_user(self.salesman).action_set_lost()
        works = (
            lambda lead: lead.with_user(self.salesman).action_set_won(),
            lambda lead: lead.with_user(self.salesman).action_set_lost(),
            lambda lead: self._lead(name="New"),
        )
        for work in works:
            first, second = self._lead(), self._lead()
            with self._bare():
                bare = self._count(lambda work=work, lead=first: work(lead))
            self.assertLessEqual(self._count(lambda work=work, lead=second: work(lead)), bare + 1)

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
        ours = self._kanban(
            [
                *core,
                "process_phase",
                "cycle_number",
                "followup_outcome",
                "blocked_since",
                "stage_due_date",
                "stage_limit_state",
            ]
        )
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
        self._count(lambda: partners[:1].mapped("cycle_count"))  # warm up
        few = self._count(lambda: partners[:2].mapped("cycle_count"))
        many = self._count(lambda: partners.mapped("cycle_count"))
        self.assertEqual(few, many)
        self.assertEqual(partners.mapped("cycle_count"), [2] * 20)

    def test_cards_of_a_list_cost_the_same_whatever_their_gates_ask(self):
        draft = self.process.browse(self.process.action_new_version()["res_id"])
        sheet = self.env["crm.process.stage"].create({"process_id": draft.id, "stage_id": self.stage_new.id})
        kinds = ("attachment", "approval", "meeting", "quotation", "checklist")
        outputs = [{"sheet_id": sheet.id, "kind": "output", "name": kind, "evidence": kind} for kind in kinds]
        self.env["crm.process.io"].create(outputs[:2])
        draft.action_activate()
        draft.action_move_cases()
        self.env["crm.process"]._gate_index()
        core = ["name", "probability", "won_status", "expected_revenue"]
        asked = [*core, "process_phase", "outputs_missing"]
        self._kanban(asked)  # warm up
        few = self._kanban(asked)
        more = self.process.browse(draft.action_new_version()["res_id"])
        self.env["crm.process.io"].create([{**output, "sheet_id": more.sheet_ids.id} for output in outputs[2:]] * 3)
        more.action_activate()
        more.action_move_cases()
        self.env["crm.process"]._gate_index()
        self._kanban(asked)
        self.assertEqual(self._kanban(asked), few)
        self.assertEqual(len(self.leads[0].outputs_missing.splitlines()), 11)
