from datetime import date

from freezegun import freeze_time

from .common_measure import MeasureCommon


class TestCrmMeasureApi(MeasureCommon):
    """What other addons ask."""

    def test_values_of_some_customers(self):
        one, two = self.customer("One"), self.customer("Two")
        self.invoice(one, 10)
        self.invoice(two, 20)
        measure = self.measure(aggregate="sum")
        day = self.days_ago(10)
        self.assertEqual(measure._values(day, day, self.company, one), {one.id: 10})
        self.assertEqual(measure._values(day, day, self.company, one.browse()), {})

    @freeze_time("2024-03-15")
    def test_months_of_a_customer(self):
        company = self.customer("Company")
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": company.id})
        for day in (date(2024, 2, 29), date(2024, 2, 1), date(2024, 1, 31), date(2023, 12, 31), date(2024, 3, 16)):
            self.invoice(contact, 10, invoice_date=day, date=day)
        expected = [
            {"month": date(2024, 1, 1), "quantity": 10, "documents": 1},
            {"month": date(2024, 2, 1), "quantity": 20, "documents": 2},
            {"month": date(2024, 3, 1), "quantity": 0, "documents": 0},
        ]
        self.assertEqual(self.measure(aggregate="sum")._months(contact, self.company, 3), expected)
        months = self.measure(aggregate="avg")._months(company, self.company, 3)
        self.assertEqual([month["quantity"] for month in months], [10, 10, None])
        self.assertEqual(len(self.measure()._months(company, self.company)), 24)

    def test_total_of_nothing(self):
        nobody = (date(1890, 1, 1), date(1890, 12, 31), self.company)
        self.assertEqual(self.measure(aggregate="sum")._total(*nobody), 0)
        self.assertIsNone(self.measure(aggregate="median")._total(*nobody))
        self.assertEqual(self.measure()._values(*nobody), {})

    def test_documents_of_a_figure_are_those_it_counted(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        partner = self.customer()
        orders = self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "date_order": moment}
                for moment in (
                    "2024-02-28 15:59:59",
                    "2024-02-28 16:00:00",
                    "2024-02-29 15:59:59",
                    "2024-02-29 16:00:00",
                )
            ]
        )
        measure = self.measure("sale.order", date_field="date_order")
        day = date(2024, 2, 29)
        self.assertEqual(measure._values(day, day, self.company), {partner.id: 2})
        action = measure._documents_action(partner, self.company, day, day)
        self.assertEqual(self.env["sale.order"].search(action["domain"], order="id"), orders[1:3])
        nowhere = measure._documents_action(partner, self.env["res.company"])
        self.assertFalse(self.env["sale.order"].search(nowhere["domain"]), "all of them have a company")
