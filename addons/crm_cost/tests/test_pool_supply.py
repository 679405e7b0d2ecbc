from datetime import datetime, time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user

from .common import CostCommon


class TestPoolSupply(CostCommon):
    """What pools cost and can do, month by month, and what they do for each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.it_account = cls.account("CCIT", "expense")
        cls.hr_account = cls.account("CCHR", "expense")
        cls.a = cls.customer("A")

    def sum_measure(self, name):
        """Create an indicator that adds up the expected revenue of leads of a name: one lead is many documents."""
        return self.measure.copy(
            {
                "name": name,
                "code": False,
                "domain": f"[('name', '=', '{name}')]",
                "aggregate": "sum",
                "value_field": "expected_revenue",
                "reviewed": True,
            }
        )

    def lead(self, name, quantity, partner=None, day=None):
        lead = self.requests(self.a if partner is None else partner, 1, day=day)
        lead.write({"name": name, "expected_revenue": quantity})
        return lead

    def result(self, period, pool):
        return period.result_ids.filtered(lambda result: result.pool_id == pool)

    def pool(self, name, account=None, capacity=1000, **values):
        return self.make_pool(
            name=name, capacity=capacity, accounts=account, **{"activity_ids": False, "people": 5, **values}
        )

    # The published example

    def test_published_example_in_all_its_figures(self):
        self.entry((self.pool_account, 560000))
        pool = self.pool("Customer service", self.pool_account, capacity=700000)
        work = (("orders", 49000, 8), ("inquiries", 1400, 44), ("credit checks", 2500, 50))
        for name, quantity, minutes in work:
            self.lead(name, quantity)
            pool.activity_ids = [
                Command.create({"name": name, "measure_id": self.sum_measure(name).id, "minutes_per_unit": minutes})
            ]
        period = self.compute()
        self.assertRecordValues(
            period.result_ids,
            [
                {
                    "rate": 0.8,
                    "used_minutes": 578600,
                    "charged": 462880,
                    "unused_minutes": 121400,
                    "unused": 97120,
                    "variance": 0,
                    "issue": False,
                }
            ],
        )
        lines = period.line_ids.filtered("activity_id")
        unit_costs = {line.activity_id.name: round(-line.amount / line.quantity, 2) for line in lines}
        self.assertEqual(unit_costs, {"orders": 6.40, "inquiries": 35.20, "credit checks": 40.00})
        self.assertEqual(period.difference, 0)

    def test_holiday_month_alone_is_expensive_and_in_twelve_months_it_is_not(self):
        for back in range(12):
            self.entry((self.pool_account, 50000), day=self.month_before(back))
        pool = self.pool("Service", self.pool_account, capacity=62500, rate_basis="month")
        self.assertAlmostEqual(self.compute().result_ids.rate, 0.8)
        pool.month_ids = [Command.create({"date_from": self.month_end, "kind": "capacity", "value": 28125})]
        self.assertEqual(pool.month_ids.date_from, self.month, "any day of the month will do")
        self.assertRecordValues(self.compute().result_ids, [{"rate": 1.777778, "capacity_minutes": 28125}])
        pool.rate_basis = "year"
        period = self.compute()
        self.assertAlmostEqual(period.result_ids.rate, 600000 / (11 * 62500 + 28125), 6)
        self.assertEqual(period.difference, 0)

    def test_budget_stands_beside_the_ledger_on_a_line_of_its_own(self):
        self.entry((self.pool_account, 1100))
        self.requests(self.a, 10)
        pool = self.make_pool(capacity=500, basis="budget", minutes=20, budget=1000)
        period = self.compute()
        self.assertRecordValues(
            period.result_ids,
            [{"rate": 2, "cost": 1100, "budget": 1000, "charged": 400, "unused": 600, "variance_budget": 100}],
        )
        variance = period.line_ids.filtered(lambda line: line.level == "variance")
        self.assertEqual([(line.variance_kind, line.amount) for line in variance], [("budget", -100)])
        # A month that was planned otherwise: the rate is that of the year, the difference that of the month.
        pool.month_ids = [Command.create({"date_from": self.month, "kind": "budget", "value": 1600})]
        period = self.compute()
        rate = (11 * 1000 + 1600) / (12 * 500)
        self.assertAlmostEqual(period.result_ids.rate, rate, 6)
        variances = {line.variance_kind: line.amount for line in period.line_ids if line.level == "variance"}
        self.assertEqual(variances, {"budget": 500, "rate": -550})
        self.assertEqual(period.difference, 0)

    def test_budget_without_a_single_entry(self):
        self.requests(self.a, 1)
        self.make_pool(capacity=500, basis="budget", minutes=20, budget=1000, account_ids=False)
        period = self.compute()
        self.assertEqual(self.amounts(period)["activity", "A"], -40)
        self.assertEqual((period.ledger_profit, period.difference), (0, 0))

    def test_shares_of_analytic_accounts_are_the_cost_of_a_pool(self):
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        centres = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id, "company_id": self.company.id} for name in ("Service", "Other")]
        )
        self.env["crm.cost.setting"]._ensure(self.company).plan_id = plan
        pool = self.pool("Service", self.pool_account, account_ids=False)
        moves = [self.entry((account, 100.01), post=False) for account in (self.pool_account, self.it_account)]
        for move in moves:
            items = move.line_ids.filtered(lambda item: item.account_id != self.balance_account)
            items.analytic_distribution = {str(centres[0].id): 33.33, str(centres[1].id): 66.67}
            move.action_post()
        self.env["crm.cost.account.role"].create(
            {
                "account_id": self.pool_account.id,
                "analytic_account_id": centres[0].id,
                "company_id": self.company.id,
                "role": "pool",
                "pool_id": pool.id,
            }
        )
        self.assertFalse(pool.account_ids, "only a share of them is the pool's")
        period = self.compute()
        self.assertEqual((period.result_ids.cost, period.difference), (33.33, 0))
        pool.action_find_analytic_accounts()
        self.assertEqual(pool.analytic_role_ids.account_id, self.pool_account | self.it_account)
        pool.action_find_analytic_accounts()
        self.assertEqual(len(pool.analytic_role_ids), 2, "found once")
        period = self.compute()
        self.assertEqual((period.result_ids.cost, period.difference), (66.66, 0))
        pool.account_ids = self.rent_account
        self.assertEqual(len(pool.account_role_ids), 3, "accounts taken whole leave the shares alone")

    # Capacity

    def test_capacity_follows_the_working_schedule_without_public_holidays(self):
        calendar = self.env["resource.calendar"].create({"name": "Eight hours", "tz": "UTC"})
        pool = self.pool(
            "Service", capacity=0, capacity_source="calendar", calendar_id=calendar.id, people=4, practical_share=0.5
        )
        days = calendar._get_unusual_days(
            datetime.combine(self.month, time.min).astimezone(), datetime.combine(self.month_end, time.max).astimezone()
        )
        workdays = [day for day, off in days.items() if not off]
        months = [(self.month, self.month_end)]
        self.assertEqual(pool._capacities(months), [(len(workdays) * 8 * 60 * 4 * 0.5, 4)])
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Public holiday",
                "company_id": self.company.id,
                "date_from": f"{workdays[0]} 00:00:00",
                "date_to": f"{workdays[1]} 23:59:59",
            }
        )
        self.assertEqual(pool._capacities(months), [((len(workdays) - 2) * 8 * 60 * 4 * 0.5, 4)])
        self.entry((self.pool_account, 100))
        pool.account_ids = self.pool_account
        self.assertEqual(self.compute().result_ids.capacity_minutes, (len(workdays) - 2) * 960)

    def test_capacity_of_a_sales_team(self):
        users = [
            new_test_user(self.env, f"pool_member_{n}", "sales_team.group_sale_salesman", company_id=self.company.id)
            for n in range(3)
        ]
        team = self.env["crm.team"].create(
            {"name": "T", "company_id": self.company.id, "member_ids": [u.id for u in users]}
        )
        pool = self.pool("Sales", capacity=0, capacity_source="staff", staff_model="crm.team", staff_id=team.id)
        by_schedule = self.pool("Same", self.it_account, capacity=0, capacity_source="calendar", people=3)
        months = [(self.month, self.month_end)]
        self.assertEqual(pool._capacities(months), by_schedule._capacities(months))
        self.assertFalse(pool.is_small)
        team.member_ids = [Command.unlink(users[0].id)]
        pool.invalidate_recordset()
        self.assertTrue(pool.is_small)

    def test_people_of_another_company_are_refused(self):
        other = self.env["res.company"].create({"name": "Other"})
        team = self.env["crm.team"].create({"name": "T", "company_id": other.id})
        with self.assertRaises(ValidationError):
            self.pool("Sales", capacity_source="staff", staff_model="crm.team", staff_id=team.id)
        with self.assertRaises(ValidationError):
            self.pool("Sales", capacity_source="staff")

    # Pools that serve pools

    def serve(self, pool, receiver, share=0.0, **values):
        return self.env["crm.cost.pool.service"].create(
            {"pool_id": pool.id, "receiver_id": receiver.id, "share": share, **values}
        )

    def test_pools_that_serve_each_other_are_solved_exactly(self):
        """Maintenance and computing of the textbook."""
        self.entry((self.it_account, 116000), (self.hr_account, 160000), (self.pool_account, 24000))
        sales = self.make_pool(capacity=300000, minutes=1)
        computing, maintenance = self.pool("Computing", self.it_account), self.pool("Maintenance", self.hr_account)
        self.serve(maintenance, computing, 0.2), self.serve(maintenance, sales, 0.8)
        self.serve(computing, maintenance, 0.1), self.serve(computing, sales, 0.9)
        self.requests(self.a, 100)
        period = self.compute()
        self.assertRecordValues(
            self.result(period, sales),
            [
                {
                    "cost": 24000,
                    "received": 276000,
                    "given": 0,
                    "rate": 1,
                    "charged": 100,
                    "unused": 299900,
                    "issue": False,
                }
            ],
        )
        self.assertRecordValues(
            self.result(period, maintenance),
            [{"cost": 160000, "received": 15102.04, "given": 175102.04, "unused": 0, "variance": 0, "issue": False}],
        )
        moved = period.line_ids.filtered(lambda line: line.variance_kind == "service")
        self.assertEqual(sum(moved.mapped("amount")), 0, "cost moves between pools and stays the same together")
        self.assertEqual({row.difference for row in period.reconciliation_ids}, {0})
        self.assertEqual(period.difference, 0)
        before = self.snapshot(period)
        period._compute_period()
        self.assertEqual(self.snapshot(period), before)

    def test_what_is_rounded_goes_to_the_same_place_every_time(self):
        self.entry((self.it_account, 100))
        it = self.pool("IT", self.it_account)
        receivers = [self.pool(f"P{n}", self.account(f"CCP{n}", "expense")) for n in range(3)]
        for receiver in receivers:
            self.serve(it, receiver, 0.333333)
        period = self.compute()
        received = [self.result(period, pool).received for pool in receivers]
        self.assertEqual(sum(received), self.result(period, it).given)
        self.assertEqual(period.difference, 0)

    def test_rate_over_twelve_months_carries_what_others_did(self):
        for back in range(12):
            self.entry((self.it_account, 600), (self.pool_account, 300), day=self.month_before(back))
        it = self.pool("IT", self.it_account, rate_basis="year")
        sales = self.make_pool(capacity=300, basis="year", minutes=1)
        self.serve(it, sales, 0.5)
        self.requests(self.a, 30)
        period = self.compute()
        self.assertRecordValues(
            period.result_ids.sorted("id"),
            [
                {"rate": 0.6, "given_minutes": 500, "received": 0, "charged": 0, "unused": 300},
                {"rate": 2, "given_minutes": 0, "received": 300, "charged": 60, "unused": 540},
            ],
        )
        self.assertEqual(period.difference, 0)

    def test_minutes_and_documents_of_the_month_are_shares_of_the_capacity(self):
        self.entry((self.it_account, 1000))
        it, sales = self.pool("IT", self.it_account, capacity=1000), self.pool("Sales", self.pool_account)
        service = self.serve(it, sales, basis="minutes", minutes=250)
        self.assertEqual(self.result(self.compute(), sales).received, 250)
        self.requests(self.a, 3), self.requests(None, 1)
        service.write({"basis": "measure", "measure_id": self.measure.id, "minutes": 100})
        self.assertEqual(self.result(self.compute(), sales).received, 400)
        # More than there is: everything moves, and nothing more.
        service.minutes = 5000
        period = self.compute()
        self.assertRecordValues(self.result(period, it), [{"given": 1000, "issue": "too_much_asked", "unused": 0}])
        self.assertEqual(period.difference, 0)
        self.measure.reviewed = False
        self.assertEqual(self.result(self.compute(), sales).received, 0)

    def test_pools_that_give_everything_to_each_other_are_refused(self):
        it, hr = self.pool("IT", self.it_account), self.pool("HR", self.hr_account)
        self.serve(it, hr, 1)
        with self.assertRaises(ValidationError) as refused:
            self.serve(hr, it, 1)
        self.assertIn("IT, HR", str(refused.exception))
        with self.assertRaises(ValidationError):
            self.serve(it, self.pool("Sales", self.pool_account), 0.1)
        self.serve(hr, it, 0.7)
        with self.assertRaises(ValidationError):
            self.serve(hr, self.pool("Third", self.rent_account), 0.4)

    def test_a_circle_that_arises_is_reported_and_moves_nothing(self):
        self.entry((self.it_account, 100), (self.hr_account, 50))
        it, hr = self.pool("IT", self.it_account, capacity=100), self.pool("HR", self.hr_account, capacity=100)
        self.serve(it, hr, basis="minutes", minutes=100), self.serve(hr, it, basis="minutes", minutes=100)
        period = self.compute()
        self.assertEqual(set(period.result_ids.mapped("issue")), {"circular"})
        self.assertEqual(self.result(period, it).unused, 100)
        self.assertEqual(period.difference, 0)
        self.assertIn("give everything", it.hint)

    def test_archived_receivers_get_nothing(self):
        self.entry((self.it_account, 100))
        it, hr = self.pool("IT", self.it_account), self.pool("HR", self.hr_account)
        self.serve(it, hr, 0.5)
        hr.active = False
        self.assertEqual(self.result(self.compute(), it).given, 0)

    def test_yen_and_thirds_of_a_thousandth_leave_nothing_over(self):
        for code, unit in (("JPY", 1), ("KWD", 0.001)):
            with self.subTest(code):
                currency = self.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
                currency.active = True
                company = self.env["res.company"].create({"name": code, "currency_id": currency.id})
                self.assertEqual(company.currency_id.rounding, unit)
                accounts = [self.account(f"{code}{n}", "expense", company) for n in range(2)]
                journal = self.env["account.journal"].create(
                    {"name": "Misc", "code": "MISC", "type": "general", "company_id": company.id}
                )
                balance = self.account(f"{code}B", "asset_current", company)
                move = self.env["account.move"].create(
                    {
                        "journal_id": journal.id,
                        "date": self.month,
                        "line_ids": [
                            Command.create({"account_id": account.id, "balance": amount})
                            for account, amount in ((accounts[0], 1000), (accounts[1], 500), (balance, -1500))
                        ],
                    }
                )
                move.action_post()
                pools = [
                    self.make_pool(
                        company=company, accounts=account, capacity=700, minutes=7, basis="year", measure=self.measure
                    )
                    for account in accounts
                ]
                self.serve(pools[0], pools[1], 0.333333), self.serve(pools[1], pools[0], 0.142857)
                self.requests(self.a, 3, company=company), self.requests(None, 1, company=company)
                period = self.compute(company)
                self.assertEqual(period.difference, 0)
                self.assertEqual({row.difference for row in period.reconciliation_ids}, {0})

    # Who sees it

    def test_small_pools_show_their_rate_to_managers_only(self):
        self.entry((self.pool_account, 100), (self.it_account, 100))
        small, large = (
            self.make_pool(capacity=100, people=2),
            self.make_pool(name="Large", capacity=100, accounts=self.it_account),
        )
        self.requests(self.a, 2)
        period = self.compute()
        reader, manager = (
            new_test_user(self.env, f"pool_{kind}", f"crm_cost.group_profit_{kind},base.group_allow_export")
            for kind in ("reader", "manager")
        )
        for user in (reader, manager):
            user.write({"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id})
        results = self.env["crm.cost.pool.result"]
        domain = [("period_id", "=", period.id)]
        self.assertEqual(results.with_user(manager).search(domain).pool_id, small | large)
        seen = results.with_user(reader)
        self.assertEqual(seen.search(domain).pool_id, large)
        self.assertEqual(seen.search(domain + [("rate", ">", 0)]).pool_id, large)
        for groupby in (["pool_id"], ["period_id"]):
            groups = seen.formatted_read_group(domain, groupby, ["cost:sum", "basis_minutes:sum", "__count"])
            self.assertEqual([(group["cost:sum"], group["__count"]) for group in groups], [(100, 1)])
        hidden = self.result(period, small).with_user(reader)
        self.env.invalidate_all()
        for attempt in (
            lambda: hidden.read(["rate"]),
            lambda: hidden.export_data(["id", "rate", "basis_cost"]),
            lambda: hidden.web_read({"cost": {}}),
            lambda: hidden.rate,
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(period.with_user(reader).result_ids.pool_id, large, "on the page of the period too")
        # An amount with its minutes would be the rate; with its quantity it is what the statement shows.
        lines = self.env["crm.cost.line"].with_user(reader).search(domain + [("level", "=", "activity")])
        figures = {line.pool_id.id: (line.amount, line.quantity, line.minutes) for line in lines}
        self.assertEqual(figures, {small.id: (-40, 2, 0), large.id: (-40, 2, 40)})
        self.env.cr.execute(
            "SELECT minutes FROM crm_cost_line WHERE pool_id = %s AND activity_id IS NOT NULL", [small.id]
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)], "what is not there cannot be found out")

    def test_readers_get_to_no_minutes_of_the_set_up(self):
        pool = self.make_pool(people=2)
        reader = new_test_user(self.env, "pool_reader", "crm_cost.group_profit_reader", company_id=self.company.id)
        for record, names in (
            (pool, ("people", "capacity_minutes", "practical_share", "budget", "hint", "is_small", "month_ids")),
            (pool.activity_ids, ("minutes_per_unit", "term_ids", "version_ids", "trial_html", "hint")),
        ):
            seen = record.with_user(reader)
            self.assertTrue(seen.name)
            for name in names:
                with self.subTest(name), self.assertRaises(AccessError):
                    seen.read([name])
                if record._fields[name].store and record._fields[name].column_type:
                    with self.subTest(name), self.assertRaises(AccessError):
                        seen.search([(name, ">", 1)])
                    with self.subTest(name), self.assertRaises(AccessError):
                        seen.search([], order=name)
        for model in ("pool.service", "pool.month", "activity.term", "activity.version"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[f"crm.cost.{model}"].with_user(reader).search([])
        arch = self.env["crm.cost.pool"].with_user(reader).get_view(view_type="form")["arch"]
        self.assertNotIn("capacity_minutes", arch.split("result_ids")[0])

    def test_manager_sets_up_on_the_form(self):
        manager = new_test_user(self.env, "pool_manager", "crm_cost.group_profit_manager", company_id=self.company.id)
        it = self.pool("IT", self.it_account)
        with Form(self.env["crm.cost.pool"].with_user(manager).with_company(self.company)) as form:
            form.name = "Sales"
            form.people = 3
            form.account_ids = self.pool_account
            with form.month_ids.new() as month:
                month.date_from = self.month
                month.value = 100
            with form.service_ids.new() as service:
                service.receiver_id = it
                service.share = 0.1
        self.assertEqual((form.record.service_ids.share, form.record.month_ids.value), (0.1, 100))
