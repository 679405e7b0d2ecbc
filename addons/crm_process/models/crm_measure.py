from ast import literal_eval
from datetime import timedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools.misc import format_amount, formatLang

from ..tools.indicator import combine


class CrmMeasure(models.Model):
    """The figure of some sales teams, as stage sheets show it."""

    _inherit = "crm.measure"

    def _team_figure(self, teams, company):
        """Return the figure of ``teams`` over the window that ends today, or None where there is none.

        Where no path leads from the documents to a team, it is the figure of the whole company: see ``_knows_teams``.
        """
        self.ensure_one()
        if self.kind == "ratio":
            part, whole = (side._team_figure(teams, company) for side in (self.numerator_id, self.denominator_id))
            factor = 100.0 if self.as_percentage else 1.0
            return factor * part / whole if whole and part is not None else None
        today = company._crm_today()
        start = today - timedelta(days=self.window_days - 1)
        company = company if self.company_path else self.env["res.company"]
        rows = self.env.execute_query(self._of_teams(teams)._sql_rows(company, start, today))
        return combine(self.aggregate, [(quantity, documents) for _partner, quantity, documents in rows])

    def _of_teams(self, teams):
        """Return the indicator narrowed to the documents of ``teams``; never saved."""
        path = self._team_path()
        if not path or not teams:
            return self
        domain = Domain(literal_eval(self.domain)) & Domain(path, "in", teams.ids)
        return self.new({"domain": repr(list(domain))}, origin=self)

    def _knows_teams(self):
        """Tell whether the figure can be told apart by sales team."""
        self.ensure_one()
        if self.kind == "ratio":
            return self.numerator_id._knows_teams() and self.denominator_id._knows_teams()
        return bool(self._team_path())

    def _team_path(self):
        """Return the path from a document to its sales team: as set, its own field, or the team of its user."""
        own = self.env[self.model_name]._fields.get("team_id")
        if self.team_path or (own and own.comodel_name == "crm.team" and own._description_searchable):
            return self.team_path or "team_id"
        return f"{self.user_path}.sale_team_id" if self.user_path else None

    def _hidden(self):
        """Tell whether the values are not for the user."""
        return bool(self.group_ids) and not self.group_ids & self.env.user.all_group_ids

    def _format_figure(self, figure, company):
        """Return a figure as people read it, with its unit."""
        if self.is_monetary and self.kind == "documents":
            return format_amount(self.env, figure, company.currency_id)
        number = formatLang(self.env, figure, digits=0 if figure == round(figure) else 1)
        unit = "%" if self.kind == "ratio" and self.as_percentage else self.unit
        return f"{number} {unit}" if unit else number
