from datetime import datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerSnapshot(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "Pump"})
        cls.team = cls.env["crm.team"].create({"name": "Pump Team"})
        cls.stage = cls.env["crm.stage"].create({"name": "Pumping"})
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Pump", "team_id": cls.team.id, "stage_id": cls.stage.id, "type": "opportunity"}
        )

    def _order(self, *products, **values):
        lines = [(0, 0, {"product_id": product.id, "product_uom_qty": 1}) for product in products]
        return self.env["sale.order"].create(
            {"partner_id": self.customer.id, "user_id": self.manager.id, "order_line": lines, **values}
        )

    def test_person_team_product_and_stage_of_the_document(self):
        order = self._order(self.product, team_id=self.team.id, opportunity_id=self.lead.id)
        response = self._store(9, res_model="sale.order", res_id=order.id)
        self.assertRecordValues(response, [{
            "user_id": self.salesman.id, "served_by_id": self.manager.id, "team_id": self.team.id,
            "product_id": self.product.id, "stage_id": self.stage.id, "points": 90,
        }])  # fmt: skip

    def test_what_is_known_then_does_not_change_later(self):
        order = self._order(self.product, team_id=self.team.id)
        response = self._store(9, res_model="sale.order", res_id=order.id)
        order.write({"user_id": self.salesman.id, "team_id": False})
        self.customer.user_id = self.manager
        self.assertRecordValues(response, [{"user_id": self.salesman.id, "served_by_id": self.manager.id}])
        self.assertEqual(response.team_id, self.team)

    def test_an_order_of_two_products_is_about_no_single_one(self):
        order = self._order(self.product, self.env["product.product"].create({"name": "Hose"}))
        self.assertFalse(self._store(9, res_model="sale.order", res_id=order.id).product_id)

    def test_stage_of_the_opportunity_asked_about(self):
        self.assertEqual(self._store(9, res_model="crm.lead", res_id=self.lead.id).stage_id, self.stage)

    def test_a_document_that_is_gone_or_no_model_tells_nothing(self):
        order = self._order(self.product)
        number = order.id
        order.unlink()
        for model, res_id in (("sale.order", number), ("no.model", 1), ("sale.order", False)):
            response = self._store(9, res_model=model, res_id=res_id)
            self.assertFalse(response.served_by_id | self.env["res.users"].browse(response.product_id.ids))

    def test_without_a_document_the_team_is_that_of_the_account_manager(self):
        self.env["crm.team.member"].create({"crm_team_id": self.team.id, "user_id": self.salesman.id})
        self.env.flush_all()
        self.assertEqual(self._store(9).team_id, self.salesman.sale_team_id)
        self.assertTrue(self.salesman.sale_team_id)

    def test_segments_of_that_day(self):
        scheme = self.env.ref("crm_segmentation.scheme_abc")
        now, past = scheme.segment_ids[:2]
        values = {"scheme_id": scheme.id, "company_id": self.company.id, "partner_id": self.customer.id}
        self.env["crm.segment.member"].create(
            [
                {**values, "segment_id": past.id, "date_from": "2020-01-01", "date_to": "2021-01-01"},
                {**values, "segment_id": now.id, "date_from": "2021-01-01"},
            ]
        )
        self.env.flush_all()
        self.assertEqual(self._store(9).segment_ids, now)
        earlier = self._store(9, answered_at=datetime(2020, 6, 1), channel="import")
        self.assertEqual(earlier.segment_ids, past)
        change = self._store(9, answered_at=datetime(2021, 1, 1, 12), channel="import")
        self.assertEqual(change.segment_ids, now)

    def test_the_day_is_that_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        response = self._store(9, answered_at=datetime(2026, 5, 31, 20))
        self.assertEqual(str(response.answered_on), "2026-06-01")

    def test_scores_off_the_scale_are_refused_whoever_records_them(self):
        for score in (-1, 11, 9999, "abc", "", "\uff19", 7.5, True, None):
            with self.assertRaises(ValidationError, msg=repr(score)):
                self._store(score)
        self.assertEqual(self._store(0).score, 0)
        self.assertEqual(self._store("0").score_group, "detractor")

    def test_own_scale_has_its_own_limits(self):
        program = self._scale_program("custom", 0, 6, good_from=5, bad_up_to=2)
        groups = [self._store(score, program=program).score_group for score in (0, 2, 3, 4, 5, 6)]
        self.assertEqual(groups, ["detractor", "detractor", "passive", "passive", "promoter", "promoter"])
        program.good_from = 6
        self.assertEqual(self._store(5, program=program).score_group, "passive")
        self.assertIn("Good answers", program._format_figure((5, 0, 5))[1])

    def test_limits_are_proposed_and_wrong_ones_refused(self):
        program = self._scale_program("custom", 0, 9)
        self.assertEqual((program.good_from, program.bad_up_to), (7, 2))
        for values in ({"good_from": 2}, {"good_from": 10}, {"bad_up_to": -1}):
            with self.assertRaises(ValidationError, msg=str(values)):
                program.write(values)

    def test_answer_without_a_contact(self):
        response = self._store(4, self.env["res.partner"], channel="qr")
        self.assertRecordValues(response, [{"partner_id": False, "customer_id": False, "score": 4}])
