from .common_statement import StatementCommon


class TestStatementPerformance(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = [cls.customer(f"C{number}") for number in range(6)]
        cls.pool = cls.make_pool()
        cls.activities = cls.pool.activity_ids
        for number in range(5):
            cls.activities |= cls.pool.activity_ids[0].copy({"name": f"Activity {number}"})
        cls.fill(0), cls.fill(1)

    @classmethod
    def fill(cls, back):
        lines = [
            (partner, level, 10.0) for partner in cls.partners for level in ("revenue", "cost_of_goods", "bad_debt")
        ]
        lines += [
            (partner, "activity", -1.0, {"activity_id": activity.id, "quantity": 1})
            for partner in cls.partners
            for activity in cls.activities
        ]
        cls.known_month(lines, back=back)

    def test_statement_takes_few_statements_however_many_rows(self):
        values = {"company_id": self.company.id, "partner_id": self.partners[0].id}
        fields = list(self.env["crm.cost.statement"]._fields)

        def show():
            page = self.env["crm.cost.statement"].create(values)
            page.read(fields), page.line_ids.read()

        show()
        many = self.queries(show)
        self.assertLessEqual(many, 45)
        self.env["crm.cost.line"].search([("activity_id", "in", self.activities[1:].ids)]).unlink()
        self.assertEqual(self.queries(show), many, "nothing that grows with the rows")

    def test_statement_reads_its_customer_by_index(self):
        page = self.statement(self.partners[0])
        self.env.cr.execute(
            "INSERT INTO crm_cost_line (period_id, company_id, currency_id, customer_ref, attribution, level, role,"
            " found_by, amount) SELECT %s, %s, %s, n, 'customer', 'revenue', 'revenue', 'none', n"
            " FROM generate_series(1000000, 1003000) n",
            [page.period_id.id, self.company.id, self.company.currency_id.id],
        )
        self.env.cr.execute("ANALYZE crm_cost_line")
        query = page._figures_sql(self.partners[0], page._months())
        self.env.cr.execute("EXPLAIN " + query.code, query.params)
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertRegex(plan, "crm_cost_line_partner_id_idx")

    def test_spreadsheet_and_paper_ask_nothing_per_row(self):
        page = self.statement(self.partners[0], against="before")
        self.assertLessEqual(self.queries(page._xlsx), 40)
