"""Who works in a pool: the members of a sales team, or the employees of a department where that app is installed."""

from datetime import date, timedelta

from odoo import models


class CrmCostPool(models.Model):
    _inherit = "crm.cost.pool"

    def _staff_by_calendar(self, months):
        """Return ``{working schedule: {who: (resource, first day, last day)}}`` of the people of the pool.

        Whoever changed his schedule or his department appears once for each time.
        """
        model, first, last = self.staff_model, months[0][0], months[-1][1]
        if model not in self.env:
            return {}
        team_sudo = self.env[model].sudo().browse(self.staff_id).exists()  # hours only, and no names
        spans = self._department_spans(team_sudo) if model == "hr.department" else self._member_spans(team_sudo)
        result = {}
        for who, (calendar, resource, begin, end) in spans.items():
            if begin <= last and end >= first:
                calendar = calendar or self.company_id.resource_calendar_id
                result.setdefault(calendar, {})[who] = (resource, max(begin, first), min(end, last))
        return result

    def _member_spans(self, team_sudo):
        """Return the members of a sales team: employees by their own schedule, others by that of the company."""
        spans, members_sudo = {}, team_sudo.member_ids
        employees_sudo = members_sudo.employee_ids if "hr.employee" in self.env else ()
        for employee_sudo in employees_sudo:
            if employee_sudo.company_id == self.company_id:
                spans.update(self._employee_spans(employee_sudo))
                members_sudo -= employee_sudo.user_id
        for user_sudo in members_sudo:
            nothing = self.env["resource.resource"]
            spans["user", user_sudo.id] = (self.env["resource.calendar"], nothing, date.min, date.max)
        return spans

    def _department_spans(self, department_sudo):
        """Return the employees of a department and of those below it, also those who have left it or the company."""
        versions_sudo = self.env["hr.version"].sudo().with_context(active_test=False)
        inside_sudo = versions_sudo.search([("department_id", "child_of", department_sudo.ids)])
        spans = {}
        for employee_sudo in inside_sudo.employee_id:
            if employee_sudo.company_id == self.company_id:
                found = self._employee_spans(employee_sudo)
                spans.update({who: found[who] for who in found if who[1] in inside_sudo._ids})
        return spans

    def _employee_spans(self, employee_sudo):
        """Return the times of an employee, one for each version of his record; of his contract where he has one."""
        versions_sudo = employee_sudo.with_context(active_test=False).version_ids.sorted("date_version")
        gone = date.max if employee_sudo.active else employee_sudo.departure_date or date.min
        spans = {}
        for position, version_sudo in enumerate(versions_sudo):
            # Somebody without a contract was there before his record was typed.
            begin = version_sudo.date_version if position else date.min
            end = date.max
            if position + 1 < len(versions_sudo):
                end = versions_sudo[position + 1].date_version - timedelta(days=1)
            begin = max(begin, version_sudo.contract_date_start or date.min)
            end = min(end, version_sudo.contract_date_end or date.max, gone)
            spans["version", version_sudo.id] = (
                version_sudo.resource_calendar_id,
                employee_sudo.resource_id,
                begin,
                end,
            )
        return spans
