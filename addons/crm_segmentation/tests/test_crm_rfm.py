import runpy

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import file_path, mute_logger

from ..tools import rfm
from .test_lifecycle import LifecycleCommon

#: The published example: months as days, orders, money.
TYPED = {
    **{f"r_cut_{number}": days for number, days in enumerate((270, 180, 90, 30), 1)},
    **{f"f_cut_{number}": orders for number, orders in enumerate((9, 19, 29, 40), 1)},
    **{f"m_cut_{number}": money for number, money in enumerate((5000, 10000, 20000, 50000), 1)},
}


class TestCrmRfm(LifecycleCommon):
    def customers(self, facts):
        """Create customers from (days since the last purchase, purchase days, money)."""
        partners = []
        for number, (days, frequency, money) in enumerate(facts):
            partner = self.customer(f"C{number}")
            self.bought(partner, self.days_ago(days), quantity_window=frequency)
            self.set_value(self.revenue, partner, quantity_window=money, quantity_before=0, quantity=money)
            partners.append(partner)
        return partners

    def codes(self, partners):
        return [self.card(partner).rfm_code for partner in partners]

    def test_published_example_with_typed_cut_points(self):
        # Reference 07/08; last bought 05/08, 01/08, 11/07 and 07/08.
        partners = self.customers([(61, 12, 6000), (181, 18, 9000), (242, 35, 40000), (0, 1, 1000)])
        self.scale.write({"method": "typed", **TYPED})
        self.run_profiles()
        self.assertEqual(self.codes(partners), [422, 222, 244, 511])
        # 01/08 to 07/08 is "3-6 months": half a year of 182 days and not of 180.
        self.scale.write({"r_cut_2": 182})
        self.run_profiles()
        self.assertEqual(self.codes(partners), [422, 322, 244, 511])

    def test_typed_cut_points_stay_until_somebody_changes_them(self):
        partners = self.customers([(10, 5, 100), (20, 4, 90)])
        self.scale.write({"method": "typed", **TYPED})
        self.run_profiles()
        self.scale.action_refresh()
        self.run_profiles()
        self.assertRecordValues(self.scale, [TYPED])
        self.assertEqual(self.codes(partners), [511, 511])
        self.assertEqual(self.run_profiles(), 0)

    def test_taken_cut_points_are_days_that_people_can_read(self):
        partners = self.customers([(days, 1, 10 * days) for days in (16, 30, 46, 7, 25)])
        self.run_profiles()
        self.assertEqual(self.scale._cuts("r"), [46, 30, 25, 16])
        self.assertEqual([self.card(partner).r_score for partner in partners], [4, 2, 1, 5, 3])
        self.assertEqual({self.card(partner).f_score for partner in partners}, {1})

    def test_fewer_scores_have_names_too(self):
        partners = self.customers([(days, 40 - days, 10 * days) for days in (3, 6, 9, 12, 15, 18)])
        self.scale.score_count = 3
        self.run_profiles()
        self.assertEqual(self.codes(partners), [331, 331, 222, 222, 113, 113])
        names = [self.card(partner).rfm_cell_id for partner in partners]
        self.assertTrue(all(names))
        self.assertEqual(names[0], self.env.ref("crm_segmentation.rfm_cell_loyal"))
        self.assertFalse(self.scale.unnamed_codes)

    def test_other_indicators_give_frequency_and_money(self):
        partners = self.customers([(10, 1, 500), (10, 9, 100)])
        self.set_value(self.invoices, partners[0], quantity_window=7, quantity=7)
        self.set_value(self.invoices, partners[1], quantity_window=2, quantity=2)
        self.set_value(self.credit_notes, partners[1], quantity_window=50, quantity=50)
        self.run_profiles()
        self.assertEqual([self.card(p).f_score for p in partners], [1, 3])
        self.scale.write({"frequency_measure_id": self.invoices.id, "monetary_measure_id": self.credit_notes.id})
        self.run_profiles()
        self.assertEqual([self.card(p).f_score for p in partners], [3, 1])
        self.assertEqual([self.card(p).m_score for p in partners], [1, 3])
        self.assertEqual([self.card(p).monetary for p in partners], [500, 100], "revenue stays what it is")
        self.assertIn("of 5, by Invoices and Credit Notes", self.card(partners[0]).score_basis)
        self.scale.write({"frequency_measure_id": False, "monetary_measure_id": False})
        self.run_profiles()
        self.assertEqual([self.card(p).f_score for p in partners], [1, 3])

    def test_one_customer_and_none_and_all_equal(self):
        self.run_profiles()
        self.assertFalse(self.scale.computed_on)
        partners = self.customers([(10, 3, -20)])
        self.run_profiles()
        self.assertEqual(self.codes(partners), [111])
        partners += self.customers([(10, 3, -20)] * 4)
        self.scale.action_refresh()
        self.run_profiles()
        self.assertEqual(self.codes(partners), [111] * 5)

    def test_a_change_of_settings_computes_everybody_again(self):
        self.customers([(10, 3, 20)])
        self.run_profiles()
        self.assertTrue(self.scale.full_on and self.scale.computed_on)
        self.scale.lifecycle_basis = "contacts"
        self.assertFalse(self.scale.full_on)
        self.assertTrue(self.scale.computed_on, "cut points stay as they are")
        self.run_profiles()
        self.scale.score_count = 4
        self.assertFalse(self.scale.computed_on)
        self.run_profiles()
        self.env["crm.rfm.cell"].search([], limit=1).r_min = 5
        self.assertFalse(self.scale.full_on)

    def test_limits_must_go_one_way(self):
        wrong = (
            {"r_cut_1": 100},
            {"r_cut_4": 0},
            {"r_cut_3": -5},
            {"f_cut_2": 9},
            {"m_cut_4": 20000},
            {"f_cut_4": float("inf")},
            {"f_cut_3": float("nan")},
        )
        for change in wrong:
            with self.subTest(change), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.scale.write({"method": "typed", **TYPED, **change})
        self.scale.write({"method": "typed", "score_count": 3, **TYPED, "f_cut_3": 0, "r_cut_3": 0, "m_cut_4": 0})

    def test_settings_have_limits(self):
        for change in ({"score_count": 2}, {"score_count": 6}, {"typed_rhythm_days": 0}):
            refused = self.assertRaises(IntegrityError)
            with self.subTest(change), mute_logger("odoo.sql_db"), refused, self.env.cr.savepoint():
                self.scale.write(change)
        unreviewed = self.revenue.copy({"code": "mine"})
        for change in ({"frequency_measure_id": unreviewed.id}, {"activity_measure_ids": unreviewed.ids}):
            with self.subTest(change), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.scale.write(change)
        with self.assertRaises(ValidationError):
            self.scale.monetary_measure_id = self.invoices

    def test_who_may_write_what(self):
        manager = new_test_user(
            self.env, "rfm_boss", groups="sales_team.group_sale_manager", company_id=self.company.id
        )
        seller = new_test_user(self.env, "rfm_one", groups="sales_team.group_sale_salesman", company_id=self.company.id)
        scale = self.scale.with_user(manager)
        scale.write({"method": "typed", **TYPED})
        scale.write({"r_cut_1": 300})
        for change in ({"computed_on": self.today}, {"company_rhythm_days": 3}, {"relationship_points": {}}):
            with self.subTest(change), self.assertRaises(AccessError):
                scale.write(change)
        scale.method = "quantile"
        with self.assertRaises(AccessError):
            scale.m_cut_1 = 1
        for record in (self.scale, self.env["crm.rfm.cell"].search([], limit=1)):
            with self.subTest(record), self.assertRaises(AccessError):
                record.with_user(seller).write({"score_count": 4} if record == self.scale else {"name": "Mine"})
        with self.assertRaises(AccessError):
            self.scale.with_user(seller).action_refresh()

    def test_every_score_has_a_name_and_gaps_are_listed(self):
        for count in (3, 4, 5):
            self.scale.score_count = count
            self.assertFalse(self.scale.unnamed_codes)
        cells = self.env["crm.rfm.cell"].search([])
        self.assertEqual(sum(cells.mapped("code_count")), 125)
        self.env.ref("crm_segmentation.rfm_cell_new").action_archive()
        self.scale.invalidate_recordset()
        self.assertEqual(self.scale.unnamed_codes, "511, 512, 513, 514, 515")

    def test_the_first_name_that_fits_counts(self):
        partners = self.customers([(5, 50, 90000)])
        self.scale.write({"method": "typed", **TYPED})
        self.run_profiles()
        champions = self.env.ref("crm_segmentation.rfm_cell_champions")
        self.assertEqual(self.card(partners[0]).rfm_cell_id, champions)
        stars = champions.copy({"name": "Stars", "sequence": 1})
        self.run_profiles()
        self.assertEqual(self.card(partners[0]).rfm_cell_id, stars)
        self.assertEqual((champions.code_count, stars.code_count, stars.customer_count), (0, 8, 1))
        opened = stars.action_open_customers()
        self.assertEqual(self.env["crm.customer"].search(opened["domain"]).partner_id, partners[0])
        stars.unlink()
        self.run_profiles()
        self.assertEqual(self.card(partners[0]).rfm_cell_id, champions)

    def test_ranges_outside_the_scores_are_refused(self):
        cell = self.env["crm.rfm.cell"].search([], limit=1)
        for change in ({"r_min": 0}, {"m_max": 6}, {"f_min": 5, "f_max": 4}):
            refused = self.assertRaises(IntegrityError)
            with self.subTest(change), mute_logger("odoo.sql_db"), refused, self.env.cr.savepoint():
                cell.write(change)

    def test_days_with_a_sign_are_migrated_once(self):
        self.scale.write({"r_cut_1": -43, "r_cut_2": -23, "r_cut_3": -11, "r_cut_4": 0})
        self.env.flush_all()
        path = file_path("crm_segmentation/migrations/19.0.1.1.0/pre-days.py")
        for _time in range(2):
            runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.0.0")
            self.env.invalidate_all()
            self.assertEqual(self.scale._cuts("r"), [43, 23, 11, 0])

    def test_rhythm_of_purchases_is_kept_after_an_upgrade_whatever_people_changed(self):
        self.purchase_days.write({"has_rhythm": False, "name": "Our Own Name", "window_days": 90})
        self.purchase_days.reviewed = True
        self.env.flush_all()
        path = file_path("crm_segmentation/migrations/19.0.1.1.0/post-indicators.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertRecordValues(
            self.purchase_days, [{"has_rhythm": True, "reviewed": True, "name": "Our Own Name", "window_days": 90}]
        )

    def test_scores_agree_with_the_formula(self):
        facts = [(7 * number % 90, number % 6, 1000 - 37 * number % 400) for number in range(33)]
        partners = self.customers(facts)
        self.run_profiles()
        columns = [[-days for days, *_rest in facts], [one[1] for one in facts], [one[2] for one in facts]]
        expected = [
            rfm.code(*(rfm.score_by_rank(value, column) for value, column in zip(row, columns, strict=True)))
            for row in zip(*columns, strict=True)
        ]
        self.assertEqual(self.codes(partners), expected)
