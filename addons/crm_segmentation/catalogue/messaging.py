from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Discuss")

CONTACTS = {
    "partner_path": "commercial_partner_id",
    "date_field": "happened_at",
    "company_path": "company_id",
    "user_path": "user_id",
}
REPLIES = {
    "partner_path": "commercial_partner_id",
    "date_field": "received_at",
    "company_path": "company_id",
    "user_path": "user_id",
    "value_source": "elapsed",
    "elapsed_from": "received_at",
    "elapsed_to": "answered_at",
    "elapsed_unit": "working_minutes",
}

ENTRIES = (
    Entry(
        code="contacts_in",
        name=_lt("Contacts from the Customer"),
        description=_lt("Mails the customer wrote on our documents, and meetings."),
        model="crm.contact.event",
        domain='[("direction", "in", ["in", "both"])]',
        unit=_lt("contacts"),
        recommended=True,
        values=CONTACTS,
    ),
    Entry(
        code="contacts_out",
        name=_lt("Contacts to the Customer"),
        description=_lt("Mails sent to the customer, calls made, and meetings."),
        model="crm.contact.event",
        domain='[("direction", "in", ["out", "both"])]',
        unit=_lt("contacts"),
        recommended=True,
        values=CONTACTS,
    ),
    Entry(
        code="mails_received",
        name=_lt("Mails Received"),
        description=_lt("Mails and messages the customer wrote on our documents."),
        model="crm.contact.event",
        domain='[("kind", "=", "mail"), ("direction", "=", "in")]',
        unit=_lt("mails"),
        values=CONTACTS,
    ),
    Entry(
        code="mails_sent",
        name=_lt("Mails Sent"),
        description=_lt("Mails employees sent to the customer from our documents; automatic ones do not count."),
        model="crm.contact.event",
        domain='[("kind", "=", "mail"), ("direction", "=", "out")]',
        unit=_lt("mails"),
        values=CONTACTS,
    ),
    Entry(
        code="calls",
        name=_lt("Calls"),
        description=_lt("Activities of the type call that were done, on any document of the customer."),
        model="crm.contact.event",
        domain='[("kind", "=", "call")]',
        unit=_lt("calls"),
        values=CONTACTS,
    ),
    Entry(
        code="phone_calls",
        name=_lt("Phone Calls Held"),
        description=_lt("Phone calls that were held, by their date."),
        model="crm.phonecall",
        domain='[("state", "=", "done")]',
        unit=_lt("calls"),
        values={
            "partner_path": "partner_id",
            "date_field": "date",
            "company_path": "company_id",
            "user_path": "user_id",
            "team_path": "team_id",
        },
    ),
    Entry(
        code="activities",
        name=_lt("Activities Done"),
        description=_lt("Activities that were done on documents of the customer, calls included."),
        model="crm.contact.event",
        domain='[("kind", "in", ["activity", "call"])]',
        unit=_lt("activities"),
        values=CONTACTS,
    ),
    Entry(
        code="reply_time",
        name=_lt("Reply Time"),
        description=_lt(
            "Median time from a mail of the customer to the first answer of an employee on the same document, in "
            "working minutes."
        ),
        model="crm.reply",
        domain='[("answered_at", "!=", False)]',
        unit=_lt("minutes"),
        recommended=True,
        values={**REPLIES, "aggregate": "median"},
    ),
    Entry(
        code="replies_in_time",
        name=_lt("Replies Within 5 Minutes"),
        description=_lt("Share of the answered mails of the customer that were answered within 5 working minutes."),
        model="crm.reply",
        domain='[("answered_at", "!=", False)]',
        unit="%",
        recommended=True,
        values={**REPLIES, "aggregate": "within", "limit_operator": "<=", "limit_value": 5},
    ),
    Entry(
        code="live_chats",
        name=_lt("Live Chats"),
        description=_lt("Live chats the customer took part in under their own name, by their start."),
        model="discuss.channel",
        domain='[("channel_type", "=", "livechat")]',
        unit=_lt("chats"),
        values={"partner_path": "livechat_customer_partner_ids", "date_field": "create_date", "company_path": False},
    ),
)
