"""What a computed period keeps per customer, and which periods are the last ones."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

YEAR = 12


class CrmCostPeriod(models.Model):
    _inherit = "crm.cost.period"

    is_latest = fields.Boolean(
        string="Latest Month",
        compute="_compute_is_latest",
        search="_search_is_latest",
        help="The last month computed in its company.",
    )
    is_last_year = fields.Boolean(
        string="Last 12 Months",
        compute="_compute_is_latest",
        search="_search_is_last_year",
        help="One of the last twelve months computed in its company.",
    )

    @api.depends("state", "shown", "date_from", "company_id")
    def _compute_is_latest(self):
        latest, year = set(self._last_computed(1)), set(self._last_computed(YEAR))
        for period in self:
            period.is_latest, period.is_last_year = period.id in latest, period.id in year

    def _search_is_latest(self, operator, value):
        return self._search_last(operator, 1)

    def _search_is_last_year(self, operator, value):
        return self._search_last(operator, YEAR)

    def _search_last(self, operator, number):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self._last_computed(number))

    def _write_customers(self, written):
        """Keep what each customer brought next to the lines: made anew when lines were written, else only compared."""
        customers = self.env["crm.cost.customer"]
        if written or not customers._agrees(self):
            customers._sync(self)
            customers.invalidate_model()

    @api.model
    def _last_computed(self, number):
        """Return the ids of the last computed periods of each company; rules decide what is found with them."""
        self.env["crm.cost.period"].flush_model(["state", "shown", "date_from", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (
                       SELECT id, ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY date_from DESC) AS place
                         FROM crm_cost_period WHERE shown AND state <> 'open') period
                 WHERE place <= %s
                """,
                number,
            )
        )
        return [period for (period,) in rows]
