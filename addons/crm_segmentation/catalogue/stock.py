from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Inventory")

TRANSFERS = {
    "partner_path": "partner_id",
    "date_field": "date_done",
    "company_path": "company_id",
    "user_path": "user_id",
}
GOODS = {
    "partner_path": "picking_id.partner_id",
    "date_field": "date",
    "company_path": "company_id",
    "aggregate": "sum",
    "value_field": "quantity",
}
DELIVERED = '[("state", "=", "done"), ("picking_type_id.code", "=", "outgoing")]'
RETURNED = '[("state", "=", "done"), ("picking_type_id.code", "=", "incoming"), ("return_id", "!=", False)]'

ENTRIES = (
    Entry(
        code="deliveries",
        name=_lt("Deliveries"),
        description=_lt("Number of deliveries done, by the day they were done."),
        model="stock.picking",
        domain=DELIVERED,
        unit=_lt("deliveries"),
        recommended=True,
        values=TRANSFERS,
    ),
    Entry(
        code="returns",
        name=_lt("Returns"),
        description=_lt("Number of returned deliveries received, by the day they were received."),
        model="stock.picking",
        domain=RETURNED,
        unit=_lt("returns"),
        values=TRANSFERS,
    ),
    Entry(
        code="goods_delivered",
        name=_lt("Goods Delivered"),
        description=_lt("Quantity of goods that went to the customer, in the unit of each transfer."),
        model="stock.move",
        domain='[("state", "=", "done"), ("location_dest_id.usage", "=", "customer")]',
        unit=_lt("units"),
        values=GOODS,
    ),
    Entry(
        code="goods_returned",
        name=_lt("Goods Returned"),
        description=_lt("Quantity of goods that came back from the customer, in the unit of each transfer."),
        model="stock.move",
        domain='[("state", "=", "done"), ("location_id.usage", "=", "customer")]',
        unit=_lt("units"),
        values=GOODS,
    ),
    Entry(
        code="return_rate",
        name=_lt("Return Rate"),
        description=_lt("Goods that came back as a share of the goods delivered, by quantity."),
        unit="%",
        recommended=True,
        numerator="goods_returned",
        denominator="goods_delivered",
    ),
    Entry(
        code="on_time_delivery",
        name=_lt("On-time Delivery"),
        description=_lt(
            "Share of the deliveries that were done by their deadline; deliveries without one do not count."
        ),
        model="stock.picking",
        domain=DELIVERED[:-1] + ', ("date_deadline", "!=", False)]',
        unit="%",
        recommended=True,
        values={
            **TRANSFERS,
            "value_source": "elapsed",
            "elapsed_from": "date_deadline",
            "elapsed_to": "date_done",
            "elapsed_unit": "hours",
            "aggregate": "within",
            "limit_operator": "<=",
            "limit_value": 0,
        },
    ),
)
