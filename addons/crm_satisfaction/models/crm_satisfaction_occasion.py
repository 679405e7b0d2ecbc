"""Ready occasions: what happened, and how the documents of the installed apps tell of it."""

from dataclasses import dataclass, field

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


@dataclass(frozen=True)
class Occasion:
    """``needs`` is a field without which the documents do not tell of the occasion: other apps add some of them."""

    name: str
    model: str
    needs: str
    values: dict = field(default_factory=dict)


def _occasion(name, model, date_field, domain, partner_path="partner_id", company_path="company_id"):
    values = {"domain": domain, "partner_path": partner_path, "date_field": date_field, "company_path": company_path}
    return Occasion(name, model, date_field, values)


OCCASIONS = {
    "delivery": _occasion(
        _lt("Delivery done"),
        "stock.picking",
        "date_done",
        '[("state", "=", "done"), ("picking_type_id.code", "=", "outgoing")]',
    ),
    "order": _occasion(_lt("Sales order confirmed"), "sale.order", "date_order", '[("state", "=", "sale")]'),
    # The day on which nothing was left to pay is on no invoice; see crm.payment.delay.
    "paid": _occasion(_lt("Invoice paid"), "crm.payment.delay", "paid_date", "[]", partner_path="move_id.partner_id"),
    "meeting": _occasion(
        _lt("Meeting held"),
        "calendar.event",
        "stop",
        '[("privacy", "!=", "private")]',
        partner_path="partner_ids",
        company_path=False,
    ),
    "ticket": _occasion(_lt("Ticket closed"), "helpdesk.ticket", "closed_date", '[("closed_date", "!=", False)]'),
    "task": _occasion(
        _lt("Task done"),
        "project.task",
        "date_last_stage_update",
        '[("state", "=", "1_done"), ("is_template", "=", False)]',
    ),
    "cycle": _occasion(_lt("After-sales closed"), "crm.lead", "followup_end", '[("followup_outcome", "!=", False)]'),
    "won": _occasion(_lt("Opportunity won"), "crm.lead", "date_closed", '[("won_status", "=", "won")]'),
    "lost": _occasion(_lt("Opportunity lost"), "crm.lead", "date_closed", '[("won_status", "=", "lost")]'),
}
#: Documents that exist only to be counted, and the real ones of the same number that a question is about.
STAND_FOR = {"crm.payment.delay": "account.move"}


def selection_occasion(records):
    """Return the occasions of the apps in use, by name."""
    env = records.env
    offered = {
        code: ready
        for code, ready in OCCASIONS.items()
        if ready.model in env and ready.needs in env[ready.model]._fields
    }
    return [(code, env._(ready.name)) for code, ready in offered.items()]
