from odoo import Command
from odoo.exceptions import ValidationError

from .common import CostCommon


class TestCrmMeasure(CostCommon):
    def test_work_for_nobody_is_work_without_any_customer(self):
        customer = self.env["res.partner"].create({"name": "Guest", "is_company": True})
        own = self.company.partner_id
        event = {"name": "M", "start": "2024-02-29 10:00:00", "stop": "2024-02-29 12:00:00", "user_id": False}
        meetings = self.env["calendar.event"].create(
            [{**event, "partner_ids": [Command.set(guests.ids)]} for guests in (customer + own, own, own.browse())]
        )
        measure = self.env["crm.measure"].create(
            {
                "name": "Meetings",
                "model_id": self.env["ir.model"]._get_id("calendar.event"),
                "domain": str([("id", "in", meetings.ids)]),
                "partner_path": "partner_ids",
                "date_field": "start",
                "company_path": False,
                "aggregate": "sum",
                "value_field": "duration",
                "reviewed": True,
            }
        )
        day = meetings[0].start.date()
        rows = dict(self.env.execute_query(measure._cost_rows_sql(self.env["res.company"], day, day)))
        self.assertEqual(rows, {customer.id: 2, None: 4})

    def test_restricted_values_carry_no_cost(self):
        group = self.env["res.groups"].create({"name": "May See Requests"})
        self.make_pool()
        with self.assertRaisesRegex(ValidationError, "Cost Activities"):
            self.measure.group_ids = group
        secret = self.measure.copy({"reviewed": True, "group_ids": [Command.set(group.ids)]})
        with self.assertRaisesRegex(ValidationError, "certain groups"):
            self.make_pool(measure=secret)
