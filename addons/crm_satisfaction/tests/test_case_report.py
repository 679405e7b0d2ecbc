from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_segmentation.tools.robust import wilson

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseReport(CaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        results = [("recovered", cls.visit)] * 3 + [("not_recovered", cls.visit)] + [("recovered", cls.callback)]
        results += [("nothing_wrong", None), (False, None)]
        cls.cases = cls.env["crm.satisfaction.case"]
        for number, (result, remedy) in enumerate(results):
            cls.cases |= cls.cases.create(
                {
                    "customer_id": cls._contact(f"R{number}").id,
                    "remedy_id": remedy and remedy.id,
                    "remedy_reason": "Then",
                    "cost": 10 if remedy else 0,
                    "result": result,
                    "state": "closed" if result else "new",
                    "cause_id": cls.cause.id,
                    "hours_to_close": 8.0 * number,
                    "user_id": cls.salesman.id,
                }
            )

    def rows(self, groupby, *aggregates, user=None):
        report = self.env["crm.satisfaction.case.report"].with_user(user or self.manager)
        return report._read_group([("case_id", "in", self.cases.ids)], groupby, aggregates)

    def test_recovered_share_with_its_interval(self):
        names = ("cases:sum", "judged:sum", "recovered_share:avg", "share_low:avg", "share_high:avg")
        ((cases, judged, share, low, high),) = self.rows([], *names)
        self.assertEqual((cases, judged, share), (7, 5, 80))
        expected = wilson(4, 5)
        self.assertAlmostEqual(low, 100 * expected[0])
        self.assertAlmostEqual(high, 100 * expected[1])

    def test_remedies_and_what_worked(self):
        rows = {
            r: values for r, *values in self.rows(["remedy_id"], "judged:sum", "recovered_share:avg", "share_low:avg")
        }
        self.assertEqual(rows[self.visit][:2], [4, 75])
        self.assertAlmostEqual(rows[self.visit][2], 100 * wilson(3, 4)[0])
        self.assertEqual(rows[self.callback][:2], [1, 100])
        none = rows[self.env["crm.courtesy"]]
        self.assertEqual(none, [0, False, False], "nothing to judge is no share of 0 %")

    def test_no_share_lies_outside_of_0_and_100(self):
        for row in self.rows(["remedy_id"], "share_low:avg", "share_high:avg"):
            for bound in row[1:]:
                self.assertTrue(bound is False or -1e-9 <= bound <= 100 + 1e-9, row)

    def test_times_are_means_of_what_has_a_time(self):
        ((close, contact),) = self.rows([], "hours_to_close:avg", "hours_to_contact:avg")
        self.assertEqual(close, 20, "the open case has no time to close")
        self.assertFalse(contact)

    def test_cost_is_for_those_who_may_know_it(self):
        self.assertEqual(self.rows([], "cost:sum"), [(50.0,)])
        for user in (self.salesman, self.reader):
            self.assertEqual(self.rows([], "cases:sum", user=user), [(7,)])
            for attempt in (
                lambda user=user: self.rows([], "cost:sum", user=user),
                lambda user=user: self.cases.with_user(user).read(["cost"]),
                lambda user=user: self.cases.with_user(user).search([("cost", ">", 5)]),
                lambda user=user: self.cases.with_user(user)._read_group([], ["cost"], ["__count"]),
                lambda user=user: self.cases.with_user(user)._read_group([], [], ["cost:sum"]),
                lambda user=user: self.cases.with_user(user).search([], order="cost"),
                lambda user=user: self.cases.with_user(user).export_data(["cost"]),
                lambda user=user: self.cases.with_user(user).write({"cost": 1}),
            ):
                with self.assertRaises(Exception, msg=user.login) as caught:
                    attempt()
                self.assertIn(type(caught.exception).__name__, ("AccessError", "UserError"))

    def test_a_row_opens_its_case(self):
        row = self.env["crm.satisfaction.case.report"].browse(self.cases[0].id)
        self.assertEqual(row.get_formview_action()["res_model"], "crm.satisfaction.case")

    def test_customers_and_employees_see_nothing(self):
        for user in (self.portal, self.employee):
            with self.assertRaises(AccessError):
                self.rows([], "cases:sum", user=user)
