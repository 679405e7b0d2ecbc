from odoo.tools import LazyTranslate

from .entry import Entry

_lt = LazyTranslate(__name__)

FAMILY = _lt("Project")

ENTRIES = (
    Entry(
        code="tasks",
        name=_lt("Tasks"),
        description=_lt("Number of tasks for the customer, by the day they were created."),
        model="project.task",
        domain='[("is_template", "=", False)]',
        unit=_lt("tasks"),
        values={
            "partner_path": "partner_id",
            "date_field": "create_date",
            "company_path": "company_id",
            "user_path": "user_ids",
        },
    ),
    Entry(
        code="timesheet_hours",
        name=_lt("Timesheet Hours"),
        description=_lt("Hours recorded on projects and tasks for the customer, by day."),
        model="account.analytic.line",
        domain='[("project_id", "!=", False)]',
        unit=_lt("hours"),
        recommended=True,
        values={
            "partner_path": "partner_id",
            "date_field": "date",
            "company_path": "company_id",
            "user_path": "user_id",
            "aggregate": "sum",
            "value_field": "unit_amount",
        },
    ),
)
