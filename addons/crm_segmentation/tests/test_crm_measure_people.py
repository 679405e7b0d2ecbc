from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_measure import MeasureCommon


class TestCrmMeasurePeople(MeasureCommon):
    """Who may see the values, and whose documents an indicator counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer()
        cls.invoice(cls.partner, 123)
        cls.group = cls.env["res.groups"].create({"name": "May See Amounts"})
        cls.secret = cls.measure(name="Secret", aggregate="sum", group_ids=[Command.set(cls.group.ids)])
        cls.open = cls.measure(name="Open")
        cls.rate = cls.env["crm.measure"].create(
            {
                "name": "Amount per Document",
                "kind": "ratio",
                "numerator_id": cls.secret.id,
                "denominator_id": cls.open.id,
                "reviewed": True,
            }
        )
        for measure in cls.secret + cls.open + cls.rate:
            measure._refresh()
        groups = "sales_team.group_sale_manager,base.group_allow_export"
        company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.manager = new_test_user(cls.env, "measure_manager", groups=groups, **company)
        cls.member = new_test_user(cls.env, "measure_member", groups=groups, **company)
        cls.member.group_ids += cls.group
        cls.boss = new_test_user(cls.env, "measure_boss", groups=f"base.group_system,{groups}", **company)
        cls.hidden = cls.env["crm.measure.value"].search([("measure_id", "in", (cls.secret + cls.rate).ids)])

    def test_values_are_hidden_from_whoever_is_not_in_the_group(self):
        values = self.env["crm.measure.value"].with_user(self.manager)
        among = [("partner_id", "=", self.partner.id)]
        self.assertEqual(len(self.hidden.filtered(lambda value: value.partner_id == self.partner)), 2)
        self.assertEqual(values.search(among).measure_id.mapped("name"), ["Open"])
        self.assertEqual(values._read_group([*among, ("quantity", ">", 100)], [], ["__count"]), [(0,)])
        self.assertFalse(values.name_search("Secret", domain=among))
        with self.assertRaises(AccessError):
            self.hidden.with_user(self.manager).export_data(["quantity"])
        with self.assertRaises(AccessError):
            self.hidden.with_user(self.manager).read(["quantity"])
        secret = self.secret.with_user(self.manager)
        secret.invalidate_recordset()
        self.assertFalse(secret.value_ids)
        self.assertEqual(secret.customer_count, 0)
        self.assertFalse(secret.search([("value_ids.quantity", "=", 123), ("id", "=", secret.id)]))

    def test_members_see_them(self):
        values = self.env["crm.measure.value"].with_user(self.member)
        found = values.search([("partner_id", "=", self.partner.id)])
        self.assertEqual(set(found.measure_id.mapped("name")), {"Secret", "Open", "Amount per Document"})
        day = self.days_ago(10)
        self.assertEqual(self.secret.with_user(self.member)._values(day, day, self.company)[self.partner.id], 123)

    def test_every_method_that_returns_values_asks_first(self):
        day = self.days_ago(10)
        for measure in (self.secret, self.rate):
            measure = measure.with_user(self.manager)
            for ask in (
                lambda m: m._values(day, day, self.company),
                lambda m: m._values_by_user(day, day, self.company),
                lambda m: m._values_by_team(day, day, self.company),
                lambda m: m._total(day, day, self.company),
                lambda m: m._months(self.partner, self.company),
            ):
                with self.assertRaises(AccessError):
                    ask(measure)
        self.assertTrue(self.open.with_user(self.manager)._values(day, day, self.company))
        outsider = new_test_user(self.env, "measure_outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.open.with_user(outsider)._total(day, day, self.company)

    def test_nobody_opens_what_an_administrator_restricted(self):
        self.secret.with_user(self.boss).group_ids = self.group
        self.assertEqual(self.secret.restricted_by_id, self.boss)
        for user in (self.manager, self.member):
            for values in (
                {"group_ids": [Command.clear()]},
                {"group_ids": [Command.link(self.env.ref("base.group_user").id)]},
                {"restricted_by_id": user.id},
            ):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    self.secret.with_user(user).write(values)
        self.secret.with_user(self.boss).group_ids = False
        self.assertFalse(self.secret.group_ids)

    def test_whoever_restricted_may_open_again(self):
        own = self.env["crm.measure"].with_user(self.manager).create({"name": "Own", "model_id": self.leads()})
        own.group_ids = self.group
        self.assertEqual(own.restricted_by_id, self.manager)
        with self.assertRaises(AccessError):
            own.with_user(self.member).group_ids = False
        own.group_ids = False
        self.assertFalse(own.group_ids)

    def test_a_copy_counts_for_whoever_copied_it_and_stays_restricted(self):
        copy = self.secret.with_user(self.manager).copy()
        self.assertEqual((copy.owner_id, copy.reviewed, copy.group_ids), (self.manager, False, self.group))

    def test_a_group_in_use_is_not_deleted(self):
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "crm_measure"), self.cr.savepoint():
            self.group.unlink()

    def leads(self):
        return self.env["ir.model"]._get_id("crm.lead")

    def test_the_form_says_whose_documents_count(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        seller = new_test_user(
            self.env,
            "measure_seller",
            groups="sales_team.group_sale_salesman",
            name="Sally",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        measure = self.measure("crm.lead", owner_id=seller.id, reviewed=False)
        self.assertIn("Sally", measure.rights_note)
        self.assertIn("Elsewhere", measure.rights_note)
        self.assertNotIn(self.company.name, measure.rights_note.split("documents of:")[1].split(".")[0].split(", "))
        self.assertIn("Access rules hide", measure.rights_note)
        measure.reviewed = True
        self.assertFalse(measure.rights_note)
        self.assertTrue(elsewhere)

    def test_figures_stay_when_the_owner_is_archived(self):
        measure = self.measure("crm.lead", owner_id=self.manager.id, reviewed=False, company_path=False)
        self.env["crm.lead"].create({"name": "L", "partner_id": self.partner.id})
        self.assertTrue(self.figures(measure))
        self.manager.active = False
        self.assertIn("archived", measure.rights_note)
        with self.assertRaisesRegex(Exception, "archived"):
            measure._passes()
