"""The curve in one statement: everybody ranked, the groups, the few that earn most, and the points to draw."""

from odoo import models
from odoo.tools import SQL

from ..tools import whale
from ..tools.statement import BLOCKS, IMPUTED, SERVICE
from .crm_cost_whale import FIGURES

#: Points drawn at most, and the customers of each end drawn whole.
POINTS = 400
END = POINTS // 4
#: Ranked by other things than customers: column of the cost lines, and where their names are.
DIMENSIONS = {
    "category": ("categ_id", "product.category"),
    "country": ("country_id", "res.country"),
    "user": ("user_id", "res.users"),
    "team": ("team_id", "crm.team"),
}


class CrmCostWhale(models.TransientModel):
    _inherit = "crm.cost.whale"

    def _ranked(self):
        """Return tiles and fifths (number -> figures), figures of everybody and of the key ones, and the points."""
        found = {"tiles": {}, "fifths": {}, "everybody": {}, "key": {}, "points": []}
        for kind, number, key, *figures in self.env.execute_query(self._page_sql()):
            if kind == "point":
                found["points"].append((number, key, *figures[-2:]))
                continue
            values = dict(zip(FIGURES, figures, strict=True))
            if kind in ("tiles", "fifths"):
                found[kind][number] = values
            elif values["customers"]:
                found[kind] = values
        return found

    def _page_sql(self):
        """Return the one statement of the page: the ranking is made once and read for each part of it."""
        sums = SQL("COUNT(*), SUM(revenue), SUM(gross_margin), SUM(service), SUM(profit), MAX(running)")
        return SQL(
            """
            WITH ranked AS MATERIALIZED (%(ranked)s),
                 top AS (SELECT MAX(running) AS peak FROM ranked),
                 edge AS (SELECT MIN(profit) AS profit FROM ranked CROSS JOIN top
                           WHERE profit > 0 AND running - profit < 0.8 * peak)
            SELECT CASE WHEN GROUPING(tile) = 0 THEN 'tiles' WHEN GROUPING(fifth) = 0 THEN 'fifths'
                        ELSE 'everybody' END AS kind, COALESCE(tile, fifth) AS number, NULL::integer AS key, %(sums)s
              FROM (SELECT *, %(tile)s AS tile, %(fifth)s AS fifth FROM ranked) grouped
             GROUP BY GROUPING SETS ((tile), (fifth), ())
         UNION ALL
            SELECT 'key', NULL, NULL, %(sums)s FROM ranked WHERE profit >= (SELECT profit FROM edge)
         UNION ALL
            SELECT 'point', position, partner_id, NULL, NULL, NULL, NULL, profit, running
              FROM ranked WHERE %(drawn)s
             ORDER BY kind, number
            """,
            ranked=self._ranked_sql(),
            sums=sums,
            tile=self._tile_sql(int(self.tiles)),
            fifth=self._tile_sql(5),
            drawn=SQL(
                "position <= %(end)s OR position > count - %(end)s OR (position - %(end)s)"
                " %% GREATEST(1, CEIL((count - 2 * %(end)s) / %(middle)s::numeric)::bigint) = 0",
                end=END,
                middle=POINTS - 2 * END,
            ),
        )

    def _tile_sql(self, number):
        return SQL("(1 + (position - 1) * LEAST(%s, count) / count)::integer", number)

    def _ranked_sql(self):
        """Return a SELECT of everybody, best first: figures, position and running profit."""
        periods = self._periods()
        return SQL(
            """
            SELECT customer.*, ROW_NUMBER() OVER best_first AS position, COUNT(*) OVER () AS count,
                   SUM(profit) OVER best_first AS running
              FROM (%s) customer
             WHERE partner_id <> 0
            WINDOW best_first AS (ORDER BY profit DESC, partner_id ROWS UNBOUNDED PRECEDING)
            """,
            self._customers_sql(periods) if self.dimension == "customer" else self._dimension_sql(periods),
        )

    def _rest(self):
        """Return the profit that has no place on the curve: lines of no product category, country or salesperson."""
        if self.dimension == "customer":
            return 0.0
        rows = self.env.execute_query(
            SQL("SELECT profit FROM (%s) ranked WHERE partner_id = 0", self._dimension_sql(self._periods()))
        )
        return rows[0][0] if rows else 0.0

    def _dimension_sql(self, periods):
        """Return the same columns as for customers, ranked by a dimension of their cost lines; 0 is none of them."""
        column, _model = DIMENSIONS[self.dimension]
        levels = {
            "profit": SQL("line.level NOT IN %s", IMPUTED),
            "revenue": SQL("line.level IN %s", BLOCKS["net_revenue"]),
            "gross_margin": SQL("line.level IN %s", BLOCKS["net_revenue"] + BLOCKS["margin"]),
            "service": SQL("line.level IN %s", SERVICE),
        }
        return SQL(
            """
            SELECT COALESCE(line.%(column)s, 0) AS partner_id, %(sums)s
              FROM crm_cost_line line
              JOIN %(months)s month (period_id, rate) ON month.period_id = line.period_id
             WHERE line.attribution = 'customer' AND line.partner_id IS NOT NULL
             GROUP BY 1
            """,
            column=SQL.identifier(column),
            sums=SQL(", ").join(
                SQL(
                    "COALESCE(SUM(line.amount * month.rate * %s) FILTER (WHERE %s), 0) AS %s",
                    -1 if name == "service" else 1,
                    condition,
                    SQL.identifier(name),
                )
                for name, condition in levels.items()
            ),
            months=self._months_sql(periods),
        )

    def _prepare_curve(self, points, everybody):
        """Return what the chart draws: some hundred points at most, both ends in full."""
        total, count = everybody.get("profit", 0), everybody.get("customers", 0)
        percent, names = total > 0, self._names([key for _position, key, *_rest in points])
        return {
            "percent": percent,
            "count": count,
            "currency": self.currency_id.id,
            "axis": self.env._("%(who)s, best first (%%)", who=self._nouns()["Title"]),
            "points": [
                {
                    "x": round(100 * position / count, 3),
                    "y": whale.percent(running, total) if percent else float(running),
                    "position": position,
                    "profit": float(profit),
                    "id": key,
                    "name": names.get(key, ""),
                }
                for position, key, profit, running in points
            ],
        }

    def _names(self, keys):
        """Return ``{key: name}`` of what is drawn; a name is no secret to whoever may read the profit."""
        if self.dimension != "customer":
            records_sudo = self.env[DIMENSIONS[self.dimension][1]].sudo().browse(keys).exists()
            return {record.id: record.display_name for record in records_sudo}
        partners_sudo = self.env["res.partner"].sudo().browse(keys)
        names = {partner.id: partner.complete_name or partner.name for partner in partners_sudo}
        if self.with_groups:
            names |= {
                head: self.env._("%(name)s and group", name=names[head]) for head in self._members() if head in names
            }
        return names
