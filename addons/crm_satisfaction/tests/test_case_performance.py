from odoo.tests import tagged

from .common_case import CaseCommon


@tagged("post_install", "-at_install")
class TestCasePerformance(CaseCommon):
    def _read(self, cases):
        """Read what the list shows; return the number of queries."""
        view = self.env["crm.satisfaction.case"].get_view(view_type="list")
        names = view["models"]["crm.satisfaction.case"]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        cases = cases.with_user(self.manager)
        cases.read(list(names))
        return self.env.cr.sql_log_count - before

    def test_the_list_costs_no_query_per_row(self):
        contacts = [self._contact(f"P{number}") for number in range(80)]
        cases = self.env["crm.satisfaction.case"].create([{"customer_id": contact.id} for contact in contacts])
        self._read(cases)
        few, many = self._read(cases[:5]), self._read(cases)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 25)

    def test_allowed_remedies_of_many_cases_cost_one_query(self):
        contacts = [self._contact(f"A{number}") for number in range(10)]
        cases = self.env["crm.satisfaction.case"].create([{"customer_id": contact.id} for contact in contacts])
        self.env.flush_all()
        cases = cases.with_user(self.manager)
        cases.mapped("customer_id.name"), cases.mapped("company_id.name")
        cases.invalidate_recordset(["allowed_remedy_ids"])
        cases.mapped("allowed_remedy_ids")
        cases.invalidate_recordset(["allowed_remedy_ids"])
        with self.assertQueryCount(1):
            cases.mapped("allowed_remedy_ids")
