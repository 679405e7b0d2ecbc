"""Indicator values in words: amount with unit or currency, period, method, change, and the way to the documents."""

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date, formatLang

#: Aggregates that are whole numbers.
WHOLE = {"count", "days", "distinct"}


class CrmMeasureValue(models.Model):
    _inherit = "crm.measure.value"

    lifetime_text = fields.Char(string="Until Today", compute="_compute_texts", help="Over all documents up to today.")
    window_text = fields.Char(
        string="In the Period", compute="_compute_texts", help="Over the documents dated in the period."
    )
    before_text = fields.Char(
        string="Before", compute="_compute_texts", help="Over the period of the same length before."
    )
    trend_text = fields.Char(
        string="Trend", compute="_compute_trend_text", help="Change of this period against the one before."
    )
    period = fields.Char(compute="_compute_basis", help="First and last day of the period.")
    basis = fields.Char(
        compute="_compute_basis",
        help="How the documents are made into one figure, its currency, and the company where there are several. "
        "Documents that belong to no company, such as meetings, are shown in the profiles of all companies.",
    )
    can_open = fields.Boolean(compute="_compute_can_open", help="Whether you may open the documents.")

    @api.depends("quantity", "quantity_window", "quantity_before", "measure_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        """Read the columns themselves: a float field shows 0 where a figure is undefined (mean of no documents)."""
        columns = ("quantity", "quantity_window", "quantity_before")
        fetch = SQL(
            "SELECT id, %s FROM crm_measure_value WHERE id IN %s",
            SQL(", ").join(map(SQL.identifier, columns)),
            tuple(self.ids) or (0,),
        )
        self.flush_model(columns)
        figures = {row[0]: row[1:] for row in self.env.execute_query(fetch)}
        for value in self:
            lifetime, window, before = figures.get(value.id, (None, None, None))
            value.lifetime_text = value._quantity_text(lifetime)
            value.window_text = value._quantity_text(window)
            value.before_text = value._quantity_text(before)

    @api.depends("trend", "change_percent")
    def _compute_trend_text(self):
        """Show an arrow, with the change in percent where there is something to compare with."""
        arrows = {"up": "▲", "begun": "▲", "same": "=", "down": "▼"}
        for value in self:
            value.trend_text = arrows.get(value.trend, "")
            if value.trend in ("up", "down"):
                value.trend_text += f" {value.change_percent:+.0f} %"

    @api.depends("measure_id", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_basis(self):
        """State the period, and method, currency and company, of each figure."""
        several = self.env.user.has_group("base.group_multi_company")
        for value in self:
            measure = value.measure_id
            start, end, _before = measure._window(value.company_id)
            value.period = f"{format_date(self.env, start)} – {format_date(self.env, end)}"
            company = value.company_id.name if several else ""
            if not value.company_id:
                company = self.env._("No company")
            value.basis = " · ".join(part for part in (measure.method, value._currency().name, company) if part)

    @api.depends("measure_id")
    @api.depends_context("uid")
    def _compute_can_open(self):
        for value in self:
            measure = value.measure_id
            model = (measure.denominator_id if measure.kind == "ratio" else measure).model_name
            value.can_open = model in self.env and self.env[model].has_access("read")

    # Words

    def _label(self):
        """Return the name of the indicator; marked where documents with and without a company are told apart."""
        self.ensure_one()
        measure = self.measure_id
        if self.company_id or not measure.company_path:
            return measure.name
        return self.env._("%(indicator)s (no company)", indicator=measure.name)

    def _currency(self):
        """Return the currency of the amounts; an empty one when they are no money, or belong to no company."""
        self.ensure_one()
        return self.company_id.currency_id if self.measure_id.is_monetary else self.env["res.currency"]

    def _unit_text(self):
        """Return currency or unit of the figures, as it stands behind a number; empty where there is none."""
        self.ensure_one()
        measure = self.measure_id
        if (measure.kind == "ratio" and measure.as_percentage) or measure.aggregate == "within":
            return "%"
        return self._currency().name or measure.unit or ""

    def _quantity_text(self, quantity):
        """Return a figure with its unit or currency in the reader's language; a dash where it is undefined."""
        if quantity is None:
            return "–"
        if currency := self._currency():
            return format_amount(self.env, quantity, currency)
        measure = self.measure_id
        whole = measure.kind == "documents" and measure.aggregate in WHOLE
        number = formatLang(self.env, quantity, digits=0 if whole and float(quantity).is_integer() else 2)
        unit = self._unit_text()
        return f"{number} {unit}" if unit else number

    # Actions

    def action_open_documents(self):
        """Open the documents behind the figure; ``period`` in the context is window, before or lifetime."""
        self.ensure_one()
        self.check_access("read")
        first, last, before = self.measure_id._window(self.company_id)
        # ``last`` of the period before is the day before the window begins.
        periods = {"window": (first, last), "before": (before, fields.Date.subtract(first, days=1))}
        period = periods.get(self.env.context.get("period"), (None, last))
        return self.measure_id._documents_action(self.partner_id, self.company_id, *period)
