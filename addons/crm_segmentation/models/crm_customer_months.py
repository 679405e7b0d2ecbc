"""The chart of a customer's months. Its methods are public, and answer only what the reader sees on the profile."""

from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import babel_locale_parse, get_lang

MONTHS = 24


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    @api.readonly
    def get_months(self, value_id=False):
        """Return the indicators of this profile and the months of one of them, oldest first.

        :param value_id: id of one of the offered indicator values; the first one when left out
        :return: dict with ``indicators`` (id, name), ``value_id``, ``name``, ``basis`` (what the figures stand on),
            ``can_open`` (whether the reader may open the documents), ``is_empty`` and ``months`` (month as ISO date,
            label, quantity or None when undefined, documents, text with unit or currency)
        """
        values = self._visible_values()
        if not values:
            return {"indicators": []}
        value = self._chosen_value(value_id) if value_id else values[0]
        months = value.measure_id._months(self.partner_id, value.company_id, MONTHS)
        return {
            "indicators": [{"id": each.id, "name": each._label()} for each in values],
            "value_id": value.id,
            "name": value._label(),
            "basis": self.env._("Last %(number)s months: %(basis)s", number=MONTHS, basis=value.basis),
            "can_open": value.can_open,
            "is_empty": not any(month["documents"] for month in months),
            "months": [self._prepare_month(value, month) for month in months],
        }

    def action_open_month(self, value_id, month):
        """Open the documents of one month behind the chart.

        :param value_id: id of one of the values that ``get_months`` offered
        :param month: any day of the month, as ISO text
        """
        value = self._chosen_value(value_id)
        try:
            first = fields.Date.to_date(month).replace(day=1)
            last = first + relativedelta(months=1, days=-1)
        except (AttributeError, TypeError, ValueError) as error:
            raise UserError(self.env._("%(month)s is no month.", month=month)) from error
        action = value.measure_id._documents_action(self.partner_id, value.company_id, first, last)
        # Asked for by a script and not by a button, so nobody else fills in the views.
        return {**action, "views": [(False, view) for view in action["view_mode"].split(",")]}

    def _visible_values(self):
        """Return the indicator values of this customer that the reader may see: of this company and of none.

        Searched with the reader's rights, so that hidden indicators and other companies are left out.
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.measure.value"].search(self._values_domain())

    def _values_domain(self):
        return [
            ("partner_id", "in", self.partner_id.ids),
            ("company_id", "in", [False, *self.company_id.ids]),
            ("measure_id.active", "=", True),
        ]

    def _chosen_value(self, value_id):
        """Return the visible value with this id; a hidden one gets the answer of one that does not exist."""
        value = self._visible_values().filtered(lambda each: each.id == value_id)
        if not value:
            raise UserError(self.env._("This indicator is not counted for this customer, or you may not see it."))
        return value

    def _prepare_month(self, value, month):
        # The language orders month and year: Nov 2026, 2026年11月.
        locale = babel_locale_parse(get_lang(self.env).code)
        return {
            "month": fields.Date.to_string(month["month"]),
            "label": format_skeleton("yMMM", month["month"], locale=locale),
            "quantity": month["quantity"],
            "documents": month["documents"],
            "text": value._quantity_text(month["quantity"]),
        }
