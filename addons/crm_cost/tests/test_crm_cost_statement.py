from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from ..models import crm_cost_line
from ..tools import statement
from .common_statement import StatementCommon

LEVELS = {
    "revenue": 1000.0,
    "discount": -100.0,
    "credit_note": -50.0,
    "rebate": -20.0,
    "cost_of_goods": -500.0,
    "activity": -80.0,
    "direct": -30.0,
    "bad_debt": -40.0,
    "collection": -5.0,
    "litigation": -7.0,
    "exchange": -3.0,
    "expected_loss": -11.0,
    "cost_of_money": -2.0,
}


class TestCrmCostStatement(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b, cls.c = (cls.customer(name) for name in "ABC")
        cls.pool = cls.make_pool()
        cls.activity = cls.pool.activity_ids

    def test_levels_add_up_to_four_results(self):
        page = self.statement(self.a, self.known_month([(self.a, *item) for item in LEVELS.items()]))
        self.assertEqual(
            self.shown(page),
            {
                **LEVELS,
                "= net_revenue": 830.0,
                "= margin": 330.0,
                "= service": 220.0,
                "= profit": 165.0,
                "= net": 152.0,
            },
        )
        self.assertEqual(page.line_ids[-1].name, "4 Net profit")
        self.assertAlmostEqual(page.return_on_service, 165 / 110)

    def test_every_level_of_a_customer_has_a_place(self):
        customers = {level for level, block in crm_cost_line.BLOCKS.items() if block != "rest"}
        self.assertEqual(customers, set(statement.LEVELS))
        self.assertEqual(set(crm_cost_line.IMPUTED), set(statement.IMPUTED))

    def test_columns_of_the_narrow_table_are_the_sums_of_the_lines(self):
        period = self.known_month(
            [(self.a, *item) for item in LEVELS.items()] + [(self.a, "revenue", 0.07, self.other())]
        )
        row = self.env["crm.cost.customer"].search([("period_id", "=", period.id)])
        self.assertEqual({level: row[level] for level in LEVELS}, {**LEVELS, "revenue": 1000.07})
        self.assertEqual((row.profit, row.down_payment), (165.07, 0))
        self.assertEqual(self.env["crm.cost.customer"]._sync(period), 0, "a second run writes nothing")
        report = self.env["crm.cost.customer.report"].search([("period_id", "=", period.id)])
        self.assertEqual(
            [report[name] for name in ("list_revenue", "revenue", "gross_margin", "service_cost", "service_profit")],
            [1000.07, 830.07, 330.07, -110.0, 220.07],
        )
        self.assertEqual([report.credit_cost, report.imputed, report.net_profit], [-55.0, -13.0, 152.07])
        self.assertAlmostEqual(report.discount_ratio, 100 / 1000.07)

    def other(self):
        return {"account_id": self.revenue_account().id}

    def test_month_against_the_month_before_and_the_year_before(self):
        now = self.known_month([(self.a, "revenue", 150.0), (self.a, "cost_of_goods", -150.0)])
        self.known_month([(self.a, "revenue", 100.0), (self.a, "cost_of_goods", -100.0)], back=1)
        self.known_month([(self.a, "revenue", 75.0)], back=12)
        page = self.statement(self.a, now, against="before")
        [revenue] = page.line_ids.filtered(lambda line: line.level == "revenue")
        self.assertEqual((revenue.amount_before, revenue.difference, revenue.change), (100.0, 50.0, 0.5))
        [goods] = page.line_ids.filtered(lambda line: line.level == "cost_of_goods")
        self.assertEqual((goods.difference, goods.change), (-50.0, 0.5), "the cost grew by half")
        [profit] = page.line_ids.filtered(lambda line: line.block == "profit")
        self.assertFalse(profit.has_change, "there was no profit to compare with")
        page.against = "year"
        self.assertEqual(self.shown(page, "amount_before")["revenue"], 75.0)

    def test_quarter_and_twelve_months_say_what_is_missing(self):
        now = self.known_month([(self.a, "revenue", 10.0)])
        self.known_month([(self.a, "revenue", 5.0)], back=11), self.known_month([(self.a, "revenue", 90.0)], back=12)
        page = self.statement(self.a, now, span="rolling", against="year")
        self.assertEqual((self.shown(page)["revenue"], self.shown(page, "amount_before")["revenue"]), (15.0, 90.0))
        self.assertIn("Only 2 of 12 months are computed.", page.method)
        page.span = "quarter"
        self.assertEqual(self.shown(page)["revenue"], 10.0)
        self.assertRegex(page.method, "Only 1 of 3 months are computed")

    def test_free_span_goes_from_month_to_month_in_any_order(self):
        first = self.known_month([(self.a, "revenue", 1.0)], back=2)
        self.known_month([(self.a, "revenue", 2.0)], back=1)
        last = self.known_month([(self.a, "revenue", 4.0)])
        page = self.statement(self.a, last, span="free", from_period_id=first.id)
        self.assertEqual(self.shown(page)["revenue"], 7.0)
        self.assertEqual(page.months, f"{first.name} – {last.name}")
        page.write({"period_id": first.id, "from_period_id": last.id})
        self.assertEqual(self.shown(page)["revenue"], 7.0)

    def test_reasons_are_the_three_largest_changes(self):
        other = self.activity.copy({"name": "Visit"})
        before = [("revenue", 100.0), ("cost_of_goods", -60.0), ("activity", -5.0), ("direct", -1.0)]
        now = [("revenue", 100.0), ("cost_of_goods", -90.0), ("direct", -3.0), ("bad_debt", -20.0)]
        self.known_month([(self.a, *item) for item in before], back=1)
        visits = (self.a, "activity", -50.0, {"activity_id": other.id, "quantity": 4})
        page = self.statement(self.a, self.known_month([(self.a, *item) for item in now] + [visits]), against="before")
        reasons = page.reasons.splitlines()
        self.assertEqual(len(reasons), 3)
        self.assertRegex(reasons[0], r"^1\. Visit: .*50\.00.*0 times before, 4 now")
        self.assertRegex(reasons[1], r"^2\. Cost of goods: .*30\.00")
        self.assertRegex(reasons[2], r"^3\. Write-offs less recoveries: .*20\.00")
        page.against = "none"
        self.assertFalse(page.reasons)

    def test_activities_show_how_often_and_what_one_costs(self):
        values = {"activity_id": self.activity.id, "quantity": 3, "minutes": 60}
        page = self.statement(self.a, self.known_month([(self.a, "activity", -40.0, values)]))
        [line] = page.line_ids.filtered(lambda line: line.level == "activity")
        self.assertEqual((line.name, line.quantity, round(line.unit_cost, 2)), ("Request", 3, 13.33))

    def test_standing_among_the_customers(self):
        period = self.known_month([(self.a, "revenue", 10.0), (self.b, "revenue", 30.0), (self.c, "revenue", 10.0)])
        pages = [self.statement(partner, period) for partner in (self.b, self.a, self.c, self.customer("D"))]
        self.assertEqual([page.rank for page in pages], [1, 2, 2, 0], "equals share a place; D brought nothing")
        self.assertEqual([page.tenth for page in pages], [1, 2, 2, 0])
        self.assertEqual({page.customer_count for page in pages}, {3})

    def test_no_return_where_nothing_was_spent(self):
        page = self.statement(self.a, self.known_month([(self.a, "revenue", 10.0)]))
        self.assertFalse(page.is_served)
        self.assertEqual(page._below()[0][1], "-")

    def test_receivable_and_overdue_today(self):
        period = self.known_month([(self.a, "revenue", 10.0)])
        self.invoice(self.a, 100, days=50, invoice_date_due=self.days_ago(20), invoice_payment_term_id=False)
        self.invoice(self.a, 30, days=1, invoice_date_due=self.days_ago(-20), invoice_payment_term_id=False)
        page = self.statement(self.a, period)
        self.assertEqual((page.receivable, page.overdue), (130.0, 100.0))

    def test_invoiced_revenue_goes_by_invoice_date(self):
        self.invoice(
            self.a, 70, post=False, invoice_date=self.month, date=self.month_end + relativedelta(days=1)
        ).action_post()
        self.sell(self.a, 20)
        page = self.statement(self.a, self.compute())
        self.assertEqual((self.shown(page)["= net_revenue"], page.invoiced), (20.0, 90.0))

    def test_contact_stands_for_its_company(self):
        contact = self.env["res.partner"].create({"name": "Below", "parent_id": self.a.id})
        page = self.statement(contact, self.known_month([(self.a, "revenue", 10.0)]))
        self.assertEqual(self.shown(page)["revenue"], 10.0)

    def test_page_without_customer_or_month_says_so(self):
        page = self.env["crm.cost.statement"].create({"company_id": self.company.id})
        self.assertFalse(page.line_ids or page.period_id or page.method)
        period = self.known_month([])
        page = self.env["crm.cost.statement"].create({"company_id": self.company.id})
        self.assertEqual(page.period_id, period, "the last month computed")
        self.assertFalse(page.line_ids)

    def test_credit_note_in_its_own_month_and_on_request_in_that_of_its_invoice(self):
        before = self.month_before()
        invoice = self.sell(self.a, 100, goods=60, day=before)
        refund = self.sell(self.a, 40, goods=25, move_type="out_refund")
        refund.reversed_entry_id = invoice
        self.sell(self.a, 10, move_type="out_refund")  # corrects no invoice: stays where it is
        first, last = self.compute(day=before), self.compute()
        page = self.statement(self.a, last, against="before")
        shown = self.shown(page), self.shown(page, "amount_before")
        self.assertEqual([side["= margin"] for side in shown], [-25.0, 40.0])
        page.credits_by_invoice = True
        shown = self.shown(page), self.shown(page, "amount_before")
        self.assertEqual([side["credit_note"] for side in shown], [-10.0, -40.0])
        self.assertEqual([side["= margin"] for side in shown], [-10.0, 25.0])
        self.assertRegex(page.method, "Credit notes stand in the month of their invoice: .*15.00")
        self.assertIn("credit notes by invoice", page.line_ids.filtered(lambda line: line.block == "profit")[-1].name)
        [line] = page.line_ids.filtered(lambda line: line.level == "credit_note")
        action = line.action_open_before()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), refund)
        self.assertEqual(self.statement(self.a, first).line_ids[0].amount, 100.0)

    def test_figures_open_what_they_are_made_of(self):
        before = self.month_before()
        self.sell(self.a, 100, goods=60), self.sell(self.a, 30, goods=9, day=before), self.requests(self.a, 3)
        self.sell(self.b, 500, goods=1)
        self.entry((self.pool_account, 100))
        first, last = self.compute(day=before), self.compute()
        page = self.statement(self.a, last, against="before")
        lines = {line.level or line.block: line for line in page.line_ids}
        for line, total, total_before in ((lines["revenue"], 100, 30), (lines["cost_of_goods"], -60, -9)):
            for action, expected in ((line.action_open(), total), (line.action_open_before(), total_before)):
                self.assertEqual(action["res_model"], "account.move.line")
                self.assertEqual(
                    -sum(self.env[action["res_model"]].search(action["domain"]).mapped("balance")), expected
                )
        action = lines["activity"].action_open()
        self.assertEqual(len(self.env[action["res_model"]].search(action["domain"])), 3)
        page = self.statement(self.a, last, span="free", from_period_id=first.id)
        [revenue] = page.line_ids.filtered(lambda line: line.level == "revenue")
        action = revenue.action_open()
        self.assertEqual(-sum(self.env[action["res_model"]].search(action["domain"]).mapped("balance")), 130)
        action = page.line_ids[-1].action_open()
        self.assertEqual(action["res_model"], "crm.cost.line", "a result opens all lines above it")
        opened = self.env["crm.cost.line"].search(action["domain"])
        self.assertAlmostEqual(sum(opened.mapped("amount")), page.line_ids[-1].amount)

    def test_report_row_and_curve_open_the_statement(self):
        period = self.known_month([(self.a, "revenue", 10.0)])
        row = self.env["crm.cost.customer.report"].search([("period_id", "=", period.id)])
        page = self.env["crm.cost.statement"].browse(row.action_open_statement()["res_id"])
        self.assertEqual((page.partner_id, page.period_id), (self.a, period))
        curve = self.env["crm.cost.whale"].create({"company_id": self.company.id})
        page = self.env["crm.cost.statement"].browse(curve.action_open_customer(self.a.id)["res_id"])
        self.assertEqual((page.partner_id, page.span, self.shown(page)["revenue"]), (self.a, "rolling", 10.0))


class TestGroups(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent, cls.child, cls.grandchild, cls.friend = (
            cls.customer(name) for name in ("Parent", "Child", "Grandchild", "Friend")
        )
        kind = cls.env.ref("crm_segmentation.relation_type_group")
        other = cls.env.ref("crm_segmentation.relation_type_owner")
        cls.relation = cls.relate(cls.parent, kind, cls.child)
        cls.relate(cls.child, kind, cls.env["res.partner"].create({"name": "Office", "parent_id": cls.grandchild.id}))
        cls.relate(cls.parent, other, cls.friend)
        amounts = zip((cls.parent, cls.child, cls.grandchild, cls.friend), (1.0, 10.0, 100.0, 1000.0), strict=True)
        cls.period = cls.known_month([(partner, "revenue", amount) for partner, amount in amounts])

    @classmethod
    def relate(cls, partner, kind, other):
        values = {"partner_id": partner.id, "type_id": kind.id, "other_id": other.id}
        return cls.env["crm.partner.relation"].create(values)

    def sold(self, partner, **values):
        return self.shown(self.statement(partner, self.period, **values))["revenue"]

    def test_a_group_is_read_as_one_on_request(self):
        self.assertEqual(self.sold(self.child), 10.0)
        self.assertEqual(self.sold(self.child, with_groups=True), 111.0)
        self.assertEqual(self.sold(self.grandchild, with_groups=True), 111.0)
        self.assertEqual(self.sold(self.friend, with_groups=True), 1000.0, "an owner is no group unless so marked")

    def test_a_group_takes_one_place(self):
        page = self.statement(self.child, self.period, with_groups=True)
        self.assertEqual((page.rank, page.customer_count), (2, 2))
        curve = self.env["crm.cost.whale"].create({"company_id": self.company.id, "with_groups": True})
        self.assertEqual([point["profit"] for point in curve.curve["points"]], [1000.0, 111.0])
        self.assertEqual(curve.curve["points"][1]["name"], "Parent and group")
        curve.tiles = "5"
        action = curve.tile_ids[1].action_open_customers()
        self.assertEqual(len(self.env[action["res_model"]].search(action["domain"])), 3, "all of its members")

    def test_a_relation_counts_only_while_it_lasts(self):
        self.relation.date_to = fields.Date.subtract(self.month, days=1)
        self.assertEqual(self.sold(self.parent, with_groups=True), 1.0)
        self.relation.write({"date_to": False, "date_from": self.month_end})
        self.assertEqual(self.sold(self.parent, with_groups=True), 111.0)


class TestCompanies(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.customer("A")
        cls.foreign = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", cls.company.currency_id.id), ("rate_ids", "=", False)], limit=1)
        )
        cls.foreign.active = True
        cls.other = cls.env["res.company"].create({"name": "Other", "currency_id": cls.foreign.id})
        cls.env.user.company_ids = [Command.link(cls.other.id)]
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": (cls.company | cls.other).ids})
        cls.period = cls.known_month([(cls.a, "revenue", 100.0)])
        cls.known_month([(cls.a, "revenue", 30.0)], company=cls.other)

    def rate(self, day, rate):
        values = {"currency_id": self.foreign.id, "name": day, "rate": rate, "company_id": self.company.id}
        self.env["res.currency.rate"].create(values)

    def test_another_currency_is_shown_at_the_average_rate_of_the_month(self):
        self.rate(self.month, 2.0)
        self.rate(self.month + relativedelta(days=10), 4.0)
        days = (self.month_end - self.month).days + 1
        average = (10 * 0.5 + (days - 10) * 0.25) / days
        page = self.statement(self.a, self.period, all_companies=True)
        self.assertAlmostEqual(self.shown(page)["revenue"], round(100 + 30 * average, 2))
        self.assertIn(f"{self.foreign.name} at the average rate", page.method)
        curve = self.env["crm.cost.whale"].create({"company_id": self.company.id, "all_companies": True})
        self.assertAlmostEqual(curve.total, round(100 + 30 * average, 2))
        self.assertIn(self.foreign.name, curve.rate_note)

    def test_without_a_rate_the_month_is_left_out_and_named(self):
        page = self.statement(self.a, self.period, all_companies=True)
        self.assertEqual(self.shown(page)["revenue"], 100.0, "no rate is never 1")
        self.assertIn(f"Other has no rate of {self.foreign.name} in {self.period.name}: left out.", page.method)

    def test_one_company_alone_is_the_default(self):
        self.rate(self.month, 2.0)
        page = self.statement(self.a, self.period)
        self.assertEqual((self.shown(page)["revenue"], page.rank, page.customer_count), (100.0, 1, 1))

    def test_lists_never_add_up_two_currencies(self):
        for model, name in (("crm.cost.customer.report", "revenue"), ("crm.cost.line", "amount")):
            records, domain = self.env[model], [("partner_id", "=", self.a.id)]
            [(mixed, converted)] = records._read_group(domain, [], [f"{name}:sum", f"{name}:sum_currency"])
            self.assertFalse(mixed or converted, model)
            by_company = dict(records._read_group(domain, ["company_id"], [f"{name}:sum"]))
            self.assertEqual(by_company, {self.company: 100.0, self.other: 30.0})
