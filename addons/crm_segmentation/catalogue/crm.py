from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("CRM")

LEADS = {
    "partner_path": "partner_id",
    "date_field": "create_date",
    "company_path": "company_id",
    "user_path": "user_id",
    "team_path": "team_id",
}

ENTRIES = (
    Entry(
        code="leads",
        name=_lt("Leads and Opportunities"),
        description=_lt("Number of leads and opportunities, lost ones too, by the day they were created."),
        model="crm.lead",
        unit=_lt("leads"),
        values=LEADS,
    ),
    Entry(
        code="leads_won",
        name=_lt("Opportunities Won"),
        description=_lt("Number of opportunities won, by the day they were created."),
        model="crm.lead",
        domain='[("won_status", "=", "won")]',
        unit=_lt("opportunities"),
        values=LEADS,
    ),
    Entry(
        code="win_rate",
        name=_lt("Win Rate"),
        description=_lt("Share of the leads and opportunities that were won."),
        unit="%",
        numerator="leads_won",
        denominator="leads",
    ),
    Entry(
        code="campaign_cost",
        name=_lt("Campaign and Event Cost"),
        description=_lt(
            "The customer's equal share of what a campaign or event cost, on the day the customer first came through "
            "it. Enter the cost on the campaign."
        ),
        model="crm.marketing.cost",
        values={
            "partner_path": "commercial_partner_id",
            "date_field": "first_date",
            "company_path": "company_id",
            "aggregate": "sum",
            "value_field": "amount",
            "is_monetary": True,
        },
    ),
)
