"""The time equation tried on real documents, while it is being written."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date, formatLang

from ..tools import time_equation

TRIAL_DOCUMENTS = 10
#: The latest documents are looked for in these days first: lines of all times take long to count.
TRIAL_DAYS = 60


class CrmCostActivity(models.Model):
    _name = "crm.cost.activity"
    _inherit = ["crm.cost.activity", "crm.preview.mixin"]

    trial_html = fields.Html(
        string="Trial",
        compute="_compute_trial_html",
        sanitize=False,  # made by our own template, which escapes what users typed
        groups="crm_cost.group_profit_manager",
        help="The latest documents that you may read, with the minutes the time equation gives them. Nothing is saved.",
    )

    @api.depends(
        "measure_id",
        "minutes_per_unit",
        "time_source",
        "term_ids.kind",
        "term_ids.field_path",
        "term_ids.domain",
        "term_ids.minutes",
        "term_ids.name",
        "pool_id",
    )
    @api.depends_context("uid", "company", "lang")
    def _compute_trial_html(self):
        for activity in self:
            values = {"hint": self.env._("Choose an indicator to see what its documents take.")}
            if activity.measure_id:
                values = activity._preview_safely({}, activity._trial_values)
            activity.trial_html = self.env["ir.qweb"]._render("crm_cost.activity_trial", values)

    def _trial_values(self):
        """Return what the template shows: with the rights of whoever looks, and never more than he may see."""
        measure_sudo = self.sudo().measure_id
        if not self.env[measure_sudo.model_name].has_access("read"):
            raise AccessError(measure_sudo.model_name)
        recorded = self.time_source == "timesheet"
        names = [self.env._("Recorded")] if recorded else [term.display_name for term in self._equation_terms()]
        terms = self._trial_terms()
        timed = measure_sudo._as_viewer().with_context(crm_cost_terms=terms, crm_cost_apart=True)
        today = self.env.company._crm_today()
        recent = timed.with_context(crm_cost_span=(fields.Date.subtract(today, days=TRIAL_DAYS), today))
        rows = self._trial_rows(recent, len(terms), today) or self._trial_rows(timed, len(terms), today)
        return {
            "recorded": recorded,
            "names": names,
            "rows": [self._trial_row(timed, *row) for row in rows],
        }

    def _trial_rows(self, timed, count, today):
        """Return the latest documents with the minutes of each term, whoever they are for."""
        columns = [SQL("amount::numeric"), *(SQL.identifier(f"term_{number}") for number in range(count))]
        return self._preview_query(
            SQL(
                "SELECT document_id, partner_id, day, %s FROM (%s) doc WHERE day <= %s"
                " ORDER BY day DESC, document_id DESC, partner_id LIMIT %s",
                SQL(", ").join(columns),
                timed._cost_documents_sql(self.env.company if timed.company_path else self.env["res.company"]),
                today,
                TRIAL_DOCUMENTS,
            )
        )

    def _trial_terms(self):
        """Return the terms as plain values, if the viewer may ask what they ask."""
        if self.time_source == "timesheet":
            return (("recorded", "unit_amount", "[]", 60),)
        for term in self._equation_terms():
            term._check_usable(self.sudo().measure_id, self.env.user)
        return self._term_values()

    def _trial_row(self, timed, document, partner, day, amount, *terms):
        """Return one line of the trial: the document, its minutes by term, and together."""
        base = 0.0 if self.time_source == "timesheet" else self.minutes_per_unit
        quantity = amount if timed.aggregate == "sum" and base else 1
        total, possible = time_equation.minutes(base, quantity, terms)
        documents = self.env[timed.model_name].with_context(active_test=False)
        customer = self.env["res.partner"].browse(partner)._filtered_access("read")
        return {
            **timed._preview_link(documents.browse(document)),
            "day": format_date(self.env, day),
            "customer": customer.display_name or "",
            "minutes": [self._trial_number(number) for number in (base * quantity, *terms)],
            "total": self._trial_number(total),
            "possible": possible,
        }

    def _trial_number(self, number):
        return formatLang(self.env, float(number), digits=0 if float(number).is_integer() else 2)
