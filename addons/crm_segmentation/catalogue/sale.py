from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Sales")

ORDERS = {
    "partner_path": "partner_id",
    "date_field": "date_order",
    "company_path": "company_id",
    "user_path": "user_id",
    "team_path": "team_id",
}
# A quotation changes its order date when it is confirmed; both parts of the acceptance go by the day it was written.
QUOTATIONS = {**ORDERS, "date_field": "create_date"}

ENTRIES = (
    Entry(
        code="orders",
        name=_lt("Sales Orders"),
        description=_lt("Number of confirmed sales orders, by order date."),
        model="sale.order",
        domain='[("state", "=", "sale")]',
        unit=_lt("orders"),
        recommended=True,
        values=ORDERS,
    ),
    Entry(
        code="order_value",
        name=_lt("Value of Sales Orders"),
        description=_lt("Confirmed sales orders, untaxed, by order date, in company currency."),
        model="sale.order",
        domain='[("state", "=", "sale")]',
        values={**ORDERS, "aggregate": "sum", "value_field": "amount_untaxed", "is_monetary": True},
    ),
    Entry(
        code="quotations",
        name=_lt("Quotations"),
        description=_lt("Number of quotations the customer was sent, accepted or not, by the day they were written."),
        model="sale.order",
        domain='[("state", "in", ["sent", "sale", "cancel"])]',
        unit=_lt("quotations"),
        recommended=True,
        values=QUOTATIONS,
    ),
    Entry(
        code="quotations_accepted",
        name=_lt("Quotations Accepted"),
        description=_lt("Number of quotations that became an order, by the day they were written."),
        model="sale.order",
        domain='[("state", "=", "sale")]',
        unit=_lt("quotations"),
        values=QUOTATIONS,
    ),
    Entry(
        code="quote_acceptance",
        name=_lt("Quote Acceptance"),
        description=_lt("Share of the quotations sent that became an order."),
        unit="%",
        recommended=True,
        numerator="quotations_accepted",
        denominator="quotations",
    ),
    Entry(
        code="margin",
        name=_lt("Margin"),
        description=_lt("Margin of confirmed sales orders, by order date, in company currency."),
        model="sale.order",
        domain='[("state", "=", "sale")]',
        groups=("sales_team.group_sale_salesman_all_leads",),
        values={**ORDERS, "aggregate": "sum", "value_field": "margin", "is_monetary": True},
    ),
)
