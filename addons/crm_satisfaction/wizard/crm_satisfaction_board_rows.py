"""The rows of the overview, and the answers behind each."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Domain

from ..models.crm_satisfaction_month import DIMENSIONS
from .crm_satisfaction_board import FIGURES

#: Dimension -> model of its members.
MODELS = {
    "user": "res.users",
    "served": "res.users",
    "team": "crm.team",
    "product": "product.product",
    "market": "crm.market",
    "stage": "crm.stage",
    "segment": "crm.segment",
    "program": "crm.satisfaction.program",
}
#: Rows of the table; the analysis has them all.
MAX_LINES = 80


class CrmSatisfactionBoard(models.TransientModel):
    _inherit = "crm.satisfaction.board"

    def _prepare_lines(self):
        """Return the values of the rows, most answers first, and what the reader must know about them."""
        totals = self._totals(self.dimension)
        names = self._names([member for member in totals if member])
        shown = {
            member: row
            for member, row in totals.items()
            if sum(row[name] for name in FIGURES[:3]) and (not member or member in names)
        }
        ranked = sorted(shown, key=lambda member: (-sum(shown[member][name] for name in FIGURES[:3]), member))
        lines = [
            self._prepare_line(member, names.get(member, self.env._("None")), shown[member])
            for member in ranked[:MAX_LINES]
        ]
        notes = []
        if self.dimension == "segment":
            notes.append(self.env._("A customer can be in several segments: the rows add up to more than all answers."))
        if len(ranked) > MAX_LINES:
            notes.append(self.env._("The %(shown)s with most answers of %(all)s.", shown=MAX_LINES, all=len(ranked)))
        return lines, " ".join(notes)

    def _names(self, ids):
        """Return ``{id: name}`` of the members the reader may see."""
        members = self.env[MODELS[self.dimension]].with_context(active_test=False).search([("id", "in", ids)])
        return {member.id: member.display_name for member in members}

    def _prepare_line(self, member, name, row):
        counts = [row[figure] for figure in FIGURES[:3]]
        figure = self._figure(counts)
        answers = sum(counts)
        return {
            "member_id": member,
            "name": name,
            "answers": answers,
            "is_enough": bool(figure),
            "value": figure and figure[0],
            "low": figure and figure[1],
            "high": figure and figure[2],
            "mean": figure and row["total"] / answers,
            "good": row["good"],
            "middle": row["middle"],
            "bad": row["bad"],
            "invited": row["invited"],
            "rate": row["invited"] and row["answered"] / row["invited"],
            "change_text": self._change(row) if figure else self._texts(row)[0],
        }

    def action_open_answers(self):
        """Open the answers behind the headline."""
        self.ensure_one()
        return self._answers_action(Domain.TRUE)

    def _answers_action(self, domain):
        domain &= Domain("company_id", "=", self.company_id.id) & Domain("metric", "=", self.metric)
        domain &= Domain("counted", "=", True) & Domain("answered_on", ">=", self._start())
        domain &= Domain("answered_on", "<", self.company_id._crm_today().replace(day=1) + relativedelta(months=1))
        if self.program_id:
            domain &= Domain("program_id", "=", self.program_id.id)
        return self.env["crm.customer"]._open_answers_of(list(domain))

    def _member_domain(self, member):
        column = {"program": "program_id", "segment": "segment_ids", **DIMENSIONS}[self.dimension]
        return Domain(column, "in", [member]) if member else Domain(column, "=", False)
