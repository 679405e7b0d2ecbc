from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Point of Sale")

ORDERS = {
    "partner_path": "partner_id",
    "date_field": "date_order",
    "company_path": "company_id",
    "user_path": "user_id",
}

ENTRIES = (
    Entry(
        code="pos_orders",
        name=_lt("Point of Sale Orders"),
        description=_lt("Number of paid orders at the point of sale, refunds left out, by order date."),
        model="pos.order",
        domain='[("state", "in", ["paid", "done"]), ("amount_total", ">=", 0)]',
        unit=_lt("orders"),
        recommended=True,
        values=ORDERS,
    ),
    Entry(
        code="pos_revenue",
        name=_lt("Point of Sale Revenue"),
        description=_lt("Paid orders at the point of sale less refunds, taxes included, by order date."),
        model="pos.order",
        domain='[("state", "in", ["paid", "done"])]',
        values={**ORDERS, "aggregate": "sum", "value_field": "amount_total", "is_monetary": True},
    ),
)
