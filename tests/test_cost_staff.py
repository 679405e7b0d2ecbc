"""Cost to serve next to the apps of human resources: capacity less leave, recorded time, and their going."""

import json

from lib import odoo, templates

APPS = ("hr_timesheet", "hr_holidays")
#: A department with a month of working hours: one person all month, one from the 15th on, one on leave for two days.
WORK = """
from datetime import date, datetime, time, timedelta
import json
from odoo import Command, fields
from odoo.addons.crm_cost.tools.months import fiscal_month

company = env.company
period = env["crm.cost.period"].create({"company_id": company.id})
first, last = period.date_from, period.date_to
calendar = env["resource.calendar"].create({"name": "Eight hours", "tz": "UTC", "company_id": company.id})
company.partner_id.tz = "UTC"
department, other = env["hr.department"].create([{"name": "Service", "company_id": company.id}, {"name": "Other"}])
below = env["hr.department"].create({"name": "Night", "parent_id": department.id, "company_id": company.id})
people = env["hr.employee"].create(
    [
        {"name": name, "company_id": company.id, "department_id": team.id, "resource_calendar_id": calendar.id}
        for name, team in (("All", department), ("Late", below), ("Ill", department), ("Else", other))
    ]
)
everyone, late, ill, _else = people
late.version_id.write({"contract_date_start": first + timedelta(days=14)})
days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
workdays = [day for day in days if day.weekday() < 5]
env["resource.calendar.leaves"].create(
    {
        "name": "Ill",
        "resource_id": ill.resource_id.id,
        "calendar_id": calendar.id,
        "company_id": company.id,
        "time_type": "leave",
        "date_from": datetime.combine(workdays[0], time.min),
        "date_to": datetime.combine(workdays[1], time.max),
    }
)
account = env["account.account"].create({"name": "Wages", "code": "WAGES", "account_type": "expense"})
pool = env["crm.cost.pool"].create(
    {
        "name": "Service",
        "company_id": company.id,
        "rate_basis": "month",
        "account_ids": [Command.set(account.ids)],
        "capacity_source": "staff",
        "staff_model": "hr.department",
        "staff_id": department.id,
        "practical_share": 0.8,
    }
)
[(minutes, number)] = pool._capacities([(first, last)])
expected = 8 * 60 * 0.8 * (2 * len(workdays) - 2 + sum(day >= first + timedelta(days=14) for day in workdays))
assert abs(minutes - expected) < 0.01, (minutes, expected)
assert number == 3 and not pool.is_small, number
everyone.active = False
env.invalidate_all()
assert pool._capacities([(first, last)])[0][1] == 2

# Recorded time: minutes only, whatever the hours are said to cost.
customer = env["res.partner"].create({"name": "Customer", "is_company": True})
contact = env["res.partner"].create({"name": "Contact", "parent_id": customer.id})
billable = {"allow_billable": True} if "allow_billable" in env["project.project"] else {}
project = env["project.project"].create(
    {"name": "P", **billable, "partner_id": contact.id, "company_id": company.id}
)
inside = env["project.project"].create({"name": "Inside", "company_id": company.id})
env["account.analytic.line"].create(
    [
        {"name": "Work", "project_id": where.id, "employee_id": late.id, "date": first, "unit_amount": hours}
        for where, hours in ((project, 2.5), (project, 1.0), (project, -0.5), (inside, 4.0))
    ]
)
env["crm.measure.catalogue"]._create_measures(["timesheet_hours"])
measure = env["crm.measure"].search([("code", "=", "timesheet_hours")])
activity = env["crm.cost.activity"].create(
    {
        "name": "Recorded work",
        "pool_id": pool.id,
        "measure_id": measure.id,
        "minutes_per_unit": 999,
        "time_source": "timesheet",
    }
)
trial = str(activity.trial_html)
assert "150" in trial and "Customer" in trial and "alert" not in trial, trial
period._compute_period()
lines = period.line_ids.filtered("activity_id")
result = period.result_ids
setup = env["crm.cost.setup"].create({"company_id": company.id})
print("@@", json.dumps({
    "used": result.used_minutes,
    "quantities": sorted(lines.mapped("quantity")),
    "customers": lines.partner_id.mapped("name"),
    "difference": period.difference,
    "restricted": result.restricted,
    "staff": setup._propose_staff(company).get("service", [0])[0],
}))
env.cr.commit()
"""
#: The employees app is gone: the pool says that it has no capacity, and nothing breaks.
GONE = """
import json
module = env["ir.module.module"].search([("name", "in", ("hr_timesheet", "hr_holidays", "hr"))])
module.button_immediate_uninstall()
env = env(cr=env.cr)
print("@@", json.dumps(sorted(module.mapped("state"))))
"""
AFTER = """
import json
pool = env["crm.cost.pool"].search([("name", "=", "Service")])
period = env["crm.cost.period"].search([], limit=1)
period._compute_period()
view = {"capacity_source": {}, "staff_model": {}, "staff_id": {"fields": {"display_name": {}}}, "hint": {}}
[shown] = pool.web_read(view)
print("@@", json.dumps([pool._capacities([(period.date_from, period.date_to)])[0][0], period.difference,
                        bool(shown["hint"]), period.result_ids.issue]))
"""


def said(log):
    return json.loads(log.split("@@ ")[-1].splitlines()[0])


def test_capacity_and_recorded_time_of_employees(copy_of):
    database = copy_of(templates.suite(["crm_cost"]))
    shell = ("shell", "-d", database, "--no-http", "--log-level=warn")
    log = odoo.run("-d", database, "-i", ",".join(APPS), "--stop-after-init", "--no-http", log="cost-apps.log")
    assert not odoo.alarms(log)
    figures = said(odoo.run(*shell, script=WORK, log="cost-work.log"))
    assert figures == {
        "used": 180 + 240,
        "quantities": [1, 3],
        "customers": ["Customer"],
        "difference": 0,
        "restricted": True,
        "staff": 2,
    }
    assert set(said(odoo.run(*shell, script=GONE, log="cost-gone.log"))) == {"uninstalled"}
    assert said(odoo.run(*shell, script=AFTER, log="cost-after.log")) == [0, 0, True, "no_capacity"]
