"""What a pool is supplied with beside its accounts: a budget, and what other pools do for it."""

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from .crm_cost_pool import SMALL


class CrmCostPool(models.Model):
    _inherit = "crm.cost.pool"

    rate_basis = fields.Selection(
        selection_add=[("budget", "The budget")],
        ondelete={"budget": "set default"},
        help="Cost and capacity the rate per minute is made of. The average of the twelve months that end with the "
        "period keeps a holiday month from doubling the rate. The budget is what the twelve months should cost; its "
        "difference to the ledger is shown on its own.",
    )
    budget = fields.Monetary(
        groups="crm_cost.group_profit_manager",
        help="What the pool should cost in a month. Months that differ stand under Other Figures.",
    )
    service_ids = fields.One2many(
        "crm.cost.pool.service",
        "pool_id",
        string="Serves Other Pools",
        groups="crm_cost.group_profit_manager",
        help="What this pool does for other pools. That part of its cost moves to them before customers are charged.",
    )
    received_ids = fields.One2many(
        "crm.cost.pool.service",
        "receiver_id",
        string="Served by Other Pools",
        groups="crm_cost.group_profit_manager",
        help="What other pools do for this one; set up there.",
    )
    is_small = fields.Boolean(
        string="Rate for Managers Only",
        compute="_compute_capacity_preview",
        groups="crm_cost.group_profit_manager",
        help="With fewer than three people, or an unknown number, what a minute costs would tell somebody's wage: "
        "only managers see rate, cost and minutes of the pool.",
    )

    capacity_preview = fields.Char(
        compute="_compute_capacity_preview",
        groups="crm_cost.group_profit_manager",
        help="Practical capacity of the last complete month.",
    )

    _budget_valid = models.Constraint("CHECK (budget > -1e13 AND budget < 1e13)", "This is no budget of a month.")

    @api.depends(
        "people",
        "capacity_source",
        "staff_model",
        "staff_id",
        "calendar_id",
        "practical_share",
        "capacity_minutes",
        "month_ids",
    )
    def _compute_capacity_preview(self):
        """Ask the last month; whether a pool is small is stored with each month that is computed."""
        for pool in self:
            month = self.env["crm.cost.period"]._last_month(pool.company_id or self.env.company)
            minutes, people = pool._capacities([month])[0]
            pool.is_small = people < SMALL
            pool.capacity_preview = self.env._(
                "%(minutes)s minutes of %(people)s people",
                minutes=formatLang(self.env, minutes, digits=0),
                people=formatLang(self.env, people, digits=0 if float(people).is_integer() else 2),
            )

    def _budgets(self, months):
        """Return the budget of each of these months."""
        typed = self._month_figures("budget")
        return [typed.get(first, self.budget) for first, _last in months]

    # What is missing

    @api.depends(
        "account_role_ids",
        "capacity_minutes",
        "capacity_source",
        "activity_ids.active",
        "activity_ids.hint",
        "service_ids",
        "budget",
        "month_ids",
        "rate_basis",
        "result_ids",
    )
    def _compute_hint(self):
        issues = self._last_issues()
        for pool in self:
            pool.hint = pool._missing(issues.get(pool._origin.id))

    def _last_issues(self):
        """Return ``{pool id: issue}`` of the last month computed with each pool."""
        self.env["crm.cost.pool.result"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (result.pool_id) result.pool_id, result.issue FROM crm_cost_pool_result result"
                " JOIN crm_cost_period period ON period.id = result.period_id WHERE result.pool_id IN %s"
                " ORDER BY result.pool_id, period.date_from DESC",
                tuple(self._origin.ids) or (0,),
            )
        )
        return dict(rows)

    def _missing(self, issue):
        """Return in words what is missing first, or what the last computed month found."""
        if not self.account_role_ids and not self.budget:
            return self.env._("Choose the expense accounts that make up the cost of this pool.")
        if self.rate_basis == "budget" and not self.budget and "budget" not in self.month_ids.mapped("kind"):
            return self.env._("The rate stands on the budget, and there is none yet.")
        if issue == "no_capacity" or (self.capacity_source == "fixed" and self.capacity_minutes <= 0):
            return self.env._(
                "Without practical capacity there is no rate: nothing is charged to customers, and the whole cost of "
                "the pool is shown as variance."
            )
        if not self.activity_ids and not self.service_ids:
            return self.env._("Add the activities that use up the pool: until then all of it is unused.")
        if archived := self.account_ids.filtered(lambda account: not account.active):
            return self.env._("Archived, but still counted: %(accounts)s.", accounts=", ".join(archived.mapped("name")))
        for activity in self.activity_ids:
            if activity.hint:
                return self.env._("%(activity)s: %(hint)s", activity=activity.name, hint=activity.hint)
        if issue:
            labels = dict(self.env["crm.cost.pool.result"]._fields["issue"]._description_selection(self.env))
            return self.env._("Last computed month: %(issue)s.", issue=labels[issue])
        return False
