"""The chart of the overview: the figure over time with its interval."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL, format_date

from ..tools import trend_chart

#: Months of one point: as few as the answers allow.
STEPS = (1, 3, 6, 12)


class CrmSatisfactionBoard(models.TransientModel):
    _inherit = "crm.satisfaction.board"

    def _draw(self):
        """Return the chart of the period, by month where there are enough answers, else by quarter, half or year."""
        start = self._start()
        where, _member = self._scope_sql("all", start)
        rows = self.env.execute_query(
            SQL("SELECT month, SUM(good), SUM(middle), SUM(bad) FROM crm_satisfaction_month WHERE %s GROUP BY 1", where)
        )
        counts = {month: groups for month, *groups in rows}
        for step in STEPS:
            points = self._points(start, counts, step)
            if sum(bool(figure) for _label, figure, _text in points) > 1:
                return trend_chart.draw(points, -100 if self.metric == "nps" else 0, 100)
        return False

    def _points(self, start, counts, step):
        """Return what the chart draws, a point for so many months."""
        points = []
        for number in range(0, int(self.months), step):
            months = [start + relativedelta(months=number + more) for more in range(step)]
            groups = [sum(group) for group in zip(*(counts.get(month, (0, 0, 0)) for month in months), strict=True)]
            figure = self._figure(groups)
            names = [format_date(self.env, month, date_format="MMM yy") for month in months]
            label = names[0] if step == 1 else f"{names[0]} – {names[-1]}"
            text = figure and self.env._(
                "%(period)s: %(value).0f (between %(low).0f and %(high).0f), %(answers)s answers",
                period=label,
                value=figure[0],
                low=figure[1],
                high=figure[2],
                answers=sum(groups),
            )
            points.append((label, figure, text))
        return points
