from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..tools import whale

FIGURES = ("customers", "revenue", "gross_margin", "service", "profit", "running")


class CrmCostWhale(models.TransientModel):
    """The page with the whale curve: how few customers earn the profit, and who eats it up again."""

    _name = "crm.cost.whale"
    _description = "Whale Curve"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_id = fields.Many2one(
        "crm.cost.period",
        string="Month",
        check_company=True,
        domain="[('company_id', '=', company_id), ('replaced', '=', False), ('state', '!=', 'open')]",
        help="Empty: the last twelve months computed, together.",
    )
    tiles = fields.Selection(
        [("5", "Fifths"), ("10", "Tenths"), ("20", "Twentieths")],
        string="Groups of Customers",
        required=True,
        default="10",
        help="In how many groups of the same size the customers are divided, best first.",
    )
    span = fields.Char(compute="_compute_span")
    # Stored, yet never computed as the system: nobody sees months of a company that is not his.
    customer_count = fields.Integer(string="Customers", compute="_compute_figures", store=True, compute_sudo=False)
    total = fields.Monetary(
        string="Profit of All Customers", compute="_compute_figures", store=True, compute_sudo=False
    )
    is_loss = fields.Boolean(
        compute="_compute_figures",
        store=True,
        compute_sudo=False,
        help="There is no profit to be a part of: amounts, no percentages.",
    )
    headline = fields.Char(compute="_compute_figures", store=True, compute_sudo=False)
    tile_ids = fields.One2many(
        "crm.cost.whale.tile", "whale_id", compute="_compute_figures", store=True, compute_sudo=False
    )
    curve = fields.Json(compute="_compute_curve")

    @api.depends("period_id", "company_id")
    def _compute_span(self):
        for page in self:
            names = page._periods().mapped("name")
            page.span = page.period_id.name or (f"{names[-1]} – {names[0]}" if names else "")

    @api.depends("period_id", "company_id")
    def _compute_display_name(self):
        for page in self:
            page.display_name = self.env._("Whale Curve %(span)s", span=page.span)

    @api.depends("period_id", "company_id", "tiles")
    def _compute_figures(self):
        for page in self:
            groups, fifths, everybody = page._groups()
            page.customer_count, page.total, page.is_loss = 0, 0.0, False
            page.headline = self.env._("Nothing to show yet: no month with customers has been computed.")
            page.tile_ids = [fields.Command.clear()]
            if not everybody:
                continue
            page.customer_count = everybody["customers"]
            page.total = everybody["profit"]
            page.is_loss = everybody["profit"] <= 0
            page.headline = page._headline(fifths, everybody)
            page.tile_ids = [fields.Command.clear()] + [
                fields.Command.create(values) for values in page._prepare_tiles(groups, everybody)
            ]

    @api.depends("period_id", "company_id")
    def _compute_curve(self):
        for page in self:
            page.curve = page._curve()

    def _periods(self):
        """Return the months on the page: the one chosen, or the last twelve computed."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id) & Domain("state", "!=", "open")
        domain &= Domain("id", "=", self.period_id.id) if self.period_id else Domain("shown", "=", True)
        # Searched even when chosen: the rules of whoever looks decide which months there are.
        return self.env["crm.cost.period"].search(domain, limit=12)

    def _ranked_sql(self):
        """Return a SELECT of the customers, best first: figures, position and running profit."""
        return SQL(
            """
            SELECT customer.*, ROW_NUMBER() OVER best_first AS position, COUNT(*) OVER () AS count,
                   SUM(profit) OVER best_first AS running
              FROM (
                   SELECT partner_id, SUM(amount) AS profit,
                          COALESCE(SUM(amount) FILTER (WHERE level = 'revenue'), 0) AS revenue,
                          COALESCE(SUM(amount) FILTER (WHERE level <> 'activity'), 0) AS gross_margin,
                          COALESCE(-SUM(amount) FILTER (WHERE level = 'activity'), 0) AS service
                     FROM crm_cost_line
                    WHERE attribution = 'customer' AND partner_id IS NOT NULL AND period_id IN %s
                    GROUP BY partner_id
                   ) customer
            WINDOW best_first AS (ORDER BY profit DESC, partner_id ROWS UNBOUNDED PRECEDING)
            """,
            tuple(self._periods().ids) or (0,),
        )

    def _groups(self):
        """Return ``({number: figures} of the tiles, the same of the fifths, figures of all)`` in one pass."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT tile, fifth, COUNT(*), SUM(revenue), SUM(gross_margin), SUM(service), SUM(profit), MAX(running)
                  FROM (SELECT *, 1 + (position - 1) * LEAST(%s, count) / count AS tile,
                               1 + (position - 1) * LEAST(5, count) / count AS fifth
                          FROM (%s) ranked) grouped
                 GROUP BY GROUPING SETS ((tile), (fifth), ())
                 ORDER BY tile, fifth
                """,
                int(self.tiles),
                self._ranked_sql(),
            )
        )
        tiles, fifths, everybody = {}, {}, {}
        for tile, fifth, *figures in rows:
            values = dict(zip(FIGURES, figures, strict=True))
            if tile:
                tiles[tile] = values
            elif fifth:
                fifths[fifth] = values
            elif values["customers"]:
                everybody = values
        return tiles, fifths, everybody

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

    def _headline(self, fifths, everybody):
        """Say in words what the best and the worst fifth of the customers do to the profit."""
        if len(fifths) < 5:
            return self.env._("Fewer than five customers: too few to speak of fifths.")
        best, worst, total = fifths[1]["profit"], fifths[5]["profit"], everybody["profit"]
        words = whale.fifths(best, worst, total)
        if words["kind"] == "loss":
            amounts = {"best": best, "worst": worst, "total": total}
            money = {name: formatLang(self.env, v, currency_obj=self.currency_id) for name, v in amounts.items()}
            return self.env._(
                "The customers bring %(total)s together, so there is no profit to be a part of: the best fifth brings "
                "%(best)s, the worst fifth %(worst)s.",
                **money,
            )
        words["peak"] = whale.percent(everybody["running"], total)
        shares = {name: f"{words[name]:.0f}" for name in ("best", "worst", "peak")}
        if words["kind"] == "earns":
            return self.env._(
                "The best fifth of the customers earns %(best)s %% of the profit, the worst fifth %(worst)s %%. "
                "The curve peaks at %(peak)s %%.",
                **shares,
            )
        return self.env._(
            "The best fifth of the customers earns %(best)s %% of the profit, and the worst fifth eats up %(worst)s %% "
            "of it again. The curve peaks at %(peak)s %%.",
            **shares,
        )

    def _curve(self):
        """Return what the chart draws: some hundred customers at most, both ends in full."""
        [(count, total)] = self.env.execute_query(
            SQL("SELECT COUNT(*), COALESCE(SUM(profit), 0) FROM (%s) ranked", self._ranked_sql())
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT ranked.position, ranked.profit, ranked.running, partner.id,"
                " COALESCE(partner.complete_name, partner.name)"
                " FROM (%s) ranked JOIN res_partner partner ON partner.id = ranked.partner_id"
                " WHERE ranked.position = ANY(%s) ORDER BY ranked.position",
                self._ranked_sql(),
                whale.sample(count),
            )
        )
        percent = total > 0
        return {
            "percent": percent,
            "count": count,
            "currency": self.currency_id.id,
            "points": [
                {
                    "x": round(100 * position / count, 3),
                    "y": whale.percent(running, total) if percent else float(running),
                    "position": position,
                    "profit": float(profit),
                    "id": partner,
                    "name": name,
                }
                for position, profit, running, partner, name in rows
            ],
        }

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
            "target": "current",
        }

    @api.model
    def action_open(self):
        """Open the page on the last twelve months of the user's company."""
        return self._open(self.env.company)

    def action_open_customer(self, partner_id):
        """Open profit of one customer, month by month: what a click on the curve shows."""
        self.ensure_one()
        return self._report_action([("partner_id", "=", partner_id)])

    def _report_action(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_customer_report_action")
        domain = [("period_id", "in", self._periods().ids), *domain]
        grouped = {} if self.period_id else {"search_default_by_customer": 1}
        return {**action, "domain": domain, "context": grouped}
