from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .test_segment_rules import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentMoves(SegmentCommon):
    """From the assignment of the night to what it starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_jobs()
        cls.tag = cls.env["res.partner.category"].create({"name": "In Linz"})
        cls.lists = cls.scheme_of()
        cls.linz = cls.segment(cls.lists, "Linz", "[('partner_id.city', '=', 'Linz')]")
        cls.people[5].city = "Linz"
        boss = new_test_user(cls.env, "moves_boss", groups="sales_team.group_sale_manager,base.group_partner_manager")
        boss.write({"company_ids": [Command.set(cls.company.ids)], "company_id": cls.company.id})
        for moved, kind in (("enter", "add_tag"), ("leave", "remove_tag")):
            cls.env["crm.segment.action"].create(
                {
                    "name": kind,
                    "segment_id": cls.linz.id,
                    "moved": moved,
                    "kind": kind,
                    "tag_id": cls.tag.id,
                    "user_id": boss.id,
                }
            )

    def tagged_people(self):
        return sorted(number for number, partner in enumerate(self.people) if self.tag in partner.category_id)

    def test_who_enters_gets_the_tag_once_and_who_leaves_loses_it(self):
        self.run_jobs()
        self.assertEqual(self.members(self.linz), [5])
        self.assertEqual(self.tagged_people(), [], "who was there the first time is no news")
        self.people[0].city = "Linz"
        self.run_jobs()
        self.assertEqual(self.tagged_people(), [0])
        events = self.env["crm.segment.event"].search([("segment_id", "=", self.linz.id)])
        self.assertEqual(events.mapped("state"), ["done"])
        self.people[0].category_id = [Command.clear()]
        self.run_jobs()
        self.assertEqual(self.tagged_people(), [], "once for each entry")
        self.people[0].category_id = self.tag
        self.people[0].city = "Graz"
        self.run_jobs()
        self.assertEqual(self.tagged_people(), [])

    def test_members_of_the_first_fill_when_an_action_asks_for_them(self):
        self.linz.action_ids.filtered(lambda action: action.moved == "enter").at_first_fill = True
        self.run_jobs()
        self.assertEqual(self.tagged_people(), [5])

    def test_what_becomes_restricted_must_not_tell_by_a_tag(self):
        measure = self.invoices.copy({"name": "Secret", "code": False})
        measure.action_review()
        self.linz.condition_ids = [Command.create({"measure_id": measure.id, "value": 1})]
        with self.assertRaises(ValidationError):
            measure.group_ids = self.env["res.groups"].create({"name": "Few"})
        self.linz.action_ids.unlink()
        measure.group_ids = self.env["res.groups"].create({"name": "Few"})
        self.assertTrue(self.linz._is_restricted())
        with self.assertRaises(ValidationError):
            self.linz.action_ids = [
                Command.create({"name": "Tag", "moved": "enter", "kind": "add_tag", "tag_id": self.tag.id})
            ]
