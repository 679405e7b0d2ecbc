from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

#: Words in the name of an account that books the people who serve customers, in the languages we translate to and some.
SERVICE_WORDS = (
    "salar|wage|payroll|personnel|staff|commission|sales|service|lohn|gehalt|gehält|vertrieb|工资|薪|销售|銷售"
)


class CrmCostSetup(models.TransientModel):
    """Reads the chart of accounts, proposes one pool and its activities, and shows the result before saving."""

    _name = "crm.cost.setup"
    _description = "Set Up Cost to Serve"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    pool_name = fields.Char(
        string="Department",
        required=True,
        default=lambda self: self.env._("Sales and service"),
        help="Who serves them.",
    )
    account_ids = fields.Many2many(
        "account.account",
        string="Expense Accounts",
        default=lambda self: self._propose_accounts(self.env.company),
        domain="[('internal_group', '=', 'expense')]",
        help="Salaries and other expenses of the people who serve customers. Proposed from the names of accounts with "
        "entries in the last 12 months.",
    )
    people = fields.Float(
        default=lambda self: self._propose_people(), digits=(16, 2), help="Full-time people in this department."
    )
    hours_per_month = fields.Float(default=160.0, digits=(16, 2), help="Paid working hours of one person in a month.")
    practical_share = fields.Float(default=0.8, digits=(16, 4), help="Share of the paid hours left for work.")
    line_ids = fields.One2many(
        "crm.cost.setup.line", "setup_id", string="Activities", default=lambda self: self._propose_lines()
    )
    result = fields.Html(readonly=True, help="First result with these settings. Nothing has been saved yet.")

    @api.model
    def _propose_accounts(self, company):
        """Return expense accounts that look like the people who serve customers and have no other place yet."""
        since = fields.Date.subtract(company._crm_today(), years=1)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id
                  FROM account_account account
                  JOIN (%(roles)s) role ON role.account_id = account.id AND role.role = 'unmapped'
                 WHERE account.account_type = 'expense' AND account.name::text ~* %(words)s
                   AND EXISTS (SELECT FROM account_move_line item
                                WHERE item.account_id = account.id AND item.company_id = %(company)s
                                  AND item.parent_state = 'posted' AND item.date >= %(since)s)
                 ORDER BY account.id
                """,
                roles=self.env["crm.cost.account.role"]._roles_sql(company),
                words=SERVICE_WORDS,
                company=company.id,
                since=since,
            )
        )
        return self.env["account.account"].browse([account for (account,) in rows])

    @api.model
    def _propose_people(self):
        """Count the salespersons of the company: a first guess of who serves customers."""
        users_sudo = self.env.ref("sales_team.group_sale_salesman").sudo().all_user_ids
        return max(len(users_sudo.filtered(lambda user: self.env.company in user.company_ids and not user.share)), 1)

    @api.model
    def _propose_lines(self):
        proposals = [
            (self.env._("Handle an order"), "crm_cost.measure_orders", 45.0),
            (self.env._("Deliver and invoice"), "crm_segmentation.measure_invoices", 30.0),
        ]
        lines = []
        for name, xmlid, minutes in proposals:
            measure = self.env.ref(xmlid, raise_if_not_found=False)
            if measure and measure.reviewed:
                lines.append(Command.create({"name": name, "measure_id": measure.id, "minutes_per_unit": minutes}))
        return lines

    def action_preview(self):
        """Compute the last complete month with these settings, show what comes out, and undo it all."""
        self.ensure_one()
        savepoint = self.env.cr.savepoint()
        try:
            with savepoint:
                pool = self._create_pool()
                period = self.env["crm.cost.period"]._ensure_periods(self.company_id)[:1]
                period._compute_period()
                values = self._prepare_preview(pool, period)
                html = self.env["ir.qweb"]._render("crm_cost.setup_preview", values)
                self.env.flush_all()
                savepoint.rollback()
        finally:
            self.env.invalidate_all()
        self.result = html
        return self._reopen()

    def action_save(self):
        """Save pool and activities, compute the last month at once and the months before it by the nightly job."""
        self.ensure_one()
        self._create_pool()
        periods = self.env["crm.cost.period"]._ensure_periods(self.company_id, months=12)
        periods[:1]._compute_period()
        self.env.ref("crm_cost.ir_cron_cost").sudo()._trigger()
        return self.env["crm.cost.whale"]._open(self.company_id, periods[:1])

    def _create_pool(self):
        """Create the pool and its activities as the page says."""
        if not self.account_ids:
            raise UserError(self.env._("Choose the expense accounts of the people who serve customers."))
        pool = self.env["crm.cost.pool"].create(
            {
                "name": self.pool_name,
                "company_id": self.company_id.id,
                "people": self.people,
                "hours_per_month": self.hours_per_month,
                "practical_share": self.practical_share,
                "account_ids": [Command.set(self.account_ids.ids)],
                "activity_ids": [
                    Command.create(
                        {
                            "name": line.name,
                            "measure_id": line.measure_id.id,
                            "minutes_per_unit": line.minutes_per_unit,
                        }
                    )
                    for line in self.line_ids
                ],
            }
        )
        return pool

    def _prepare_preview(self, pool, period):
        """Return what the preview shows of the pool and the month."""
        page = self.env["crm.cost.whale"].create({"company_id": self.company_id.id, "period_id": period.id})
        report = self.env["crm.cost.customer.report"]
        domain = [("period_id", "=", period.id)]
        self.env.flush_all()
        return {
            "period": period,
            "currency": period.currency_id,
            "result": period.result_ids.filtered(lambda result: result.pool_id == pool),
            "headline": page.headline,
            "best": report.search(domain, order="profit desc, id", limit=3),
            "worst": report.search(domain, order="profit, id", limit=3),
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Up Cost to Serve"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
