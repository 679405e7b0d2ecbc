from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from .common_measure import MeasureCommon


class TestCrmMeasureCustomers(MeasureCommon):
    """Documents that reach several customers, users or teams."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nothing = cls.env["res.company"]
        cls.one, cls.two = cls.customer("One"), cls.customer("Two")
        contacts = cls.env["res.partner"].create(
            [{"name": f"Contact {number}", "parent_id": cls.one.id} for number in (1, 2)]
        )
        cls.users = new_test_user(cls.env, "measure_first") + new_test_user(cls.env, "measure_second")
        event = {"start": "2024-02-29 10:00:00", "stop": "2024-02-29 12:00:00", "user_id": cls.users[0].id}
        partners = [contacts | cls.two | cls.company.partner_id, contacts]
        cls.meetings = cls.env["calendar.event"].create(
            [
                {**event, "name": "Meeting", "partner_ids": [Command.set(guests.ids)], "duration": 2}
                for guests in partners
            ]
        )
        cls.day = cls.meetings[0].start.date()

    def meetings_measure(self, **values):
        return self.measure(
            "calendar.event",
            domain=str([("id", "in", self.meetings.ids)]),
            partner_path="partner_ids",
            date_field="start",
            company_path=False,
            **{"user_path": "user_id", "aggregate": "sum", "value_field": "duration", **values},
        )

    def quantities(self, measure, only=None):
        figures = self.figures(measure, only)
        return {
            partner.name: figures[None, partner.id]["quantity"]
            for partner in self.one + self.two
            if (None, partner.id) in figures
        }

    def test_two_contacts_of_a_company_are_one_customer(self):
        self.assertEqual(self.quantities(self.meetings_measure()), {"One": 4, "Two": 2})
        self.assertEqual(self.quantities(self.meetings_measure(aggregate="count")), {"One": 2, "Two": 1})

    def test_shares_add_up_to_the_document(self):
        shared = self.meetings_measure(multi_customer="shared")
        self.assertEqual(self.quantities(shared), {"One": 3, "Two": 1})
        self.assertEqual(shared._total(self.day, self.day, self.nothing), 4)
        row = self.figures(shared)[None, self.one.id]
        self.assertEqual(row["documents"], 2, "documents are whole, amounts are shared")
        average = self.meetings_measure(multi_customer="shared", aggregate="avg")
        self.assertEqual(self.quantities(average), {"One": 2, "Two": 2}, "an average says how long a meeting is")

    @freeze_time("2024-03-15 12:00:00")
    def test_months_hold_the_customer_s_share_as_the_figure_does(self):
        for mode, expected in (("full", {"One": 4, "Two": 2}), ("shared", {"One": 3, "Two": 1})):
            measure = self.meetings_measure(multi_customer=mode)
            for partner in self.one + self.two:
                months = measure._months(partner, self.nothing, 2)
                self.assertEqual([month["quantity"] for month in months], [expected[partner.name], 0], mode)

    def test_a_share_is_the_same_whoever_is_asked_for(self):
        for mode, expected in (("full", 2), ("shared", 1)):
            measure = self.meetings_measure(multi_customer=mode)
            only = SQL("SELECT %s", self.two.id)
            self.assertEqual(self.quantities(measure, only), {"Two": expected})
            self.assertEqual(measure._values(self.day, self.day, self.nothing, self.two), {self.two.id: expected})

    def test_total_counts_a_document_once(self):
        measure = self.meetings_measure()
        self.assertEqual(measure._total(self.day, self.day, self.nothing), 4)
        self.assertEqual(measure._values(self.day, self.day, self.nothing), {self.one.id: 4, self.two.id: 2})

    def test_figures_of_users_and_of_their_teams(self):
        team = self.env["crm.team"].create({"name": "Team"})
        self.env["crm.team.member"].create({"user_id": self.users[0].id, "crm_team_id": team.id})
        for mode in ("full", "shared"):
            measure = self.meetings_measure(multi_customer=mode)
            user, team_id = self.users[0].id, team.id
            self.assertEqual(measure._values_by_user(self.day, self.day, self.nothing), {user: 4})
            self.assertEqual(measure._values_by_team(self.day, self.day, self.nothing), {team_id: 4})

    def test_our_own_people_are_no_customers_of_a_meeting(self):
        for meeting in self.meetings:
            meeting.partner_ids += self.users.partner_id
        self.assertIsNone(self.figure(self.meetings_measure(), self.users[0].partner_id, self.nothing))
        self.assertEqual(self.quantities(self.meetings_measure(multi_customer="shared")), {"One": 3, "Two": 1})

    def test_each_of_several_users_gets_the_whole_document(self):
        (self.one.child_ids | self.two).write({"user_id": False})
        self.one.child_ids.user_id, self.two.user_id = self.users[0], self.users[1]
        measure = self.meetings_measure(user_path="partner_ids.user_id")
        expected = {self.users[0].id: 4, self.users[1].id: 2}
        self.assertEqual(measure._values_by_user(self.day, self.day, self.nothing), expected)
        self.assertEqual(measure._values_by_team(self.day, self.day, self.nothing), {}, "nobody is in a team")

    def test_documents_reach_a_team_of_their_own(self):
        team = self.env["crm.team"].create({"name": "Team"})
        order = self.env["sale.order"].create(
            {"partner_id": self.one.id, "team_id": team.id, "user_id": self.users[0].id, "date_order": self.day}
        )
        measure = self.measure("sale.order", date_field="date_order", team_path="team_id", user_path="user_id")
        self.assertEqual(measure._values_by_team(self.day, self.day, order.company_id), {team.id: 1})

    def test_paths_with_dots(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.one.id,
                "user_id": self.users[1].id,
                "date_order": self.day,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 7})
                    for product in (self.product_a, self.product_b)
                ],
            }
        )
        measure = self.measure(
            "sale.order.line",
            partner_path="order_id.partner_id",
            company_path="order_id.company_id",
            user_path="order_id.user_id",
            date_field="create_date",
            domain=str([("order_id", "=", order.id)]),
            aggregate="distinct",
            value_field="product_id.categ_id",
        )
        self.assertEqual(self.figure(measure, self.one)["quantity"], len(order.order_line.product_id.categ_id))
        self.assertEqual(self.figure(measure, self.one)["documents"], 2)
        measure.write({"value_field": "product_id.product_tmpl_id", "reviewed": True})
        self.assertEqual(self.figure(measure, self.one)["quantity"], 2)
        found = measure._values_by_user(order.create_date.date(), order.create_date.date(), order.company_id)
        self.assertEqual(found, {self.users[1].id: 2})

    def test_figures_open_the_meetings_of_the_customer(self):
        action = self.meetings_measure()._documents_action(self.two, self.nothing, self.day, self.day)
        self.assertEqual(self.env["calendar.event"].search(action["domain"]), self.meetings[0])
