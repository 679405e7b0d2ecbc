from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Helpdesk")

TICKETS = {
    "partner_path": "partner_id",
    "date_field": "create_date",
    "company_path": "company_id",
    "user_path": "user_id",
}

ENTRIES = (
    Entry(
        code="tickets",
        name=_lt("Tickets"),
        description=_lt("Number of tickets, by the day they were opened."),
        model="helpdesk.ticket",
        unit=_lt("tickets"),
        recommended=True,
        values=TICKETS,
    ),
    Entry(
        code="ticket_time",
        name=_lt("Time to Close a Ticket"),
        description=_lt("Median working hours from opening a ticket to closing it."),
        model="helpdesk.ticket",
        domain='[("closed_date", "!=", False)]',
        unit=_lt("hours"),
        values={
            **TICKETS,
            "aggregate": "median",
            "value_source": "elapsed",
            "elapsed_from": "create_date",
            "elapsed_to": "closed_date",
            "elapsed_unit": "working_hours",
        },
    ),
)
