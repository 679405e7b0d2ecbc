from odoo import Command
from odoo.tests import new_test_user

from ..models.crm_customer_relationship import RELATIONSHIP_CODES
from ..tools import relationship
from .test_lifecycle import LifecycleCommon


class TestRelationship(LifecycleCommon):
    """Seven customers whose facts rise together: the first is all transaction, the last all relationship."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measures = {}
        for code in RELATIONSHIP_CODES:
            measure = cls.env["crm.measure"].search([("code", "=", code)])
            cls.measures[code] = measure or cls.revenue.copy({"code": code, "name": code})
            cls.measures[code].reviewed = True
        cls.partners = [cls.customer(f"C{number}") for number in range(7)]
        for number, partner in enumerate(cls.partners):
            cls.history(partner, number)

    @classmethod
    def history(cls, partner, number, **changed):
        """Write the facts of one customer: the higher the number, the closer."""
        cls.bought(partner, *(cls.days_ago(50 + 10 * number + 5 * day) for day in range(5)))
        facts = {
            "orders": 4,
            "product_categories": 1 + number,
            "contacts_in": 4 * number,
            "contacts_out": 40,
            "discount_share": 70 - 10 * number,
            **changed,
        }
        for code, quantity in facts.items():
            mine = code not in ("contacts_in", "contacts_out")
            if quantity is not None:
                cls.set_value(cls.measures[code], partner, company=mine, quantity=quantity, documents=4)

    def kinds(self):
        return [self.card(partner).relationship_kind for partner in self.partners]

    def test_index_is_the_mean_of_the_ranks(self):
        self.run_profiles()
        indexes = [self.card(partner).relationship_index for partner in self.partners]
        self.assertEqual(indexes, sorted(indexes))
        self.assertEqual(self.kinds(), ["transaction"] * 3 + ["mixed"] + ["relationship"] * 3)
        points = relationship.percentile_points([1 + number for number in range(7)])
        self.assertEqual(self.scale.relationship_points["categories"], points)
        for number, index in enumerate(indexes):
            # All four facts are in the same order here, so that each rank equals that of one of them.
            self.assertEqual(index, relationship.rank(1 + number, points))

    def test_too_little_history_says_why(self):
        without_order, little, silent = self.partners[:3]
        self.history(without_order, 0, orders=0)
        self.bought(little, self.days_ago(9), self.days_ago(5))
        self.set_value(self.measures["discount_share"], silent, quantity=None)
        self.run_profiles()
        self.assertEqual(self.kinds()[:3], ["unknown"] * 3)
        self.assertEqual({self.card(partner).relationship_index for partner in self.partners[:3]}, {0.0})
        self.assertEqual(self.scale.relationship_customers, 4)
        self.assertIn("sales order", self.card(without_order).relationship_facts)
        self.assertIn("2 purchase days", self.card(little).relationship_facts)
        self.assertIn("Too few customers", self.card(silent).relationship_facts)

    def test_a_missing_indicator_is_named(self):
        self.measures["contacts_in"].active = False
        self.run_profiles()
        self.assertEqual(set(self.kinds()), {"unknown"})
        self.assertIn("contacts_in", self.card(self.partners[0]).relationship_facts)

    def test_a_newcomer_moves_nobody_else(self):
        self.run_profiles()
        before = [self.card(partner).relationship_index for partner in self.partners]
        newcomer = self.customer("Newcomer")
        self.history(newcomer, 99)
        self.assertEqual(self.run_profiles(), 1)
        self.assertEqual([self.card(partner).relationship_index for partner in self.partners], before)
        self.assertEqual(self.card(newcomer).relationship_index, 100.0, "best in everything")

    def test_all_equal_is_mixed(self):
        for partner in self.partners:
            self.history(partner, 3)
        self.run_profiles()
        self.assertEqual(set(self.kinds()), {"mixed"})
        self.assertEqual({self.card(partner).relationship_index for partner in self.partners}, {50.0})

    def test_evidence_is_escaped_and_names_rank_and_documents(self):
        self.run_profiles()
        card = self.card(self.partners[-1])
        self.assertIn("24 received", card.relationship_facts)
        self.assertIn("not enough price changes", card.relationship_facts)
        self.assertEqual(card.relationship_facts.count("<tr>"), 6)
        self.assertNotIn("&lt;td", card.relationship_facts, "the table itself is no text")

    def test_salespeople_read_the_evidence(self):
        self.run_profiles()
        seller = new_test_user(self.env, "facts", groups="sales_team.group_sale_salesman", company_id=self.company.id)
        self.assertIn("24 received", self.card(self.partners[-1]).with_user(seller).relationship_facts)

    def test_reaction_to_price_changes_is_read_from_the_orders(self):
        partner = self.partners[0]
        product = self.env["product.product"].create({"name": "Tea", "taxes_id": [Command.clear()]})
        for price in (2, 3, 2, 3, 2, 3):
            line = {"product_id": product.id, "product_uom_qty": 12 / price, "price_unit": price}
            order = self.env["sale.order"].create({"partner_id": partner.id, "order_line": [Command.create(line)]})
            order.action_confirm()
        self.run_profiles()
        self.assertIn("strong: elasticity -1.0", self.card(partner).relationship_facts)
        self.assertIn("5 price changes", self.card(partner).relationship_facts)
