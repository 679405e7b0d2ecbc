"""How the preview of an indicator says what it found."""

from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount, format_date


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _preview_sentences(self, documents, customers, first, last, total, window):
        """Return two sentences: what was found, and what it comes to."""
        if not documents:
            return {}
        aggregates = dict(self._fields["aggregate"]._description_selection(self.env))
        return {
            "found": self.env._(
                "%(documents)s documents of %(customers)s customers, from %(first)s to %(last)s.",
                documents=_bold(documents),
                customers=_bold(customers),
                first=format_date(self.env, first),
                last=format_date(self.env, last),
            ),
            "result": self.env._(
                "%(method)s: %(total)s over all the time, %(window)s in the last %(days)s days.",
                method=aggregates[self.aggregate],
                total=_bold(self._preview_figure(total)),
                window=_bold(self._preview_figure(window)),
                days=self.window_days,
            ),
        }

    def _preview_headings(self, parts):
        """Return the texts around the figures of a ratio; the windows are those of its parts."""
        return {
            "last_days": self.env._("Last %(days)s days", days=self.numerator_id.window_days),
            "divided": self.env._("divided by %(name)s", name=parts[1]["name"]),
        }

    def _preview_figure(self, number):
        """Return a figure with its unit; none where there is no document to make one of."""
        if number is None:
            return self.env._("none")
        if self.is_monetary and self.aggregate not in ("count", "days", "distinct", "within"):
            return format_amount(self.env, float(number), self.env.company.currency_id)
        unit = self.unit or ("%" if self.aggregate == "within" else "")
        return f"{self._preview_number(number)} {unit}".strip()

    def _preview_amount(self, amount):
        """Return what was read from a document."""
        if amount is None or self.aggregate in ("count", "days"):
            return ""
        if self.aggregate == "distinct":
            return self._preview_value(amount)
        if self.is_monetary:
            return format_amount(self.env, float(amount), self.env.company.currency_id)
        unit = self.unit if self.aggregate != "within" else ""
        return f"{self._preview_number(amount)} {unit or ''}".strip()

    def _preview_value(self, value):
        """Return the name behind a counted value, when the viewer may read it."""
        model = self.env[self.model_name]
        for name in self.value_field.split("."):
            field = model._fields[name]
            model = self.env[field.comodel_name] if field.relational else model
        if not field.relational:
            return str(value)
        return model.browse(value)._filtered_access("read").display_name or str(value)

    def _preview_number(self, number):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        digits = 0 if float(number).is_integer() else 2
        return lang.format(f"%.{digits}f", float(number), grouping=True)


def _bold(text):
    return Markup("<b>%s</b>") % text
