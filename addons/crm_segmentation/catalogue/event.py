from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Events")

ENTRIES = (
    Entry(
        code="event_registrations",
        name=_lt("Event Registrations"),
        description=_lt("Number of registrations for events, cancelled ones left out, by the day of registration."),
        model="event.registration",
        domain='[("state", "in", ["open", "done"])]',
        unit=_lt("registrations"),
        values={"partner_path": "partner_id", "date_field": "create_date", "company_path": "company_id"},
    ),
    Entry(
        code="event_attendance",
        name=_lt("Events Attended"),
        description=_lt("Number of registrations whose attendee came, by the day of attendance."),
        model="event.registration",
        domain='[("state", "=", "done")]',
        unit=_lt("registrations"),
        values={"partner_path": "partner_id", "date_field": "date_closed", "company_path": "company_id"},
    ),
)
