from odoo.exceptions import UserError, ValidationError

from .common_measure import MeasureCommon


class TestCrmMeasureRatio(MeasureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        refunds = "[('state', '=', 'posted'), ('move_type', '=', 'out_refund')]"
        invoices = "[('state', '=', 'posted'), ('move_type', '=', 'out_invoice')]"
        cls.returned = cls.measure(name="Returned", domain=refunds, aggregate="sum", sign="-1", window_days=100)
        cls.sold = cls.measure(name="Sold", domain=invoices, aggregate="sum", window_days=100)
        cls.rate = cls.ratio(cls.returned, cls.sold)
        cls.one, cls.two, cls.three = cls.customer("One"), cls.customer("Two"), cls.customer("Three")
        cls.invoice(cls.one, 100, days=20)
        cls.invoice(cls.one, 300, days=150)
        cls.invoice(cls.one, 10, days=10, move_type="out_refund")
        cls.invoice(cls.two, 300, days=20)
        cls.invoice(cls.three, 50, days=20, move_type="out_refund")

    @classmethod
    def ratio(cls, numerator, denominator, **values):
        return cls.env["crm.measure"].create(
            {
                "name": "Return Rate",
                "kind": "ratio",
                "numerator_id": numerator.id,
                "denominator_id": denominator.id,
                "reviewed": True,
                **values,
            }
        )

    def stored(self, *measures):
        for measure in measures:
            measure._refresh()

    def test_values_come_from_those_of_both_parts(self):
        self.stored(self.returned, self.sold)
        row = self.figure(self.rate, self.one)
        self.assertAlmostEqual(row["quantity"], 2.5, 9)
        self.assertAlmostEqual(row["quantity_window"], 10, 9)
        self.assertEqual(row["quantity_before"], 0, "300 sold, nothing returned")
        self.assertEqual((row["documents"], row["documents_window"]), (2, 1), "documents are the denominator's")
        self.assertEqual(row["last_date"], self.days_ago(20))
        self.assertEqual(row["next_edge"], self.days_ago(150 - 200), "the older invoice leaves the window before")
        self.assertEqual(self.figure(self.rate, self.two)["quantity"], 0)
        self.assertIsNone(self.figure(self.rate, self.two)["quantity_before"], "nothing to divide by")
        self.assertIsNone(self.figure(self.rate, self.three), "returned, but never sold")

    def test_a_group_has_the_ratio_of_its_sums(self):
        day, today = self.days_ago(30), self.today
        values = self.rate._values(day, today, self.company)
        self.assertEqual((values[self.one.id], values[self.two.id]), (10, 0))
        total = self.rate._total(day, today, self.company)
        sold, returned = (part._total(day, today, self.company) for part in (self.sold, self.returned))
        self.assertAlmostEqual(total, 100 * returned / sold, 9)
        self.rate.as_percentage = False
        self.assertAlmostEqual(self.rate._total(day, today, self.company), returned / sold, 9)
        self.assertIsNone(self.rate._total(self.days_ago(-5), self.days_ago(-4), self.company))

    def test_months_and_documents_are_the_denominator_s(self):
        months = self.rate._months(self.one, self.company, 12)
        self.assertEqual(sum(month["documents"] for month in months), 2)
        self.assertIn(None, [month["quantity"] for month in months])
        action = self.rate._documents_action(self.one, self.company, self.days_ago(30), self.today)
        self.assertEqual(self.env["account.move"].search(action["domain"]).mapped("amount_untaxed"), [100])
        self.assertEqual(action["name"], "Return Rate")

    def test_a_ratio_takes_documents_and_window_from_its_denominator(self):
        self.assertEqual(self.rate.model_name, "account.move")
        self.assertEqual(self.rate.window_days, 100)
        self.sold.window_days = 50
        self.assertEqual(self.rate.window_days, 50)
        with self.assertRaisesRegex(UserError, "same window"):
            self.figures(self.rate)

    def test_what_cannot_be_divided_is_refused(self):
        average = self.measure(aggregate="avg")
        nowhere = self.measure("crm.lead", company_path=False)
        none = self.env["crm.measure"]
        for parts in ((self.rate, self.sold), (self.sold, average), (self.sold, nowhere), (none, self.sold)):
            with self.subTest(parts=[part.name for part in parts]), self.assertRaises(ValidationError):
                self.ratio(*parts)

    def test_parts_stay_what_a_ratio_can_divide(self):
        for wrong in (
            {"aggregate": "median"},
            {"company_path": False},
            {"kind": "ratio", "numerator_id": self.returned.id, "denominator_id": self.returned.id},
            {"kind": "ratio", "numerator_id": self.rate.id, "denominator_id": self.rate.id},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError), self.cr.savepoint():
                self.sold.write(wrong)

    def test_a_ratio_is_as_well_reviewed_as_its_parts(self):
        self.assertTrue(self.rate.reviewed)
        self.sold.domain = "[]"
        self.assertFalse(self.rate.reviewed)
        with self.assertRaisesRegex(UserError, "Sold"):
            self.rate.reviewed = True
        self.sold.reviewed = True
        self.rate.reviewed = True
        self.assertTrue(self.rate.reviewed)

    def test_all_companies_are_one_pass(self):
        other = self.setup_other_company()["company"]
        self.assertIn(other, self.rate._passes()[0])
        self.stored(self.returned, self.sold)
        companies = {company for company, partner in self.figures(self.rate) if partner == self.one.id}
        self.assertEqual(companies, {self.company.id})
