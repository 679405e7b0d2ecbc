from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerRatings(AnswersCommon):
    """Runs where an app with ratings is installed; see tests/test_ratings.py of the project."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "project.task" not in cls.env:
            cls.skipTest(cls, "no app with ratings")
        cls.ratings_program = cls.env.ref("crm_satisfaction.program_ratings")
        cls.job = cls.env.ref("crm_satisfaction.job_satisfaction")
        cls.worker = cls.env["res.users"].browse(cls.manager.id)
        cls.project = cls.env["project.project"].create({"name": "Rated", "company_id": cls.company.id})
        cls.task = cls.env["project.task"].create(
            {"name": "Repair", "project_id": cls.project.id, "user_ids": cls.worker.ids, "partner_id": cls.contact.id}
        )

    def _rate(self, value, partner=None, document=None, **values):
        document = document or self.task
        partner = self.contact if partner is None else partner
        return self.env["rating.rating"].create({
            "res_model_id": self.env["ir.model"]._get(document._name).id, "res_id": document.id, "rating": value,
            "consumed": True, "partner_id": partner.id, "rated_partner_id": self.worker.partner_id.id, **values,
        })  # fmt: skip

    def _take(self):
        self.job.run_number += 1
        done, left = 0, 1
        while left:
            taken, left = self.env["crm.satisfaction.response"]._take_ratings(self.job)
            done += taken
        return done

    def _answers(self):
        return self.env["crm.satisfaction.response"].search([("channel", "=", "rating")], order="id")

    def test_nothing_before_somebody_switches_it_on(self):
        self._rate(1)
        self.assertEqual(self._take(), 0)
        self.assertFalse(self._answers())

    def test_ratings_become_answers_once(self):
        self.ratings_program.active = True
        moment = fields.Datetime.now() - timedelta(days=40)
        self._rate(1, feedback=" Late! ").write({"rated_on": moment})
        self._rate(3)
        self._rate(5)
        self.assertEqual(self._take(), 3)
        self.assertRecordValues(self._answers(), [
            {"score": 1, "score_group": "detractor", "comment": "Late!", "answered_at": moment,
             "customer_id": self.customer.id, "served_by_id": self.worker.id, "res_model": "project.task",
             "res_id": self.task.id, "metric": "csat"},
            {"score": 3, "score_group": "passive", "comment": False, "answered_at": self._answers()[1].answered_at,
             "customer_id": self.customer.id, "served_by_id": self.worker.id, "res_model": "project.task",
             "res_id": self.task.id, "metric": "csat"},
            {"score": 5, "score_group": "promoter", "comment": False, "answered_at": self._answers()[2].answered_at,
             "customer_id": self.customer.id, "served_by_id": self.worker.id, "res_model": "project.task",
             "res_id": self.task.id, "metric": "csat"},
        ])  # fmt: skip
        self.assertEqual(self._take(), 0)

    def test_the_first_value_wins_and_later_ones_are_noted_once(self):
        self.ratings_program.active = True
        rating = self._rate(5)
        self._take()
        rating.write({"rating": 1})
        self.assertEqual((self._take(), self._take()), (1, 0))
        answer = self._answers()
        self.assertEqual(answer.score, 5)
        self.assertRecordValues(answer.part_ids, [{"kind": "later", "score": 1}])
        rating.unlink()
        self.assertEqual((self._take(), answer.score), (0, 5))

    def test_old_ratings_open_no_case(self):
        self.ratings_program.write({"active": True, "case_active": True})
        self._rate(1).write({"rated_on": fields.Datetime.now() - timedelta(days=40)})
        self._take()
        self.assertFalse(self._answers().case_ids)
        self._rate(1)
        self._take()
        self.assertEqual(len(self._answers().case_ids), 1)

    def test_visitors_and_colleagues_are_no_customers(self):
        self.ratings_program.active = True
        public = self.env.ref("base.public_user").partner_id
        for partner in (self.env["res.partner"], public, self.worker.partner_id):
            self._rate(2, partner)
        self._take()
        self.assertEqual(self._answers().mapped("score"), [2, 2, 2])
        self.assertFalse(self._answers().partner_id)

    def test_what_is_not_filled_in_or_internal_is_left_alone(self):
        self.ratings_program.active = True
        self._rate(0)
        self._rate(3, consumed=False)
        self.assertEqual(self._take(), 0)

    def test_companies_take_their_own(self):
        second = self.env["res.company"].create({"name": "Second"})
        project = self.env["project.project"].create({"name": "Far", "company_id": second.id})
        task = self.env["project.task"].create({"name": "Far", "project_id": project.id})
        self.ratings_program.active = True
        self._rate(1, document=task)
        self.assertEqual(self._take(), 0)
        program = self.ratings_program.copy({"company_id": second.id, "user_id": False, "active": True})
        self.assertEqual(self._take(), 1)
        self.assertEqual(self._answers().program_id, program)

    def test_a_rated_document_that_is_gone(self):
        self.ratings_program.active = True
        self._rate(4)
        self.env.cr.execute("DELETE FROM project_task WHERE id = %s", self.task.ids)
        self.env.invalidate_all()
        self.assertEqual(self._take(), 1)
        self.assertEqual(self._answers().score, 4)

    def test_many_ratings_cost_the_same_as_few(self):
        self.ratings_program.active = True

        def queries(number):
            for value in range(number):
                self._rate(value % 5 + 1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._take()
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertLessEqual(queries(30), queries(3) + 2)
