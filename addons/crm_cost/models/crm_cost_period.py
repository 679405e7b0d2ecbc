import logging
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.tools import SQL

from ..tools.months import fiscal_month, months_back

_logger = logging.getLogger(__name__)


class CrmCostPeriod(models.Model):
    """A fiscal month of one company, in which the profit of the ledger is divided among the customers."""

    _name = "crm.cost.period"
    _inherit = "crm.cell.mixin"
    _description = "Cost Period"
    _order = "date_from desc, company_id, id"

    name = fields.Char(compute="_compute_name", store=True, help="Year and month in which the period ends.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, help="Currency of the company."
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._last_month(self.env.company)[0],
        help="Any day of the month; the period begins with the fiscal month that holds it.",
    )
    date_to = fields.Date(string="To", required=True, readonly=True, help="Last day of the fiscal month.")
    state = fields.Selection(
        [("open", "Not computed"), ("computed", "Computed"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        help="A closed month is signed and never changes; reopening it starts a new version.",
    )
    computed_at = fields.Datetime(
        string="Last Change", readonly=True, copy=False, help="When a computation last found something new."
    )
    checked_at = fields.Datetime(string="Last Computation", readonly=True, copy=False)
    last_error = fields.Text(
        readonly=True, copy=False, help="Why the last computation failed; the figures are those of the one before."
    )
    # Contributions to profit, costs negative; the first block adds up to the second
    revenue = fields.Monetary(readonly=True, help="Revenue of the customers, by accounting date.")
    cost_of_goods = fields.Monetary(string="Cost of Goods", readonly=True, help="Cost of goods of the customers.")
    charged = fields.Monetary(string="Activities", readonly=True, help="Activities charged to customers.")
    customer_profit = fields.Monetary(readonly=True, help="What the customers earn together.")
    intercompany = fields.Monetary(string="Own Companies", readonly=True, help="Trade with our own companies.")
    not_attributed = fields.Monetary(
        readonly=True, help="Items without a customer, and accounts that have no place in the account map."
    )
    unused = fields.Monetary(string="Unused Capacity", readonly=True, help="Capacity nobody used, at the rate.")
    variance = fields.Monetary(readonly=True, help="Cost of the pools less their capacity at the rate.")
    kept_out = fields.Monetary(readonly=True, help="Accounts kept out by the account map.")
    ledger_profit = fields.Monetary(
        readonly=True,
        help="Profit of the ledger: posted items of all income and expense accounts, counted on their own.",
    )
    difference = fields.Monetary(readonly=True, help="All of the above less the ledger: it must be zero.")
    customer_count = fields.Integer(string="Customers", readonly=True, aggregator=None)
    # Details
    line_ids = fields.One2many("crm.cost.line", "period_id", string="Cost Lines")
    result_ids = fields.One2many("crm.cost.pool.result", "period_id", string="Use of Capacity")
    reconciliation_ids = fields.One2many("crm.cost.reconciliation", "period_id", string="Agreement with the Ledger")
    unmapped_line_ids = fields.One2many(
        "crm.cost.line", "period_id", string="Accounts Without a Place", domain=[("level", "=", "unmapped")]
    )

    _month_uniq = models.UniqueIndex("(company_id, date_from, version)", "This month is in the list already.")
    _dates_valid = models.Constraint("CHECK (date_from <= date_to)", "A period ends after it begins.")

    @api.depends("date_to")
    def _compute_name(self):
        for period in self:
            period.name = period.date_to and period.date_to.strftime("%Y-%m")

    @api.depends("company_id")
    def _compute_currency_id(self):
        for period in self:
            period.currency_id = period.company_id.currency_id

    @api.constrains("date_from", "date_to", "company_id")
    def _check_overlap(self):
        for period in self:
            others = self.search_count(
                [
                    ("company_id", "=", period.company_id.id),
                    ("id", "!=", period.id),
                    ("date_from", "<=", period.date_to),
                    ("date_to", ">=", period.date_from),
                    # The versions of a month lie on each other; that there is one of each, the index sees to.
                    "|",
                    ("date_from", "!=", period.date_from),
                    ("date_to", "!=", period.date_to),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(self.env._("Period %(period)s overlaps another one.", period=period.name))

    @api.constrains("company_id")
    def _check_company_id(self):
        """Refuse to move figures: they would show one company's ledger to the other."""
        for period_sudo in self.sudo():
            if period_sudo.line_ids.company_id - period_sudo.company_id:
                raise ValidationError(
                    self.env._("Period %(period)s has figures and stays in its company.", period=period_sudo.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Stretch every period to the fiscal month that holds its first day; a new version keeps the days it had."""
        for vals in vals_list:
            if vals.get("previous_id"):
                continue
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            day = fields.Date.to_date(vals.get("date_from")) or self._last_month(company)[0]
            vals["date_from"], vals["date_to"] = fiscal_month(day, *self._fiscal_end(company))
        return super().create(vals_list)

    def action_compute(self):
        """Compute these periods now: one month is a matter of seconds."""
        self.check_access("write")
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(self.env._("The nightly job is computing this period. Try again in a minute.")) from error
        for period in self:
            period._compute_period()

    def action_open_report(self):
        """Open profit per customer of these periods."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_customer_report_action")
        return {**action, "domain": [("period_id", "in", self.ids)], "context": {}}

    def action_open_whale(self):
        """Open the whale curve of this period."""
        self.ensure_one()
        return self.env["crm.cost.whale"]._open(company=self.company_id, period=self)

    def action_open_lines(self):
        """Open all cost lines of these periods."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_line_action")
        return {**action, "domain": [("period_id", "in", self.ids)], "context": {}}

    @api.model
    def _fiscal_end(self, company):
        company_sudo = company.root_id.sudo()
        return company_sudo.fiscalyear_last_day, int(company_sudo.fiscalyear_last_month)

    @api.model
    def _last_month(self, company):
        """Return first and last day of the last complete fiscal month of a company."""
        return months_back(company._crm_today(), 1, *self._fiscal_end(company))[0]

    @api.model
    def _ensure_periods(self, company, months=1):
        """Return the periods of the last complete months, the last one first, creating those that are missing."""
        ranges = months_back(company._crm_today(), months, *self._fiscal_end(company))
        periods = self.search([("company_id", "=", company.id), ("date_to", ">=", ranges[0][0]), ("shown", "=", True)])
        missing = [
            first for first, last in ranges if not any(p.date_from <= last and p.date_to >= first for p in periods)
        ]
        periods |= self.create([{"company_id": company.id, "date_from": first} for first in missing])
        return periods.sorted("date_from", reverse=True)

    def _basis(self):
        """Return the first day of the twelve fiscal months that end with this period, and all their first days."""
        self.ensure_one()
        months = months_back(self.date_to + timedelta(days=1), 12, *self._fiscal_end(self.company_id))
        return months[0][0], [first for first, _last in months]

    def _journal_items_sql(self, date_from=None):
        """Return SQL of the journal items that are the ledger of this period, as alias ``item``.

        Posted items by accounting date, without journals that only carry profit and loss forward; single entries that
        do are left to whoever reads the entry.
        """
        return SQL(
            "account_move_line item JOIN account_journal journal ON journal.id = item.journal_id"
            " AND journal.crm_carry_forward IS NOT TRUE AND item.company_id = %s"
            " AND item.parent_state = 'posted' AND item.date BETWEEN %s AND %s",
            self.company_id.id,
            date_from or self.date_from,
            self.date_to,
        )

    @api.model
    def _job_cost(self, job):
        """Compute one period that this run has not computed yet; a company takes part once it has an activity.

        A closed month stays as it is: only what changed after its closing is counted again.

        :return: (lines written, periods left)
        """
        companies = self.env["crm.cost.activity"].with_context(active_test=False).search([]).company_id
        for company in companies:
            self._ensure_periods(company)
        pending = self.search(
            [
                ("company_id", "in", companies.ids),
                ("replaced", "=", False),
                "|",
                ("checked_at", "=", False),
                ("checked_at", "<", job.started_at),
            ],
            order="date_from desc, id",
        )
        written = pending[:1]._compute_safely() if pending else 0
        return written, max(len(pending) - 1, 0)

    def _compute_safely(self):
        """Compute, and keep the reason on the period when that fails: the other months go on.

        The reason may hold amounts, so it stays out of the job and of the log, which others read.
        """
        try:
            with self.env.cr.savepoint():
                written = self._compute_period()
            self.sudo().last_error = False
            return written
        except TransactionRollbackError:
            raise
        except Exception as error:  # noqa: BLE001 whatever is wrong with one month must not stop the night
            _logger.warning("Cost period %s cannot be computed: %s", self.id, type(error).__name__)
            self.sudo().write({"last_error": f"{type(error).__name__}: {error}", "checked_at": fields.Datetime.now()})
            return 0
