from odoo import Command, fields
from odoo.tests import new_test_user

from .common import SatisfactionCommon


class CaseCommon(SatisfactionCommon):
    """A schedule that opens cases, a customer with an agreed service policy, and the people who put things right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.program.write({"case_active": True, "case_hours": 4.0, "case_ask_days": 7, "user_id": cls.manager.id})
        cls.second_program = cls.program.copy({"name": "Asked again", "active": True})
        cls.program.case_program_id = cls.second_program
        cls.leader = new_test_user(env, "case_leader", groups="sales_team.group_sale_salesman")
        cls.colleague = new_test_user(env, "case_colleague", groups="sales_team.group_sale_salesman")
        cls.team = env["crm.team"].create({"name": "Case Team", "user_id": cls.leader.id})
        cls.callback, cls.visit, cls.gift = env["crm.courtesy"].create(
            [{"name": "Call back"}, {"name": "Visit"}, {"name": "Gift"}]
        )
        cls.cause = env.ref("crm_satisfaction.cause_delivery")
        cls.agree(cls.customer, cls.callback | cls.visit)

    @classmethod
    def agree(cls, customer, courtesies, **values):
        return cls.env["crm.policy.override"].create(
            {
                "partner_id": customer.id,
                "company_id": cls.company.id,
                "reason": "Old friend",
                "date_end": fields.Date.add(fields.Date.today(), days=30),
                "policy_courtesy_ids": [Command.set(courtesies.ids)],
                **values,
            }
        )

    @classmethod
    def open_case(cls, score=2, contact=None, **values):
        """Return the case that an answer of this contact opened."""
        return cls._answer(score, contact or cls.contact, **values).case_ids

    @classmethod
    def close(cls, case, result="recovered", remedy=None, user=None):
        """Close a case as its owner would."""
        case = case.with_user(user or case.user_id or cls.manager)
        case.write({"cause_id": cls.cause.id, "action_taken": "Sent the rest by courier"})
        if remedy:
            case.remedy_id = remedy
        getattr(case, f"action_{result}")()
        return case.sudo()

    @classmethod
    def run_job(cls):
        """Run the step of the scheduler until nothing is left."""
        job = cls.env.ref("crm_satisfaction.job_recovery")
        done, left = cls.env["crm.satisfaction.case"]._job_recovery(job)
        return done, left
