from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import CostCommon


class TestCrmCostClose(CostCommon):
    """A closed month stays as it was signed; what comes later is listed, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b = cls.customer("A"), cls.customer("B")
        cls.invoice_a = cls.sell(cls.a, 700, goods=350)
        cls.sell(cls.b, 200, goods=100)
        cls.entry((cls.pool_account, 300)), cls.entry((cls.rent_account, 60))
        cls.leads = cls.requests(cls.a, 6) | cls.requests(cls.b, 5)
        cls.pool = cls.make_pool(capacity=300)
        cls.period = cls.compute()
        cls.manager = new_test_user(
            cls.env, "close_manager", groups="crm_cost.group_profit_manager", company_id=cls.company.id
        )

    def close(self, period=None, note=None):
        period = (period or self.period).with_user(self.manager).with_company(self.company)
        period._close(note)
        return self.periods.browse(period.id)

    def run_job_later(self, hours=1):
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), hours=hours)):
            return self.run_job()

    def frozen(self, period):
        """Return row versions and values of everything that was signed."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT xmin::text, id, amount, fingerprint FROM crm_cost_line WHERE period_id = %s ORDER BY id",
            [period.id],
        )
        lines = self.env.cr.fetchall()
        self.env.cr.execute(
            "SELECT xmin::text, id FROM crm_cost_reconciliation WHERE period_id = %s ORDER BY id", [period.id]
        )
        return lines, self.env.cr.fetchall()

    def look(self, period=None):
        """Let the nightly job look for changes, which leaves the month alone."""
        period = period or self.period
        before = self.frozen(period)
        written = period._compute_period()
        self.assertEqual(self.frozen(period), before)
        self.assertEqual(period._compute_period(), 0, "the second look writes nothing")
        return written

    def assertNextVersionChanges(self, amount, customers=None, message=None):
        """The list of changes is exactly what the next version says otherwise."""
        self.look()
        self.assertAlmostEqual(self.period.late_amount, amount, msg=message)
        if customers is not None:
            self.assertEqual(self.period.late_customers, customers, message)
        figures = {
            (row.level, row.activity_id.id, row.pool_id.id): row.change
            for row in self.period.late_ids
            if row.kind == "figure"
        }
        ledger = {row.account_id: row.change for row in self.period.late_ledger_ids if row.change}
        second = self.period._reopen("Something came late")
        self.assertAlmostEqual(second.profit_change, amount)
        self.assertEqual(second.difference, 0)
        changes = {}
        for period, sign in ((second, 1), (self.period, -1)):
            for line in period.line_ids:
                key = (line.level, line.activity_id.id, line.pool_id.id)
                changes[key] = round(changes.get(key, 0) + sign * line.amount, 2)
        self.assertEqual({key: change for key, change in changes.items() if change}, figures)
        self.assertAlmostEqual(sum(ledger.values()), amount)
        self.assertAlmostEqual(sum(figures.values()), amount)
        return second

    # Closing

    def test_closing_signs_user_time_note_and_number(self):
        period = self.close(note="Bonus accrued by hand")
        self.assertRecordValues(
            period,
            [
                {
                    "state": "closed",
                    "version": 1,
                    "shown": True,
                    "closed_by_id": self.manager.id,
                    "closing_note": "Bonus accrued by hand",
                    "closing_number": 1,
                    "late_amount": 0,
                }
            ],
        )
        self.assertEqual(len(period.closing_hash), 64)
        self.assertIn('"note":"Bonus accrued by hand"', period.closing_record)
        lines = period.line_ids
        self.assertEqual(sorted(lines.mapped("position")), list(range(1, len(lines) + 1)))
        activity = lines.filtered(lambda line: line.level == "activity" and line.partner_id == self.a)
        self.assertIn("Request", activity.sources)
        unmapped = lines.filtered(lambda line: line.level == "unmapped")
        self.assertIn("CCRENT", unmapped.sources, "accounts are named by their code")

    def test_months_of_a_company_are_chained_and_companies_apart(self):
        earlier = self.compute(day=self.month_before())
        self.close(), self.close(earlier)
        self.assertEqual((self.period.closing_number, earlier.closing_number), (1, 2))
        self.assertIn(self.period.closing_hash, earlier.closing_record)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = self.compute(other)
        elsewhere._close()
        self.assertEqual((elsewhere.closing_number, elsewhere.difference), (1, 0), "a month without entries too")

    def test_month_that_is_not_over_stays_open(self):
        period = self.periods.create({"company_id": self.company.id, "date_from": self.company._crm_today()})
        with self.assertRaisesRegex(UserError, "not over"):
            period._close()
        self.assertEqual(period.state, "open")

    def test_difference_is_never_signed(self):
        self.env.flush_all()
        row = self.period.reconciliation_ids[0]
        original = type(self.period)._totals

        def off_by_a_cent(period, rows):
            return {**original(period, rows), "difference": 0.01}

        self.patch(type(self.period), "_totals", off_by_a_cent)
        with self.assertRaisesRegex(UserError, "differs from the ledger"):
            self.period._close()
        self.assertNotEqual(self.period.state, "closed")
        self.assertFalse(row.period_id.line_ids.filtered("position"))

    def test_reader_cannot_close_reopen_or_choose(self):
        reader = new_test_user(
            self.env, "close_reader", groups="crm_cost.group_profit_reader", company_id=self.company.id
        )
        period = self.period.with_user(reader)
        for attempt in (period._close, period.action_open_close, period.action_show, period.action_check):
            with self.assertRaises(AccessError):
                attempt()
        self.close()
        for attempt in (lambda: period._reopen("Why not"), period.action_open_reopen, period.action_verify):
            with self.assertRaises(AccessError):
                attempt()

    def test_closing_page_computes_checks_and_signs(self):
        self.sell(self.b, 11)
        page = (
            self.env["crm.cost.close"]
            .with_user(self.manager)
            .browse(self.period.with_user(self.manager).action_open_close()["res_id"])
        )
        self.assertEqual(page.ledger_profit, 101, "computed again before anybody signs")
        self.assertTrue(page.check_ids)
        page.note = "Fine"
        page.action_close()
        self.assertEqual((self.period.state, self.period.closing_note), ("closed", "Fine"))

    def test_no_accounting_entry_is_written(self):
        def versions():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT 'move', id, xmin::text FROM account_move UNION ALL"
                " SELECT 'item', id, xmin::text FROM account_move_line UNION ALL"
                " SELECT 'line', id, xmin::text FROM account_analytic_line ORDER BY 1, 2"
            )
            return self.env.cr.fetchall()

        before = versions()
        self.close(), self.period._compute_period(), self.period._verify()
        second = self.period._reopen("Look again")
        self.close(second)
        self.run_job()
        self.assertEqual(versions(), before)

    # Immutable

    def test_nobody_writes_in_a_closed_month(self):
        self.close()
        sudo = self.period.sudo()
        for attempt in (
            lambda: sudo.write({"ledger_profit": 5}),
            lambda: sudo.write({"state": "computed"}),
            lambda: sudo.write({"closing_note": "Other"}),
            sudo.unlink,
            lambda: sudo.line_ids[0].write({"amount": 5}),
            lambda: sudo.line_ids[0].unlink(),
            lambda: sudo.line_ids[0].copy(),
            lambda: sudo.reconciliation_ids[0].write({"ledger": 5}),
            lambda: sudo.reconciliation_ids[0].unlink(),
            lambda: sudo.result_ids[0].write({"rate": 5}),
            lambda: sudo.check_ids[0].write({"count": 5}),
            lambda: sudo.check_ids[0].unlink(),
            lambda: sudo.late_ledger_ids[0].write({"closed": 5}),
            lambda: sudo.late_ledger_ids[0].unlink(),
            sudo.action_check,
            sudo._close,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        self.assertFalse(self.period._verify())

    def test_what_closed_months_name_is_archived_not_deleted(self):
        account = self.account("CCLATE", "expense")
        move = self.entry((account, 5))
        self.close()
        move.button_draft()
        move.unlink()
        for record in (account, self.pool, self.pool.activity_ids):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.unlink()
        account.active = False
        self.assertFalse(self.period._verify())

    def test_direct_cost_of_a_closed_month_is_archived_not_deleted(self):
        idle = self.direct("Never booked")
        account = self.account("CCNIL", "expense")
        moves = self.entry((account, 5)) | self.entry((account, -5))
        self.period._compute_period()
        self.close()
        moves.button_draft()
        moves.unlink()
        for record in (idle, account):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.unlink()
        self.assertFalse(self.period._verify())

    def test_managers_type_no_figure_of_a_month(self):
        """A readonly field keeps nobody from writing it over RPC: neither a forged closing nor a hidden change."""
        period = self.period.with_user(self.manager).with_company(self.company)
        months = self.periods.with_user(self.manager).with_company(self.company)
        free = {"company_id": self.company.id, "date_from": self.month_before(6)}
        forged = (
            {"state": "closed", "closing_hash": "0", "closing_number": 9},
            {"difference": 0},
            {"goods_source": "margin"},
            {"date_to": self.month},
        )
        hidden = ({"late_amount": 0}, {"shown": False}, {"replaced": True}, {"verify_findings": False})
        for values_list in (forged, hidden):
            for values in values_list:
                with self.subTest(values), self.assertRaises(AccessError):
                    period.write(values)
            if self.period.state != "closed":
                self.close()
        for values in ({"state": "closed"}, {"previous_id": period.id, "version": 2}):
            with self.assertRaises(AccessError):
                months.create({**free, **values})
        created = months.with_context(default_state="closed", default_ledger_profit=5).create(free)
        self.assertEqual((created.state, created.ledger_profit), ("open", 0))
        period.action_verify()
        self.assertTrue(self.period.verified_at)
        second = period._reopen("Late")
        second.action_show()
        self.assertTrue(second.shown)
        second.unlink()
        self.assertTrue(self.period.shown)

    def test_team_category_and_salesperson_are_deleted_while_months_are_in_work(self):
        team = self.env["crm.team"].create({"name": "Dissolved"})
        other = self.env["crm.team"].create({"name": "Stays"})
        category = self.env["product.category"].create({"name": "Old"})
        child = self.env["product.category"].create({"name": "Below", "parent_id": category.id})
        product = self.env["product.product"].create({"name": "P", "categ_id": child.id})
        for partner, values in ((self.a, team), (self.a, other), (self.b, team)):
            self.sell(partner, 10, team_id=values.id)
        seller = new_test_user(self.env, "close_seller", groups="base.group_user")
        sold_by = self.sell(self.a, 10, team_id=other.id, invoice_user_id=seller.id)
        self.sell(self.a, 10, team_id=other.id, invoice_user_id=False)
        self.invoice(self.a, 5, post=False, invoice_date=self.month, date=self.month)
        sold = self.env["account.move"].search([("partner_id", "=", self.a.id), ("state", "=", "draft")])
        sold.invoice_line_ids.product_id = product
        sold.action_post()
        self.env["account.move"].search([("partner_id", "=", self.b.id), ("team_id", "!=", team.id)]).team_id = False
        self.period._compute_period()
        before = self.amounts(self.period)
        moves = self.env["account.move"].search([("team_id", "=", team.id)])
        moves.team_id = False
        sold_by.write({"invoice_user_id": False, "team_id": other.id})
        sold_by.message_follower_ids.unlink()
        seller.unlink()
        product.categ_id = False
        team.unlink()
        category.unlink()
        self.assertEqual(self.amounts(self.period), before)
        self.assertNotIn(team.id, self.period.line_ids.team_id.ids)
        self.assertEqual(self.period._compute_period(), 0, "the next computation finds nothing to write")

    def test_job_leaves_closed_months_alone(self):
        self.close()
        before = self.frozen(self.period)
        self.sell(self.b, 50)
        self.run_job_later()
        self.assertEqual(self.frozen(self.period), before)
        self.assertEqual((self.period.ledger_profit, self.period.late_amount), (90, 50))
        changed = self.period.late_changed_at
        job = self.run_job_later(hours=2)
        self.assertEqual(job.rows_done, 0)
        self.assertEqual(self.period.late_changed_at, changed)

    # Changed after closing

    def test_back_dated_entry_is_listed_with_its_items(self):
        self.close()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET write_date = write_date - interval '2 hours';"
            "UPDATE account_move_line SET write_date = write_date - interval '2 hours';"
            "UPDATE crm_cost_period SET closed_at = now() at time zone 'UTC' - interval '1 hour' WHERE id = %s",
            [self.period.id],
        )
        self.env.invalidate_all()
        late = self.entry((self.rent_account, 12.34))
        self.look()
        [row] = self.period.late_ledger_ids.filtered("change")
        self.assertRecordValues(row, [{"closed": -60, "now": -72.34, "change": -12.34}])
        items = self.env["account.move.line"].search(row.action_open_items()["domain"])
        self.assertEqual(items, late.line_ids.filtered(lambda line: line.account_id == self.rent_account))
        self.assertNextVersionChanges(-12.34, customers=0)

    def test_invoice_dated_into_the_month_later(self):
        self.close()
        self.sell(self.b, 50.05, goods=10)
        self.assertNextVersionChanges(40.05, customers=1)

    def test_cancelled_and_posted_again_leaves_nothing(self):
        self.close()
        self.invoice_a.button_draft()
        self.invoice_a.button_cancel()
        self.look()
        self.assertEqual((self.period.late_amount, self.period.late_count), (-350, 2))
        self.invoice_a.button_draft()
        self.invoice_a.action_post()
        self.look()
        self.assertEqual((self.period.late_amount, self.period.late_count, self.period.late_customers), (0, 0, 0))
        self.assertFalse(self.period.late_changed_ids)

    def test_deleted_entry_is_listed_without_items(self):
        self.close()
        move = self.env["account.move.line"].search([("account_id", "=", self.rent_account.id)]).move_id
        move.button_draft()
        move.unlink()
        self.assertNextVersionChanges(60)

    def test_archived_account_changes_nothing(self):
        self.close()
        self.rent_account.active = False
        self.assertNextVersionChanges(0)

    def test_activity_dated_back_moves_the_division_not_the_ledger(self):
        self.close()
        self.requests(self.a, 1)
        second = self.assertNextVersionChanges(0, customers=1)
        levels = set(self.period.late_changed_ids.mapped("level"))
        self.assertEqual(levels, {"activity", "unused"})
        self.assertEqual((self.period.late_count, second.unused), (0, self.period.unused + 20))

    def test_account_given_another_place_moves_the_division_not_the_ledger(self):
        self.close()
        self.env["crm.cost.account.role"].create(
            {"account_id": self.rent_account.id, "company_id": self.company.id, "role": "kept_out", "reason": "Rent"}
        )
        self.assertNextVersionChanges(0, customers=0)

    def test_merged_customer_keeps_number_and_name_in_the_signature(self):
        self.close()
        before = [(line.customer_ref, line.customer_name, line.amount) for line in self.period.line_ids.sorted("id")]
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.a | self.b).ids, self.a)
        self.env.invalidate_all()
        after = [(line.customer_ref, line.customer_name, line.amount) for line in self.period.line_ids.sorted("id")]
        self.assertEqual(after, before)
        self.assertEqual(self.period.line_ids.partner_id, self.a, "the link follows")
        self.assertFalse(self.period._verify())
        report = self.env["crm.cost.customer.report"].search([("period_id", "=", self.period.id)])
        self.assertRecordValues(report, [{"partner_id": self.a.id, "revenue": 900}])
        self.assertNextVersionChanges(0, customers=0)

    def test_account_merged_with_one_of_another_company_changes_nothing(self):
        other = self.setup_other_company(name="Sister")["company"]
        theirs = self.account("CCRENT", "expense", other)
        self.close()
        merged = self.rent_account
        self.env["account.merge.wizard"].new()._action_merge(theirs | merged)
        self.env.invalidate_all()
        self.assertFalse(merged.exists())
        self.assertEqual(self.period._verify(), [])
        for _night in range(2):
            self.period._compute_period()
            self.assertEqual((self.period.late_count, self.period.late_amount), (0, 0))
        self.entry((theirs, 7))
        self.assertNextVersionChanges(-7)

    def test_deleted_customer_leaves_number_and_name(self):
        nobody = self.customer("Gone")
        leads = self.requests(nobody, 1)
        self.close()
        leads.unlink()
        nobody.unlink()
        line = self.period.line_ids.filtered(lambda line: line.customer_name == "Gone")
        self.assertTrue(line and not line.partner_id)
        self.assertFalse(self.period._verify())

    # Versions

    def test_reopened_month_is_a_new_version_beside_the_signed_one(self):
        self.close()
        before = self.frozen(self.period)
        self.sell(self.b, 50)
        second = self.assertNextVersionChanges(50)
        report = self.env["crm.cost.customer.report"]
        self.assertEqual(self.frozen(self.period), before)
        self.assertRecordValues(
            self.period | second,
            [
                {"version": 1, "state": "closed", "shown": True, "replaced": False},
                {"version": 2, "state": "computed", "shown": False, "replaced": False},
            ],
        )
        self.assertEqual(report.search([("partner_id", "=", self.b.id)]).mapped("revenue"), [200])
        second.with_user(self.manager).action_show()
        self.env.invalidate_all()
        self.assertEqual(report.search([("partner_id", "=", self.b.id)]).mapped("revenue"), [250])
        self.period.action_show()
        self.close(second, "With the late invoice")
        self.assertRecordValues(
            self.period | second,
            [
                {"state": "closed", "shown": False, "replaced": True, "profit_change": 0},
                {"state": "closed", "shown": True, "replaced": False, "profit_change": 50},
            ],
        )
        self.assertEqual((second.reason, second.previous_id), ("Something came late", self.period))
        self.assertIn('"reason":"Something came late"', second.closing_record)
        self.assertEqual(self.frozen(self.period), before)
        self.assertFalse(self.period._verify() + second._verify())

    def test_statement_of_a_version_in_work_shows_its_own_figures(self):
        self.close()
        self.sell(self.a, 1000)
        second = self.period._reopen("Late invoice")
        values = {"partner_id": self.a.id, "company_id": self.company.id, "against": "none"}
        shown = {
            period: self.env["crm.cost.statement"].create({**values, "period_id": period.id})._rows()[0].amount
            for period in (self.period, second)
        }
        self.assertEqual(shown, {self.period: 700, second: 1700})

    def test_reopening_needs_a_reason_and_the_last_closed_version(self):
        with self.assertRaises(UserError):
            self.period._reopen("Not closed yet")
        self.close()
        for reason in ("", "   ", None):
            with self.assertRaisesRegex(UserError, "why"):
                self.period._reopen(reason)
        second = self.period._reopen("Late bill")
        with self.assertRaises(UserError):
            self.period._reopen("Once more")
        self.close(second)
        with self.assertRaises(UserError):
            self.period._reopen("The old one")
        self.assertEqual(second._reopen("Third").version, 3)

    def test_version_thrown_away_leaves_the_signed_one_to_the_reports(self):
        self.close()
        second = self.period._reopen("By mistake")
        second.action_show()
        second.unlink()
        self.assertTrue(self.period.shown)
        self.assertEqual(self.periods.search_count([("company_id", "=", self.company.id)]), 1)

    def test_reopening_page_opens_the_new_version(self):
        self.close()
        action = self.period.with_user(self.manager).action_open_reopen()
        page = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "why"):
            page.action_reopen()
        page.reason = "Late bill"
        second = self.periods.browse(page.action_reopen()["res_id"])
        self.assertEqual((second.previous_id, second.state), (self.period, "computed"))
        self.assertEqual(second.display_name, f"{self.period.name}, version 2")

    def test_reopened_month_keeps_its_days_when_the_fiscal_calendar_changed(self):
        self.close()
        self.company.write({"fiscalyear_last_month": "4", "fiscalyear_last_day": 5})
        second = self.period._reopen("Late bill")
        self.assertEqual((second.date_from, second.date_to), (self.period.date_from, self.period.date_to))

    def test_job_computes_the_version_in_work(self):
        self.close()
        second = self.period._reopen("Late bill")
        self.sell(self.b, 5)
        self.run_job_later()
        self.assertEqual((second.ledger_profit, self.period.ledger_profit, self.period.late_amount), (95, 90, 5))
        self.assertEqual(self.periods.search_count([("company_id", "=", self.company.id)]), 2)

    def test_reports_read_closed_months(self):
        self.close()
        self.assertTrue(self.env["crm.cost.customer.report"].search([("period_id", "=", self.period.id)]))
        page = self.env["crm.cost.whale"].create({"company_id": self.company.id})
        self.assertEqual(page.customer_count, 2)
        second = self.period._reopen("Late bill")
        pages = self.env["crm.cost.whale"].create(
            [{"company_id": self.company.id}, {"company_id": self.company.id, "period_id": second.id}]
        )
        self.assertEqual(pages.mapped("total"), [page.total] * 2, "one version of a month, never both")

    def test_closing_takes_the_same_statements_however_many_lines(self):
        def queries(period):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            period._close()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = queries(self.period)
        for number in range(12):
            self.sell(self.customer(f"C{number}"), 10)
        second = self.period._reopen("More customers")
        many = queries(second)
        self.assertLessEqual(many, few + 6, "nothing that grows with the lines")

    def test_list_of_months_takes_no_query_per_row(self):
        for back in range(1, 6):
            self.compute(day=self.month_before(back))
        spec = {"display_name": {}, "late_amount": {}, "state": {}, "version": {}, "profit_change": {}}
        domain = [("company_id", "=", self.company.id)]

        def queries(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.periods.web_search_read(domain, spec, limit=limit)
            return self.env.cr.sql_log_count - before

        self.assertEqual(queries(2), queries(6))

    def test_closed_month_of_another_currency_agrees(self):
        company = self.env["res.company"].create({"name": "Tokyo", "currency_id": self.env.ref("base.JPY").id})
        self.env.user.company_ids = [Command.link(company.id)]
        period = self.compute(company)
        period._close("Closed")
        self.assertFalse(period._verify())
