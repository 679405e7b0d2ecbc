"""How many minutes of work a pool can give in each month: typed, from a working schedule, or from its people's."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.time_equation import minutes_by_month


class CrmCostPool(models.Model):
    _inherit = "crm.cost.pool"

    capacity_source = fields.Selection(
        [
            ("fixed", "The same every month"),
            ("calendar", "Working hours of a schedule"),
            ("staff", "Working hours of its people"),
        ],
        required=True,
        default="fixed",
        groups="crm_cost.group_profit_manager",
        help="The same every month: people x hours x practical share, or your own figure. Working hours of a schedule: "
        "people x the hours of that month, without public holidays. Working hours of its people: those of a department "
        "or sales team, by each person's own schedule, without public holidays and without the leave they took.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Schedule",
        check_company=True,
        groups="crm_cost.group_profit_manager",
        help="Whose hours count; that of the company if empty.",
    )
    staff_model = fields.Selection(
        selection="_selection_staff_model",
        string="People Of",
        groups="crm_cost.group_profit_manager",
        help="Where the people of the pool are known from.",
    )
    staff_id = fields.Many2oneReference(
        "Department or Team",
        model_field="staff_model",
        groups="crm_cost.group_profit_manager",
        help="The people of this department, or of this sales team, do the work of the pool.",
    )
    month_ids = fields.One2many(
        "crm.cost.pool.month",
        "pool_id",
        string="Other Figures",
        groups="crm_cost.group_profit_manager",
        help="Months whose capacity or budget is not as usual. They go before everything else.",
    )

    @api.model
    def _selection_staff_model(self):
        """Departments where the employees app is installed; sales teams always."""
        names = {"hr.department": self.env._("A department"), "crm.team": self.env._("A sales team")}
        return [(name, label) for name, label in names.items() if name in self.env]

    @api.constrains("capacity_source", "staff_model", "staff_id")
    def _check_staff_id(self):
        for pool in self.filtered(lambda pool: pool.capacity_source == "staff"):
            if not pool.staff_id or not pool.staff_model:
                raise ValidationError(self.env._("Choose the department or team whose people do the work."))
            team_sudo = self.env[pool.staff_model].sudo().browse(pool.staff_id).exists()
            if not team_sudo or team_sudo.company_id not in (self.env["res.company"], pool.company_id):
                raise ValidationError(self.env._("The people of %(pool)s belong to another company.", pool=pool.name))

    # Month by month

    def _capacities(self, months):
        """Return ``[(minutes, people), ...]``: what the pool can give in each of these months.

        :param list months: (first day, last day), in order and without gaps
        """
        self.ensure_one()
        self = self.sudo()  # working hours only: whoever sets up a pool need not work in human resources
        found = getattr(self, f"_{self.capacity_source}_capacities")(months)
        typed = self._month_figures("capacity")
        return [
            (typed.get(first, minutes), people) for (first, _last), (minutes, people) in zip(months, found, strict=True)
        ]

    def _month_figures(self, kind):
        """Return ``{first day of the month: figure}`` of the months that are not as usual."""
        return {month.date_from: month.value for month in self.month_ids if month.kind == kind}

    def _fixed_capacities(self, months):
        return [(self.capacity_minutes, self.people)] * len(months)

    def _calendar_capacities(self, months):
        calendar = self.calendar_id or self.company_id.resource_calendar_id
        worked = self._worked_minutes(calendar, {}, months).get(False, [0] * len(months))
        return [(minutes * self.people * self.practical_share, self.people) for minutes in worked]

    def _staff_capacities(self, months):
        """Add up the people's hours, each by his own schedule while he belonged to the department."""
        totals, people = [0] * len(months), [0] * len(months)
        for calendar, spans in self._staff_by_calendar(months).items():
            for worked in self._worked_minutes(calendar, spans, months).values():
                totals = [total + minutes for total, minutes in zip(totals, worked, strict=True)]
                people = [count + bool(minutes) for count, minutes in zip(people, worked, strict=True)]
        return [(minutes * self.practical_share, count) for minutes, count in zip(totals, people, strict=True)]

    def _worked_minutes(self, calendar, spans, months):
        """Return ``{who: [minutes of each month]}`` by a working schedule, without public holidays and leave.

        :param dict spans: who -> (resource, first day, last day); empty for somebody who is always there, as False
        """
        if not calendar:
            return {}
        zone = pytz.timezone(calendar.tz or "UTC")
        start, end = (
            zone.localize(datetime.combine(day, time.min)) for day in (months[0][0], months[-1][1] + timedelta(days=1))
        )
        spans = spans or {False: (self.env["resource.resource"], months[0][0], months[-1][1])}
        resources = self.env["resource.resource"].union(*(resource for resource, _first, _last in spans.values()))
        leaves = [("time_type", "=", "leave"), ("company_id", "in", [False, self.company_id.id])]
        found = calendar._work_intervals_batch(start, end, resources=resources, domain=leaves)
        return {
            who: minutes_by_month(
                ((begin, stop) for begin, stop, _more in found[resource.id] if first <= begin.date() <= last), months
            )
            for who, (resource, first, last) in spans.items()
        }
