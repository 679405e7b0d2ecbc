"""What is taken from all customers of a company once a month: cut points, rhythm and percentile points."""

from odoo import models
from odoo.tools import SQL

from ..tools.lifecycle import MIN_GAPS
from ..tools.relationship import MIN_CUSTOMERS
from ..tools.rfm import cut_shares

#: Days after which cut points are taken anew, and after which every profile is computed anew.
RETAKE_DAYS = 31
FULL_DAYS = 7
#: Facts of the relationship index: column of the figures, and whether more of it speaks for a relationship.
FACTS = ("tenure", "categories", "exchanges", "undiscounted")


class CrmRfmScale(models.Model):
    _inherit = "crm.rfm.scale"

    def _is_due(self, run_number):
        """Say whether cut points are to be taken in this run; where nobody has bought yet it looks once a run."""
        if self.profile_run == run_number:
            return False
        return not self.computed_on or (self.company_id._crm_today() - self.computed_on).days >= RETAKE_DAYS

    def _is_full_due(self):
        return not self.full_on or (self.company_id._crm_today() - self.full_on).days >= FULL_DAYS

    def _take(self):
        """Take cut points, rhythm and percentile points from the customers of today, and let everybody follow.

        Typed cut points stay. Without any buyer nothing is taken.
        """
        self.ensure_one()
        figures = self.env["crm.customer"]._figures_sql(self)
        shares = list(cut_shares(self.score_count))
        recency, frequency, money, count = self.env.execute_query(
            SQL(
                """
                SELECT percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY -recency),
                       percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY f_value),
                       percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY m_value), COUNT(*)
                  FROM (%(figures)s) figure WHERE recency IS NOT NULL
                """,
                shares=shares,
                figures=figures,
            )
        )[0]
        if not count:
            self.customers = 0
            return
        values = {"customers": count, "full_on": False, "full_next": 0, **self._take_relationship(figures)}
        if self.method == "quantile":
            for letter, cuts in (("r", recency), ("f", frequency), ("m", money)):
                sign = -1 if letter == "r" else 1
                values |= {f"{letter}_cut_{n}": sign * cut for n, cut in enumerate(cuts or [0] * len(shares), 1)}
        self.write({**values, **self._take_rhythm(), "computed_on": self.company_id._crm_today()})

    def _take_rhythm(self):
        """Return the rhythm of the company: median of the customers' own, else of all gaps, else the typed one."""
        measure = self.env["crm.customer"]._standard_measure("purchase_days")
        own = self.env.execute_query(
            SQL(
                "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY rhythm_days) FROM crm_measure_value"
                " WHERE measure_id = %s AND company_id = %s AND gap_count >= %s",
                measure.id,
                self.company_id.id,
                MIN_GAPS,
            )
        )[0][0]
        if own:
            return {"company_rhythm_days": own, "company_rhythm_basis": "customers"}
        gap = self._median_gap(measure) if measure else None
        if gap:
            return {"company_rhythm_days": gap, "company_rhythm_basis": "gaps"}
        return {"company_rhythm_days": self.typed_rhythm_days, "company_rhythm_basis": "typed"}

    def _median_gap(self, measure):
        """Return the median of all gaps between purchase days up to today, read from the documents."""
        return self.env.execute_query(
            SQL(
                """
                SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap)
                  FROM (SELECT day - LAG(day) OVER (PARTITION BY partner_id ORDER BY day) AS gap
                          FROM (SELECT DISTINCT partner_id, day FROM (%s) doc WHERE day <= %s) bought) gaps
                """,
                measure._documents_sql(self.company_id),
                self.company_id._crm_today(),
            )
        )[0][0]

    def _take_relationship(self, figures):
        """Return the percentile points of the facts of all customers with enough history."""
        customers = self.env["crm.customer"]
        points = SQL(", ").join(
            SQL("percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY %s)", [n / 100 for n in range(101)], fact)
            for fact in map(SQL.identifier, FACTS)
        )
        *facts, count = self.env.execute_query(
            SQL(
                "SELECT %s, COUNT(*) FROM (%s) figure WHERE %s",
                points,
                customers._facts_sql(figures, self.company_id._crm_today()),
                customers._enough_history_sql(),
            )
        )[0]
        enough = count >= MIN_CUSTOMERS
        return {
            "relationship_points": dict(zip(FACTS, facts, strict=True)) if enough else False,
            "relationship_customers": count,
        }

    def _score_sql(self, letter, value):
        """Return SQL of the score of ``value`` on the scale of ``letter``; null while there are no cut points.

        Days are compared the other way round. An undefined figure, such as a ratio of nothing, scores 1.
        """
        self.ensure_one()
        if self.method == "quantile" and not self.computed_on:
            return SQL("NULL::integer")
        compare = SQL(">") if letter == "r" else SQL("<")
        better = (SQL("COALESCE(%s %s %s, FALSE)::integer", cut, compare, value) for cut in self._cuts(letter))
        return SQL("1 + %s", SQL(" + ").join(better))
