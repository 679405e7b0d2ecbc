from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_alert import AlertCommon


class TestRelation(AlertCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls.env.ref("crm_segmentation.relation_type_parent")
        cls.spouse = cls.env.ref("crm_segmentation.relation_type_spouse")
        cls.lady, cls.daughter, cls.husband = (cls.customer(n, is_company=False) for n in ("Lady", "Daughter", "Man"))

    def relate(self, one, kind, other, **values):
        return self.env["crm.partner.relation"].create(
            {"partner_id": one.id, "type_id": kind.id, "other_id": other.id, **values}
        )

    def roles(self, partner):
        partner.invalidate_recordset()
        return {side.other_id: side.role for side in partner.relation_side_ids}

    def test_both_sides_with_the_right_names(self):
        self.relate(self.lady, self.parent, self.daughter)
        self.relate(self.lady, self.spouse, self.husband)
        self.assertEqual(self.roles(self.lady), {self.daughter: "Child", self.husband: "Spouse"})
        self.assertEqual(self.roles(self.daughter), {self.lady: "Parent"})
        self.assertEqual(self.roles(self.husband), {self.lady: "Spouse"})

    def test_nobody_is_related_to_themselves_nor_twice(self):
        self.relate(self.lady, self.parent, self.daughter)
        for one, other in ((self.lady, self.lady), (self.lady, self.daughter)):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.relate(one, self.parent, other)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.relate(self.lady, self.spouse, self.husband, date_from="2026-02-01", date_to="2026-01-01")

    def test_relation_of_the_past_is_not_current(self):
        self.relate(self.lady, self.spouse, self.husband, date_to=self.days_ago(10))
        self.assertFalse(self.lady.relation_side_ids.is_current)
        self.husband.active = False
        self.assertEqual(self.lady.relation_side_ids.other_id, self.husband)
        self.assertFalse(self.lady.relation_side_ids.other_active)

    def test_contacts_of_a_company_bring_their_relations(self):
        company = self.customer("Company", user_id=self.seller.id)
        self.lady.parent_id = company
        self.relate(self.lady, self.parent, self.daughter)
        side = self.env["crm.partner.relation.side"].search([("commercial_partner_id", "=", company.id)])
        self.assertEqual(side.other_id, self.daughter)

    def test_merge_drops_what_would_relate_somebody_to_themselves_or_twice(self):
        twin = self.customer("Lady again", is_company=False)
        self.relate(self.lady, self.parent, self.daughter, note="first")
        self.relate(twin, self.parent, self.daughter)
        self.relate(twin, self.spouse, self.husband)
        self.relate(self.lady, self.spouse, twin)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.lady + twin).ids, self.lady)
        self.env.invalidate_all()
        self.assertEqual(self.roles(self.lady), {self.daughter: "Child", self.husband: "Spouse"})
        self.assertEqual(self.env["crm.partner.relation"].search([("type_id", "=", self.parent.id)]).note, "first")

    def test_readers_see_and_workers_write(self):
        relation = self.relate(self.lady, self.parent, self.daughter)
        reader = new_test_user(self.env, "relation_reader", groups="crm_segmentation.group_insight_read")
        self.assertEqual(self.lady.with_user(reader).relation_side_ids.role, "Child")
        with self.assertRaises(AccessError):
            relation.with_user(reader).note = "x"
        relation.with_user(self.seller).note = "x"
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.daughter.company_id = elsewhere
        self.assertFalse(self.env["crm.partner.relation"].with_user(reader).search([("id", "=", relation.id)]))
