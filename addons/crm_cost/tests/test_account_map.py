from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from .common import CostCommon


class TestAccountMap(CostCommon):
    """Every item has exactly one place: by account, date, analytic account and kind of contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Departments"})
        cls.north, cls.south = cls.env["account.analytic.account"].create(
            [{"name": name, "plan_id": cls.plan.id} for name in ("North", "South")]
        )

    def distributed(self, amount, distribution, account=None, vendor=None):
        distribution = {str(key): share for key, share in distribution.items()}
        vendor = vendor or self.customer("Vendor")
        return self.bill(vendor, (account or self.rent_account, amount, {"analytic_distribution": distribution}))

    def check_agreement(self, period):
        self.assertEqual(period.difference, 0)
        self.assertEqual(set(period.reconciliation_ids.mapped("difference")), {0.0})
        for row in period.reconciliation_ids:
            lines = self.env["crm.cost.line"]
            for opener in (row.action_open_customers, row.action_open_rest):
                lines |= lines.search(opener()["domain"])
            booked = lines.filtered(lambda line: line.role != "imputed")
            self.assertAlmostEqual(sum(booked.mapped("amount")), row.total)

    def test_place_changes_by_date(self):
        self.place(self.rent_account, "kept_out", date_to=self.month_before(), reason="Before")
        self.place(self.rent_account, "bad_debt", date_from=self.month)
        self.entry((self.rent_account, 10)), self.entry((self.rent_account, 7), day=self.month_before())
        self.entry((self.rent_account, 3), day=self.month_before(0).replace(day=1) - self.month.resolution)
        self.assertEqual(self.amounts(self.compute()), {("bad_debt", ""): -10})
        earlier = self.compute(day=self.month_before())
        self.assertEqual(self.amounts(earlier), {("kept_out", ""): -7, ("unmapped", ""): -3})
        self.check_agreement(earlier)

    def test_days_without_a_rule_go_by_the_type(self):
        middle = self.month.replace(day=10)
        self.place(self.revenue_account(), "kept_out", date_from=middle, date_to=middle, reason="One day")
        for day in (9, 10, 11):
            self.entry((self.revenue_account(), -day), day=self.month.replace(day=day))
        self.assertEqual(self.amounts(self.compute()), {("revenue", ""): 20, ("kept_out", ""): 10})

    def test_two_places_at_a_time_are_refused(self):
        first = self.place(self.rent_account, "kept_out", date_to=self.month)
        with self.assertRaisesRegex(ValidationError, "already belongs to Kept out"):
            self.place(self.rent_account, "bad_debt", date_from=self.month)
        second = self.place(self.rent_account, "bad_debt", date_from=self.month_end)
        with self.assertRaisesRegex(ValidationError, "already belongs to Kept out"):
            second.date_from = self.month
        with self.assertRaisesRegex(ValidationError, "already belongs to Bad debt"):
            first.date_to = False
        self.place(self.rent_account, "litigation", partner_kind="own")
        self.place(self.rent_account, "litigation", analytic_account_id=self.north.id)

    @mute_logger("odoo.sql_db")
    def test_impossible_rules_are_refused(self):
        for values in (
            {"role": "direct"},
            {"role": "bad_debt", "date_from": self.month_end, "date_to": self.month},
            {"role": "kept_out", "reason": "None", "is_allowance": True},
        ):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.place(self.rent_account, **values)
                self.env.flush_all()

    def test_analytic_account_divides_an_item_and_the_remainder_keeps_its_place(self):
        self.make_pool(100, accounts=self.pool_account)
        self.place(
            self.rent_account,
            "pool",
            analytic_account_id=self.north.id,
            pool_id=self.env["crm.cost.pool"].search([("company_id", "=", self.company.id)]).id,
        )
        self.place(self.rent_account, "kept_out", analytic_account_id=self.south.id)
        self.distributed(100.01, {self.north.id: 33.33, self.south.id: 33.33})
        period = self.compute()
        self.assertEqual(
            self.amounts(period), {("unused", ""): -33.33, ("kept_out", ""): -33.34, ("unmapped", ""): -33.34}
        )
        self.assertEqual(period.result_ids.cost, 33.33)
        self.check_agreement(period)

    def test_two_plans_divide_an_item_once(self):
        other = self.env["account.analytic.plan"].create({"name": "Projects"})
        east = self.env["account.analytic.account"].create({"name": "East", "plan_id": other.id})
        self.place(self.rent_account, "kept_out", analytic_account_id=self.north.id)
        self.assertEqual(self.env["crm.cost.setting"]._of(self.company).plan_id, self.plan)
        with self.assertRaisesRegex(ValidationError, "another"):
            self.place(self.goods_account, "kept_out", analytic_account_id=east.id)
        self.distributed(100, {self.north.id: 60, east.id: 100})
        self.distributed(10, {f"{self.north.id},{east.id}": 50})
        period = self.compute()
        self.assertEqual(self.amounts(period), {("kept_out", ""): -65, ("unmapped", ""): -45})
        self.check_agreement(period)

    def test_kind_of_contact_decides(self):
        sister = self.env["res.company"].create({"name": "Sister"}).partner_id
        self.place(self.rent_account, "kept_out", partner_kind="own", reason="Fee within the group")
        self.place(self.rent_account, "litigation", partner_kind="none")
        self.place(self.rent_account, "collection", partner_kind="staff")
        self.entry(
            (self.rent_account, 1, sister),
            (self.rent_account, 2),
            (self.rent_account, 4, self.env.user.partner_id),
            (self.rent_account, 8, self.customer("A")),
        )
        period = self.compute()
        expected = {("kept_out", ""): -1, ("litigation", ""): -2, ("collection", ""): -4, ("unmapped", ""): -8}
        self.assertEqual(self.amounts(period), expected)
        self.check_agreement(period)

    def test_archived_direct_cost_is_nobodys(self):
        freight = self.direct(accounts=self.rent_account)
        self.entry((self.rent_account, 30))
        self.assertEqual(self.amounts(self.compute()), {("direct", ""): -30})
        freight.active = False
        self.assertEqual(self.amounts(self.compute()), {("unmapped", ""): -30})
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.place(self.rent_account, "kept_out")

    def test_every_account_has_one_place_on_every_day(self):
        self.place(self.rent_account, "kept_out", date_from=self.month, date_to=self.month_end)
        for role, first, last in (("bad_debt", None, 5), ("kept_out", 6, 9), ("litigation", 20, None)):
            days = {
                "date_from": first and self.month.replace(day=first),
                "date_to": last and self.month.replace(day=last),
            }
            self.place(self.tax_account, role, **days)
        self.env.flush_all()
        places = self.env["crm.cost.account.role"]._places_sql(self.company)
        self.env.cr.execute("CREATE TEMPORARY TABLE place_probe ON COMMIT DROP AS " + places.code, places.params)
        self.env.cr.execute(
            "SELECT COUNT(*) FROM place_probe a JOIN place_probe b ON a.account_id = b.account_id AND a.ctid < b.ctid"
            " AND a.date_from <= b.date_to AND b.date_from <= a.date_to"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.env.cr.execute("SELECT COUNT(*) FROM place_probe WHERE account_id = %s", [self.rent_account.id])
        self.assertEqual(self.env.cr.fetchone(), (3,))
        self.env.cr.execute(
            "SELECT role FROM place_probe WHERE account_id = %s ORDER BY date_from", [self.tax_account.id]
        )
        roles = [role for (role,) in self.env.cr.fetchall()]
        self.assertEqual(roles, ["bad_debt", "kept_out", "unmapped", "litigation"])

    def test_new_account_is_announced_once_to_managers_without_amounts(self):
        manager = self.env["res.users"].create(
            {
                "name": "Manager",
                "login": "announced",
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
                "group_ids": [Command.link(self.env.ref("crm_cost.group_profit_manager").id)],
            }
        )
        self.entry((self.rent_account, 4711.25))
        mails = self.env["mail.mail"].search_count([])
        period = self.compute()
        activity = self.env["mail.activity"].search([("user_id", "=", manager.id)])
        self.assertEqual(len(activity), 1)
        self.assertIn("CCRENT", activity.note)
        self.assertNotIn("4711", activity.note + activity.summary)
        self.assertFalse(activity.res_model)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.entry((self.rent_account, 5)), self.entry((self.tax_account, 5), day=self.month_before())
        period._compute_period()
        self.compute(day=self.month_before())
        later = self.env["mail.activity"].search([("user_id", "=", manager.id)]) - activity
        self.assertEqual(len(later), 1)
        self.assertIn("CCTAX", later.note)
        self.assertNotIn("CCRENT", later.note)
