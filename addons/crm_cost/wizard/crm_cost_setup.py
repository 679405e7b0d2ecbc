from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.crm_cost_setting import GOODS_SOURCES


class CrmCostSetup(models.TransientModel):
    """Reads the chart of accounts and the apps, proposes pools and activities, and shows the result before saving."""

    _name = "crm.cost.setup"
    _description = "Set Up Cost to Serve"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    pool_ids = fields.One2many(
        "crm.cost.setup.pool",
        "setup_id",
        string="Departments",
        default=lambda self: self._default_pool_ids(),
        help="Who serves customers: one cost pool for each department.",
    )
    line_ids = fields.One2many(
        "crm.cost.setup.line", "setup_id", string="Activities", default=lambda self: self._default_line_ids()
    )
    notice = fields.Text(
        compute="_compute_notice", help="What the set-up found out about the company, and what is missing for a result."
    )
    goods_missing = fields.Boolean(compute="_compute_notice", help="The ledger holds no cost of goods per customer.")
    goods_source = fields.Selection(
        GOODS_SOURCES,
        string="Cost of Goods",
        compute="_compute_goods_source",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Proposed: what the ledger holds, else the quantity delivered at its cost. Saved in the settings.",
    )
    result = fields.Html(readonly=True, help="First result with these settings. Nothing has been saved yet.")

    @api.depends("company_id")
    def _compute_notice(self):
        for setup in self:
            facts = setup._facts()
            setup.goods_missing = setup._lacks_goods(facts)
            setup.notice = "\n".join(setup._notices(facts)) or False

    @api.depends("company_id")
    def _compute_goods_source(self):
        for setup in self:
            facts = setup._facts()
            setup.goods_source = "standard" if setup._lacks_goods(facts) else facts["source"]

    @api.model
    def _lacks_goods(self, facts):
        """Say whether the ledger is asked for cost of goods that it does not hold."""
        return facts["revenue"] and not facts["goods"] and facts["source"] == "ledger"

    def _facts(self):
        """Return what the ledger of the company holds."""
        since = fields.Date.subtract(self.company_id._crm_today(), years=1)
        [(accounts, entries, revenue, goods)] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (SELECT FROM (%(roles)s) role JOIN account_account_res_company_rel link
                                   ON link.account_account_id = role.account_id WHERE link.res_company_id = %(root)s),
                       EXISTS (%(items)s AND account.account_type LIKE 'expense%%'),
                       EXISTS (%(items)s AND account.account_type LIKE 'income%%'),
                       EXISTS (%(items)s AND item.display_type = 'cogs')
                """,
                roles=self.env["crm.cost.account.role"]._roles_sql(self.company_id),
                root=self.company_id.root_id.id,
                items=SQL(
                    "SELECT FROM account_move_line item JOIN account_account account ON account.id = item.account_id"
                    " WHERE item.company_id = %s AND item.parent_state = 'posted' AND item.date >= %s",
                    self.company_id.id,
                    since,
                ),
            )
        )
        source = self.env["crm.cost.setting"]._of(self.company_id).goods_source
        return {"accounts": accounts, "entries": entries, "revenue": revenue, "goods": goods, "source": source}

    def _notices(self, facts):
        """Return in words what is missing, what was assumed, and what else could be counted."""
        if not facts["accounts"]:
            return [
                self.env._(
                    "%(company)s has no chart of accounts yet. Install one in the accounting settings, then come back: "
                    "everything below will be proposed from it.",
                    company=self.company_id.name,
                )
            ]
        notices = []
        if facts["entries"] and not self.pool_ids.account_ids:
            notices.append(
                self.env._(
                    "No account with entries sounds like a department, or all that do have a place in the account map "
                    "already: choose accounts yourself."
                )
            )
        if not facts["entries"]:
            notices.append(
                self.env._(
                    "There are no posted expenses in the last 12 months. You can set everything up now; the first "
                    "result appears once expenses and invoices are posted or imported."
                )
            )
        if self._lacks_goods(facts):
            notices.append(
                self.env._(
                    "The ledger holds no cost of goods for each customer: that is so with periodic stock valuation, "
                    "which is how Odoo starts. Proposed: quantity delivered x cost; the gap to the ledger is shown as "
                    "variance."
                )
            )
        if more := self._more_indicators():
            notices.append(
                self.env._(
                    "Could be counted too, once an administrator creates the indicators in the catalogue: %(names)s.",
                    names=", ".join(more),
                )
            )
        return notices

    def _more_indicators(self):
        """Return the names of the indicators for activities that the apps make possible and nobody created."""
        catalogue = self.env["crm.measure.catalogue"]
        known, entries = self._measures_by_code(), catalogue._entries()
        codes = [code for _department, _name, code, _minutes, _channel in self._activities()]
        return [catalogue._text(entries[code].name) for code in codes if code in entries and code not in known]

    def action_preview(self):
        """Compute the last complete month with these settings, show what comes out, and undo it all."""
        self.ensure_one()
        savepoint = self.env.cr.savepoint()
        try:
            with savepoint:
                pools = self._create_pools()
                period = self.env["crm.cost.period"]._ensure_periods(self.company_id)[:1]
                period._compute_period()
                values = self._prepare_preview(pools, period)
                html = self.env["ir.qweb"]._render("crm_cost.setup_preview", values)
                self.env.flush_all()
                savepoint.rollback()
        finally:
            self.env.invalidate_all()
        self.result = html
        return self._reopen()

    def action_save(self):
        """Save pools and activities, compute the last month at once and the months before it by the nightly job."""
        self.ensure_one()
        self._create_pools()
        periods = self.env["crm.cost.period"]._ensure_periods(self.company_id, months=12)
        periods[:1]._compute_period()
        self.env.ref("crm_cost.ir_cron_cost").sudo()._trigger()
        return self.env["crm.cost.whale"]._open(self.company_id, periods[:1])

    def _create_pools(self):
        """Create what the page says: pools with their activities, and how goods are counted."""
        used = self.pool_ids.filtered("account_ids")
        if not used:
            raise UserError(self.env._("Choose the expense accounts of the people who serve customers."))
        homes = {}  # an activity without a pool of its kind goes to the first one
        for line in used:
            homes.setdefault(line.department, line)
        setting = self.env["crm.cost.setting"]
        if self.goods_source != setting._of(self.company_id).goods_source:
            setting._ensure(self.company_id).goods_source = self.goods_source
        pools = self.env["crm.cost.pool"]
        for line in used:
            pools |= line._create_pool(
                self.line_ids.filtered(lambda work, line=line: homes.get(work.department, used[0]) == line)
            )
        return pools

    def _prepare_preview(self, pools, period):
        """Return what the preview shows of the pools and the month."""
        page = self.env["crm.cost.whale"].create({"company_id": self.company_id.id, "period_id": period.id})
        report = self.env["crm.cost.customer.report"]
        domain = [("period_id", "=", period.id)]
        self.env.flush_all()
        return {
            "period": period,
            "currency": period.currency_id,
            "results": period.result_ids.filtered(lambda result: result.pool_id in pools).sorted("id"),
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
            "context": {"dialog_size": "extra-large"},
        }
