from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Calendar")

# Through the contacts and not through the attendees of the meeting: our own people attend, and are no customers.
MEETINGS = {
    "partner_path": "commercial_partner_id",
    "date_field": "happened_at",
    "company_path": False,
    "user_path": "user_id",
}

ENTRIES = (
    Entry(
        code="customer_meetings",
        name=_lt("Meetings"),
        description=_lt("Number of meetings the customer attended; private and declined ones do not count."),
        model="crm.contact.event",
        domain='[("kind", "=", "meeting")]',
        unit=_lt("meetings"),
        recommended=True,
        values=MEETINGS,
    ),
    Entry(
        code="meeting_hours",
        name=_lt("Meeting Hours"),
        description=_lt("Hours of the meetings the customer attended; each customer gets the whole meeting."),
        model="crm.contact.event",
        domain='[("kind", "=", "meeting")]',
        unit=_lt("hours"),
        values={**MEETINGS, "aggregate": "sum", "value_field": "hours"},
    ),
)
