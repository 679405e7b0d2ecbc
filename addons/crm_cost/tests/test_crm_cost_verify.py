from odoo import fields
from odoo.exceptions import UserError

from .common import CostCommon


class TestCrmCostVerify(CostCommon):
    """Whatever is changed behind the back of the program is found, and the place is named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sell(cls.customer("A"), 700, goods=350), cls.sell(cls.customer("B"), 200)
        cls.entry((cls.pool_account, 300)), cls.entry((cls.rent_account, 60))
        cls.requests(cls.env["res.partner"].search([("name", "=", "A")], limit=1), 2)
        cls.make_pool(capacity=300)
        cls.earlier = cls.compute(day=cls.month_before())
        cls.period = cls.compute()
        cls.earlier._close()
        cls.period._close("Signed")

    def findings(self, statement, *values):
        """Return what verification says after a statement behind the program's back."""
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()
        return "\n".join(self.period._verify())

    def line(self, level):
        return self.period.line_ids.filtered(lambda line: line.level == level and line.partner_id)[:1]

    def test_untouched_month_is_whole(self):
        self.assertFalse(self.period._verify())
        self.assertTrue(self.period.verified_at)
        self.assertEqual(self.period.action_verify()["params"]["type"], "success")

    def test_first_closing_is_whole_beside_months_never_signed(self):
        company = self.setup_other_company(name="Branch")["company"]
        months = [self.compute(company, day=day) for day in (self.month_before(), self.month)]
        self.compute(company, day=fields.Date.subtract(self.month, months=2))
        months[0]._close()
        self.assertFalse(months[0]._verify())

    def test_changed_line_is_named(self):
        line = self.line("revenue")
        found = self.findings("UPDATE crm_cost_line SET amount = amount + 0.01 WHERE id = %s", line.id)
        self.assertIn(f"Line {line.position} ({line.customer_name}) was changed", found)
        self.assertEqual(found.count("was changed"), 1)
        answer = self.period.action_verify()["params"]
        self.assertEqual((answer["type"], answer["sticky"]), ("danger", True))

    def test_customer_changed_by_value_is_named(self):
        line = self.line("activity")
        found = self.findings("UPDATE crm_cost_line SET customer_ref = 1 WHERE id = %s", line.id)
        self.assertIn(f"Line {line.position} ", found)

    def test_changed_line_with_a_new_fingerprint_breaks_the_whole(self):
        line = self.line("revenue")
        sql = self.period._fingerprint_sql()
        self.env.cr.execute("UPDATE crm_cost_line SET amount = amount + 5 WHERE id = %s", [line.id])
        found = self.findings(f"UPDATE crm_cost_line line SET fingerprint = {sql.code} WHERE line.id = %s", line.id)
        self.assertNotIn("was changed", found)
        self.assertIn("lines / sha256", found)

    def test_changed_link_of_a_line_is_named(self):
        """Reports read the links: whoever moves an amount to another team or customer is found."""
        line = self.line("revenue")
        team = self.env["crm.team"].create({"name": "One"})
        category = self.env["product.category"].create({"name": "Goods"})
        for column, value in (
            ("team_id", team.id),
            ("categ_id", category.id),
            ("user_id", None if line.user_id else self.env.uid),
            ("account_id", self.rent_account.id),
            ("partner_id", self.customer("Other").id),
            ("partner_id", None),
            ("country_id", self.env.ref("base.be").id if line.country_id != self.env.ref("base.be") else None),
            ("currency_id", self.env.ref("base.JPY").id),
        ):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                found = self.findings(f"UPDATE crm_cost_line SET {column} = %s WHERE id = %s", value, line.id)
                self.assertIn(f"Line {line.position} ({line.customer_name}) was changed", found)
                savepoint.rollback()

    def test_links_may_empty_when_what_they_named_is_deleted(self):
        team = self.env["crm.team"].create({"name": "Dissolved"})
        self.sell(self.customer("C"), 50, day=self.month_before(2), team_id=team.id)
        period = self.compute(day=self.month_before(2))
        period._close()
        self.assertIn(team, period.line_ids.team_id)
        self.env["account.move"].search([("team_id", "=", team.id)]).team_id = False
        team.unlink()
        self.assertFalse(period._verify())

    def test_changed_sums_that_reports_read_are_named(self):
        partner = self.line("revenue").partner_id
        with self.env.cr.savepoint() as savepoint:
            found = self.findings(
                "UPDATE crm_cost_customer SET profit = profit + 1 WHERE period_id = %s AND partner_id = %s",
                self.period.id,
                partner.id,
            )
            self.assertEqual(found, "The sums of 1 customers are not those of the lines.")
            savepoint.rollback()
        row = self.period.reconciliation_ids.filtered("account_id")[0]
        found = self.findings(
            "UPDATE crm_cost_reconciliation SET account_id = %s WHERE id = %s", self.balance_account.id, row.id
        )
        self.assertIn(" is not the sum of its lines", found)
        self.assertIn("1 rows of the agreement are missing", found)

    def test_changed_secrecy_and_method_are_named(self):
        found = self.findings("UPDATE crm_cost_pool_result SET restricted = TRUE WHERE period_id = %s", self.period.id)
        self.assertIn("capacity / 1 / restricted: False -> True", found)
        found = self.findings("UPDATE crm_cost_period SET goods_source = 'margin' WHERE id = %s", self.period.id)
        self.assertIn("goods: ledger -> margin", found)

    def test_missing_and_added_lines_are_told(self):
        line = self.line("revenue")
        position = line.position
        found = self.findings("DELETE FROM crm_cost_line WHERE id = %s", line.id)
        self.assertIn(f"Line {position} is missing", found)
        found = self.findings(
            "INSERT INTO crm_cost_line (period_id, company_id, level, attribution, role, found_by, amount)"
            " VALUES (%s, %s, %s, %s, 'revenue', 'none', 0)",
            self.period.id,
            self.company.id,
            "revenue",
            "none",
        )
        self.assertIn("1 lines were added", found)

    def test_changed_totals_agreement_capacity_and_ledger_are_named(self):
        for table, column, what in (
            ("crm_cost_reconciliation", "ledger", "agreement"),
            ("crm_cost_pool_result", "rate", "capacity"),
            ("crm_cost_late", "closed", "ledger"),
        ):
            with self.subTest(table), self.env.cr.savepoint() as savepoint:
                found = self.findings(
                    f"UPDATE {table} SET {column} = {column} + 1 WHERE period_id = %s", self.period.id
                )
                self.assertIn(f"No longer what was signed: {what}", found)
                savepoint.rollback()
        found = self.findings("UPDATE crm_cost_period SET revenue = revenue + 1 WHERE id = %s", self.period.id)
        self.assertIn("totals / revenue: 900.00 -> 901.00", found)

    def test_changed_signature_is_named(self):
        found = self.findings("UPDATE crm_cost_period SET closing_note = 'Other' WHERE id = %s", self.period.id)
        self.assertIn("closed / note: Signed -> Other", found)
        later = fields.Datetime.add(self.period.closed_at, days=1)
        found = self.findings("UPDATE crm_cost_period SET closed_at = %s WHERE id = %s", later, self.period.id)
        self.assertIn("closed / at", found)

    def test_forged_record_does_not_fit_its_fingerprint(self):
        found = self.findings(
            "UPDATE crm_cost_period SET closing_note = 'Other',"
            " closing_record = replace(closing_record, '\"Signed\"', '\"Other\"') WHERE id = %s",
            self.period.id,
        )
        self.assertEqual(found, "The fingerprint does not belong to what was signed.")

    def test_closing_before_is_held_by_the_next(self):
        found = self.findings("UPDATE crm_cost_period SET closing_hash = 'other' WHERE id = %s", self.earlier.id)
        self.assertIn("The closing before, number 1", found)
        found = self.findings(
            "UPDATE crm_cost_period SET closing_number = NULL, state = 'computed' WHERE id = %s", self.earlier.id
        )
        self.assertIn("Closing number 1 of the company is missing", found)

    def test_months_that_are_not_closed_cannot_be_verified(self):
        with self.assertRaises(UserError):
            self.compute(day=self.month_before(3)).action_verify()

    def test_names_may_change_later(self):
        self.company.name = "Renamed"
        self.line("activity").activity_id.name = "Enquiry"
        self.rent_account.name = "Premises"
        self.assertFalse(self.period._verify())
