from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Marketing and Website")

MAILINGS = {"partner_path": "commercial_partner_id", "date_field": "happened_at", "company_path": False}
VISITS = {"partner_path": "visitor_id.partner_id", "date_field": "visit_datetime", "company_path": False}

ENTRIES = (
    Entry(
        code="mailings_opened",
        name=_lt("Mailings Opened"),
        description=_lt("Number of mailings the customer opened, by the day they were opened."),
        model="crm.contact.event",
        domain='[("kind", "=", "mailing_open")]',
        unit=_lt("mailings"),
        needs=("mailing.trace",),
        values=MAILINGS,
    ),
    Entry(
        code="mailings_clicked",
        name=_lt("Mailings Clicked"),
        description=_lt("Number of mailings in which the customer followed a link, by the day of the last click."),
        model="crm.contact.event",
        domain='[("kind", "=", "mailing_click")]',
        unit=_lt("mailings"),
        needs=("mailing.trace",),
        values=MAILINGS,
    ),
    Entry(
        code="website_visits",
        name=_lt("Website Visits"),
        description=_lt("Number of days on which the customer visited the website, for visitors who are known."),
        model="website.track",
        unit=_lt("days"),
        values={**VISITS, "aggregate": "days"},
    ),
    Entry(
        code="website_pages",
        name=_lt("Website Pages Seen"),
        description=_lt("Number of pages of the website the customer saw, for visitors who are known."),
        model="website.track",
        unit=_lt("pages"),
        values=VISITS,
    ),
)
