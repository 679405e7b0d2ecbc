import random
from datetime import timedelta
from functools import partial
from statistics import mean, variance
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools import trend
from .common_answers import AnswersCommon


@tagged("post_install", "-at_install")
class TestAnswerProfile(AnswersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._card()
        cls.now = fields.Datetime.now()

    def _said(self, score, days, program=None, partner=None, **values):
        return self._store(score, partner, program, answered_at=self.now - timedelta(days=days), **values)

    def test_answers_on_all_scales(self):
        self._said(10, 5)
        self._said(3, 3, self.csat, comment="So so")
        self._said(4, 1, self._scale_program("ces", 1, 7))
        self._count()
        self.assertRecordValues(self.card, [{
            "satisfaction_last": 50, "satisfaction_group": "passive", "satisfaction_average": 66.67,
            "satisfaction_count": 3, "satisfaction_total": 3, "satisfaction_comment": "So so",
            "satisfaction_trend": "too_few", "last_score_nps": 10,
        }])  # fmt: skip

    def test_cumulative_score_halves_with_each_half_life(self):
        self._said(10, 0)
        self._said(4, 365)
        self._count()
        self.assertEqual(self.card.satisfaction_cumulative, 80)
        self.company.crm_score_half_life = 36500
        self.env["crm.customer"]._refresh_satisfaction()
        self.assertAlmostEqual(self.card.satisfaction_cumulative, 70.1, places=1)

    def test_time_alone_rewrites_nothing(self):
        for days, score in ((1, 9), (40, 3), (90, 7)):
            self._said(score, days)
        self._count()
        self.env["crm.customer"]._refresh_satisfaction()
        with patch.object(fields.Datetime, "now", lambda *_args: self.now + timedelta(days=30)):
            self.assertEqual(self.env["crm.customer"]._refresh_satisfaction(), 0)

    def test_very_old_answers_and_a_short_half_life(self):
        self.company.crm_score_half_life = 1
        self._said(0, 9000)
        self._said(10, 1)
        self._count()
        self.assertEqual(self.card.satisfaction_cumulative, 100)

    def test_trend_is_that_of_the_published_test(self):
        generator = random.Random(7)
        expected = {}
        for number in range(30):
            partner = self.env["res.partner"].create({"name": f"T{number}"})
            periods = []
            for start in (1, 370):
                sample = [generator.randint(0, 10) for _turn in range(generator.randint(1, 9))]
                if number % 3 == 0:
                    sample = [min(10, score // 3 + (7 if start == 1 else 0)) for score in sample]
                for score in sample:
                    self._said(score, start + generator.randint(0, 300), partner=partner)
                points = [10.0 * score for score in sample]
                periods.append((len(points), mean(points), variance(points) if len(points) > 1 else 0.0))
            expected[self._card(partner)] = trend.trend(*periods)
        self._count()
        self.assertEqual({card: card.satisfaction_trend for card in expected}, expected)
        self.assertLessEqual({"up", "steady", "too_few"}, set(expected.values()))

    def test_number_of_times_asked(self):
        self._request(decided_at=self.now - timedelta(days=400), state="expired")
        self._request(decided_at=self.now - timedelta(days=20), state="expired")
        self._request(state="not_asked")
        self._request()
        self.env["crm.customer"]._refresh_satisfaction()
        self.assertEqual(self.card.satisfaction_asked, 2)

    def test_only_customers_who_answered_are_computed_again(self):
        other = self.env["res.partner"].create({"name": "Other"})
        other_card = self._card(other)
        self._said(3, 1, partner=other)
        self._count()
        # What another customer's profile says wrongly stays until the night.
        self.env.cr.execute("UPDATE crm_customer SET satisfaction_last = 1 WHERE id = %s", other_card.ids)
        self._said(9, 1)
        self._count()
        self.env.invalidate_all()
        self.assertEqual((self.card.satisfaction_last, other_card.satisfaction_last), (90, 1))
        self.assertEqual(self.env["crm.customer"]._refresh_satisfaction(), 1)
        self.assertEqual(other_card.satisfaction_last, 30)

    def test_counting_twice_writes_nothing(self):
        self._said(9, 1)
        self.assertGreater(self._count(), 0)
        self.assertEqual(self._count(), 0)
        self.env["crm.satisfaction.pending"]._add(self.env["crm.satisfaction.response"].search([]).ids)
        self.assertEqual(self._count(), 0)

    def test_merged_customers_have_one_profile(self):
        double = self.env["res.partner"].create({"name": "Double", "is_company": True})
        self._said(0, 2, partner=double)
        self._said(10, 1)
        self._count()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((double | self.customer).ids, self.customer, extra_checks=False)
        self.env.invalidate_all()
        card = self._card()
        self._count()
        self.assertEqual((card.satisfaction_total, card.satisfaction_average), (2, 50))

    def test_erased_comments_leave_the_profile(self):
        response = self._said(9, 1, comment="Call me on 555")
        self._count()
        self.assertEqual(self.card.satisfaction_comment, "Call me on 555")
        response.sudo()._erase_comments()
        self._count()
        self.assertFalse(self.card.satisfaction_comment)
        self.assertEqual(self.card.satisfaction_last, 90)

    def test_archived_customer_keeps_the_scores(self):
        self._said(9, 1)
        self.customer.active = False
        self._count()
        self.assertEqual(self.card.satisfaction_last, 90)

    def test_a_deleted_person_leaves_the_score_with_the_customer(self):
        bob = self._contact("Bob", self.customer)
        response = self._said(4, 1, partner=bob)
        bob.unlink()
        response.invalidate_recordset()
        self._count()
        self.assertFalse(response.partner_id)
        self.assertEqual(self.card.satisfaction_last, 40)

    def test_contact_that_moves_leaves_its_answers_where_they_were_given(self):
        self._said(4, 1)
        self.contact.parent_id = self.env["res.partner"].create({"name": "New", "is_company": True})
        self._said(9, 0)
        self._count()
        self.assertEqual((self.card.satisfaction_last, self.card.satisfaction_total), (40, 1))

    def test_every_figure_opens_its_answers(self):
        recent, old = self._said(9, 1), self._said(3, 500)
        open_all, open_year = self.card.action_open_responses(), self.card.action_open_responses_of_year()
        answers = self.env["crm.satisfaction.response"]
        self.assertEqual(answers.search(open_all["domain"]), recent | old)
        self.assertEqual(answers.search(open_year["domain"]), recent)
        request = self._request()
        self.assertEqual(
            self.env["crm.satisfaction.request"].search(self.card.action_open_requests()["domain"]), request
        )

    def test_basis_names_the_method(self):
        self.assertFalse(self.card.satisfaction_basis)
        self._said(9, 1)
        self._count()
        self.assertIn("half the weight after 365 days", self.card.satisfaction_basis)

    def test_search_group_and_contact(self):
        self._said(9, 1, comment="Fine")
        self._count()
        cards = self.env["crm.customer"].with_user(self.salesman)
        self.assertIn(
            self.card, cards.search([("satisfaction_trend", "=", "too_few"), ("satisfaction_average", ">", 80)])
        )
        self.assertTrue(cards.formatted_read_group([], ["satisfaction_trend"], ["satisfaction_average:avg"]))
        contact = self.contact.with_user(self.salesman)
        self.assertEqual((contact.customer_satisfaction_average, contact.customer_satisfaction_comment), (90, "Fine"))
        partners = self.env["res.partner"].with_user(self.salesman)
        self.assertIn(self.contact, partners.search([("customer_satisfaction_cumulative", ">=", 90)]))
        self.assertTrue(partners.formatted_read_group([], ["customer_satisfaction_trend"], ["__count"]))

    def test_employees_and_customers_learn_nothing_from_contacts(self):
        names = [name for name in self.env["res.partner"]._fields if name.startswith("customer_satisfaction_")]
        self.assertEqual(len(names), 5)
        for user in (self.employee, self.portal):
            partners = self.env["res.partner"].with_user(user)
            own = partners.browse(user.partner_id.id)
            for name in names:
                for attempt in (
                    partial(partners.search, [(name, "!=", False)]),
                    partial(partners.search, [], order=name),
                    partial(partners._read_group, [], [name]),
                    partial(own.read, [name]),
                    partial(own.export_data, [name]),
                ):
                    with self.assertRaises(UserError, msg=f"{user.login} {name}"):
                        attempt()
