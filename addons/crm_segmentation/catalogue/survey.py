from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Surveys")

ENTRIES = (
    Entry(
        code="survey_answers",
        name=_lt("Survey Answers"),
        description=_lt("Number of surveys the customer completed, by the day they were completed."),
        model="survey.user_input",
        domain='[("state", "=", "done"), ("test_entry", "=", False)]',
        unit=_lt("surveys"),
        values={"partner_path": "partner_id", "date_field": "end_datetime", "company_path": False},
    ),
)
