from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..tools import spans, whale

FIGURES = ("customers", "revenue", "gross_margin", "service", "profit", "running")
YEAR = 12


class CrmCostWhale(models.TransientModel):
    """The page with the whale curve: how few customers earn the profit, and who eats it up again."""

    _name = "crm.cost.whale"
    _inherit = "crm.cost.page"
    _description = "Whale Curve"

    period_id = fields.Many2one(
        "crm.cost.period",
        string="Month",
        check_company=True,
        domain="[('company_id', '=', company_id), ('replaced', '=', False), ('state', '!=', 'open')]",
        help="Empty: the last twelve months computed, together.",
    )
    dimension = fields.Selection(
        [
            ("customer", "Customer"),
            ("category", "Product category"),
            ("country", "Country"),
            ("user", "Salesperson"),
            ("team", "Sales team"),
        ],
        string="Curve Of",
        required=True,
        default="customer",
        help="What is ranked by profit. Lines of no product category, country or salesperson are left out and named.",
    )
    tiles = fields.Selection(
        [("5", "Fifths"), ("10", "Tenths"), ("20", "Twentieths")],
        string="Table In",
        required=True,
        default="10",
        help="In how many groups of the same size they are divided, best first.",
    )
    span = fields.Char(compute="_compute_span", compute_sudo=False)
    # Stored, yet never computed as the system: nobody sees months of a company that is not his.
    customer_count = fields.Integer(string="Customers", compute="_compute_figures", store=True, compute_sudo=False)
    total = fields.Monetary(
        string="Profit Ranked",
        compute="_compute_figures",
        store=True,
        compute_sudo=False,
        help="Profit of everybody on the curve together.",
    )
    rest = fields.Monetary(
        string="Not on the Curve",
        compute="_compute_figures",
        store=True,
        compute_sudo=False,
        help="Profit of lines without a product category, country, salesperson or team, such as work that was not done "
        "for one category. With it the curve adds up to the profit of all customers.",
    )
    is_loss = fields.Boolean(
        compute="_compute_figures",
        store=True,
        compute_sudo=False,
        help="There is no profit to be a part of: amounts, no percentages.",
    )
    headline = fields.Char(compute="_compute_figures", store=True, compute_sudo=False)
    pareto = fields.Char(
        string="80/20",
        compute="_compute_figures",
        store=True,
        compute_sudo=False,
        help="The fewest customers that earn 80 % of what all profitable ones earn.",
    )
    tile_ids = fields.One2many(
        "crm.cost.whale.tile", "whale_id", compute="_compute_figures", store=True, compute_sudo=False
    )
    curve = fields.Json(compute="_compute_figures", store=True, compute_sudo=False)

    @api.depends("period_id", "company_id", "all_companies")
    def _compute_span(self):
        for page in self:
            names = sorted(set(page._periods().mapped("name")))
            page.span = f"{names[0]} – {names[-1]}" if len(names) > 1 else "".join(names)

    @api.depends("period_id", "company_id")
    def _compute_display_name(self):
        for page in self:
            page.display_name = self.env._("Whale Curve %(span)s", span=page.span)

    @api.depends("period_id", "company_id", "all_companies", "with_groups", "dimension", "tiles")
    def _compute_figures(self):
        for page in self:
            found = page._ranked()
            everybody = found["everybody"]
            page.customer_count, page.total, page.is_loss, page.pareto = 0, 0.0, False, False
            page.rest = page._rest()
            page.headline = self.env._("Nothing to show yet: no month with customers has been computed.")
            page.tile_ids = [Command.clear()]
            page.curve = page._prepare_curve(found["points"], everybody)
            if not everybody:
                continue
            page.customer_count = everybody["customers"]
            page.total = everybody["profit"]
            page.is_loss = everybody["profit"] <= 0
            page.headline = page._headline(found["fifths"], everybody)
            page.pareto = page._pareto_words(found["key"], everybody)
            page.tile_ids = [Command.clear()] + [
                Command.create(values) for values in page._prepare_tiles(found["tiles"], everybody)
            ]

    def _periods(self):
        """Return the months on the page: the one chosen, or the last twelve computed; of each company."""
        self.ensure_one()
        periods = self.env["crm.cost.period"]
        # Searched even when chosen: the rules of whoever looks decide which months there are.
        domain = Domain("company_id", "=", self.company_id.id) & Domain("state", "!=", "open")
        domain &= Domain("id", "=", self.period_id.id) if self.period_id else Domain("shown", "=", True)
        found = periods.search(domain, limit=YEAR)
        if not self.all_companies or not found:
            return found
        numbers = [spans.number(day) for day in found.mapped("date_to")]
        first, last = spans.days(min(numbers), max(numbers))
        domain = self._periods_domain() & Domain("date_to", ">=", first) & Domain("date_to", "<=", last)
        return periods.search(domain)

    def _prepare_tiles(self, groups, everybody):
        """Return the values of the rows of the table, best group first."""
        total, running, rows = everybody["profit"], 0, []
        for number, group in groups.items():
            running += group["profit"]
            cost = group["revenue"] - group["profit"]
            rows.append(
                {
                    **{name: group[name] for name in ("customers", "revenue", "gross_margin", "service", "profit")},
                    "number": number,
                    "total_cost": cost,
                    "profit_share": (whale.percent(group["profit"], total, 6) or 0.0) / 100,
                    "cumulative": running,
                    "cumulative_share": (whale.percent(running, total, 6) or 0.0) / 100,
                    "revenue_to_cost": float(group["revenue"] / cost) if cost else 0.0,
                    "margin_to_service": float(group["gross_margin"] / group["service"]) if group["service"] else 0.0,
                }
            )
        return rows

    @api.model
    def _open(self, company, period=None):
        """Return the action that opens the page."""
        page = self.create({"company_id": company.id, "period_id": period.id if period else False})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Whale Curve"),
            "res_model": self._name,
            "res_id": page.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def action_open(self):
        """Open the page on the last twelve months of the user's company."""
        return self._open(self.env.company)
