from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.statement import BLOCKS, SERVICE

_NET = tuple((SQL(), level) for level in BLOCKS["net_revenue"])
#: Figure of a customer -> the columns of his months that add up to it, with their sign.
FIGURES = {
    "profit": ((SQL(), "profit"),),
    "revenue": _NET,
    "gross_margin": (*_NET, (SQL(), "cost_of_goods")),
    "service": tuple((SQL("-"), level) for level in SERVICE),
}


class CrmCostPage(models.AbstractModel):
    """A page about customers of one company, or of all the user's companies in the currency of this one.

    Amounts of a company in another currency are shown at the average rate of each month, which the page names. A month
    without a rate is left out and said to be: no rate is never 1.
    """

    _name = "crm.cost.page"
    _description = "Page on Customer Profit"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    all_companies = fields.Boolean(
        help="Add up all companies you are working in, in the currency of this one. Trade between them is left out.",
    )
    with_groups = fields.Boolean(
        string="Groups as One",
        help="Read contacts of the same group (a parent company and its subsidiaries) as one customer.",
    )
    rate_note = fields.Text(compute="_compute_rate_note", string="Exchange Rates", compute_sudo=False)

    @api.depends("company_id", "all_companies")
    def _compute_rate_note(self):
        for page in self:
            page.rate_note = page._rate_words(page._periods()) if page.all_companies else False

    def _periods(self):
        """Return the computed periods on the page, of all its companies; to be extended."""
        return self.env["crm.cost.period"].search(self._periods_domain())

    def _periods_domain(self):
        self.ensure_one()
        companies = (self.company_id | self.env.companies) if self.all_companies else self.company_id
        return Domain("company_id", "in", companies.ids) & Domain("state", "!=", "open") & Domain("shown", "=", True)

    def _rates(self, periods):
        """Return ``{period id: average rate}`` to the page's currency, without the periods that have none."""
        rates = {period.id: 1 for period in periods if period.currency_id == self.currency_id}
        foreign = [period.id for period in periods if period.id not in rates]
        if not foreign:
            return rates
        self.env["res.currency.rate"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT period.id, AVG(COALESCE(%s, 1) / NULLIF(%s, 0))
                  FROM crm_cost_period period
            CROSS JOIN LATERAL (SELECT generate_series(period.date_from, period.date_to, '1 day')::date AS day) day
                 WHERE period.id IN %s GROUP BY period.id
                """,
                self._rate_sql(SQL("%s", self.currency_id.id)),
                self._rate_sql(SQL("period.currency_id")),
                tuple(foreign),
            )
        )
        return rates | {period: average for period, average in rows if average}

    def _rate_sql(self, currency):
        """Return SQL of the rate of a currency on ``day.day``, as the page's company has it; NULL before the first."""
        return SQL(
            """
            (SELECT rate.rate FROM res_currency_rate rate
              WHERE rate.currency_id = %s AND rate.name <= day.day
                AND (rate.company_id IS NULL OR rate.company_id = %s)
              ORDER BY rate.company_id NULLS LAST, rate.name DESC LIMIT 1)
            """,
            currency,
            self.company_id.root_id.id,
        )

    def _rate_words(self, periods):
        """Name the rates of the companies in another currency, and the months that have none."""
        rates, words = self._rates(periods), []
        for company in periods.company_id.filtered(lambda company: company.currency_id != self.currency_id):
            months = periods.filtered(lambda period, company=company: period.company_id == company)
            found = [rates[month.id] for month in months if month.id in rates]
            missing = months.filtered(lambda month: month.id not in rates)
            if found:
                words.append(
                    self.env._(
                        "%(company)s: %(currency)s at the average rate of each month, %(low).6g to %(high).6g "
                        "%(page)s.",
                        company=company.name,
                        currency=company.currency_id.name,
                        low=min(found),
                        high=max(found),
                        page=self.currency_id.name,
                    )
                )
            if missing:
                words.append(
                    self.env._(
                        "%(company)s has no rate of %(currency)s in %(months)s: left out.",
                        company=company.name,
                        currency=company.currency_id.name,
                        months=", ".join(missing.sorted("date_from").mapped("name")),
                    )
                )
        return "\n".join(words)

    def _months_sql(self, periods):
        """Return SQL of the rows (period_id, rate), alias ``month`` to be given by the caller."""
        rates = self._rates(periods)
        values = SQL(", ").join(SQL("(%s, %s::numeric)", period, rate) for period, rate in rates.items())
        return SQL("(VALUES %s)", values if rates else SQL("(0, 0::numeric)"))

    def _customer_sums(self, periods, columns):
        """Return SQL of the sums; within one currency nothing is multiplied, which is most of the work."""
        rate = SQL(" * rate") if any(rate != 1 for rate in self._rates(periods).values()) else SQL()
        return SQL(", ").join(
            SQL(
                "%s AS %s",
                SQL(" + ").join(
                    SQL("%s SUM(%s%s)", sign, SQL.identifier(level), rate) for sign, level in FIGURES[name]
                ),
                SQL.identifier(name),
            )
            for name in columns
        )

    def _customers_sql(self, periods, columns=FIGURES):
        """Return a SELECT of partner_id and the columns asked for, a customer or a group in each row."""
        days = (min(periods.mapped("date_from")), max(periods.mapped("date_to"))) if periods else None
        grouped = bool(self.with_groups and days)
        groups = self.env["crm.partner.relation"]._cost_groups_sql(*days) if grouped else SQL()
        return SQL(
            """
            SELECT %(who)s AS partner_id, %(sums)s
              FROM crm_cost_customer customer
              JOIN %(months)s month (period_id, rate) ON month.period_id = customer.period_id
              %(groups)s
             GROUP BY 1
            """,
            who=SQL("COALESCE(member.head_id, customer.partner_id)") if grouped else SQL("customer.partner_id"),
            sums=self._customer_sums(periods, columns),
            months=self._months_sql(periods),
            groups=SQL("LEFT JOIN (%s) member ON member.partner_id = customer.partner_id", groups)
            if grouped
            else SQL(),
        )
