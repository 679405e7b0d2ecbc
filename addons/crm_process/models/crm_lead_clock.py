from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_segmentation.tools import worktime

#: Written by entering and leaving a stage only.
CLOCK = {"stage_clock_start", "stage_warn_date", "stage_due_date"}

#: Days that a time limit may reach into the future: a schedule without working hours in them has no end.
FURTHEST = 3660

LIMIT_STATES = [("ok", "In Time"), ("soon", "Due Soon"), ("late", "Overdue"), ("paused", "Clock Stands Still")]


class CrmLead(models.Model):
    """How long an opportunity may stay in its stage, in working time of its company.

    The moments are counted once, on entry, and kept: cards, filters and reminders compare them with now. They are
    counted again when an obstacle is out of the way, because the clock stands still while there is one.
    """

    _inherit = "crm.lead"

    # Plain columns, empty on opportunities that were there before
    stage_clock_start = fields.Datetime(
        string="In Stage Since",
        readonly=True,
        copy=False,
        help="When the time limit of the stage began to count: on entry, on reopening, or when it came into force.",
    )
    stage_warn_date = fields.Datetime(
        string="Warning On", readonly=True, copy=False, help="From then on the opportunity is due soon."
    )
    stage_due_date = fields.Datetime(
        string="Due in Stage",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When it should have left the stage, in working time of the company. Empty: the stage has no time limit.",
    )
    stage_limit_state = fields.Selection(
        LIMIT_STATES,
        string="Time Limit",
        compute="_compute_stage_limit_state",
        search="_search_stage_limit_state",
        help="How it stands against the time limit of its stage. The clock stands still while it is blocked.",
    )

    @api.depends("stage_due_date", "stage_warn_date", "blocked_since")
    def _compute_stage_limit_state(self):
        now = fields.Datetime.now()
        for lead in self:
            if not lead.stage_due_date:
                lead.stage_limit_state = False
            elif lead.blocked_since:
                lead.stage_limit_state = "paused"
            elif lead.stage_due_date <= now:
                lead.stage_limit_state = "late"
            else:
                soon = lead.stage_warn_date and lead.stage_warn_date <= now
                lead.stage_limit_state = "soon" if soon else "ok"

    def _search_stage_limit_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        counted = Domain("stage_due_date", "!=", False)
        runs = counted & Domain("blocked_since", "=", False)
        warned = Domain("stage_warn_date", "<=", now)
        states = {
            False: ~counted,
            "paused": counted & Domain("blocked_since", "!=", False),
            "late": runs & Domain("stage_due_date", "<=", now),
            "soon": runs & Domain("stage_due_date", ">", now) & warned,
            "ok": runs & Domain("stage_due_date", ">", now) & ~warned,
        }
        return Domain.OR(states[state] for state in value if state in states)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists and cards be grouped by how they stand."""
        if field_expr != "stage_limit_state":
            return super()._field_to_sql(alias, field_expr, query)
        due, warn, blocked = (
            self._field_to_sql(alias, name, query) for name in ("stage_due_date", "stage_warn_date", "blocked_since")
        )
        return SQL(
            """(CASE WHEN %(due)s IS NULL THEN NULL WHEN %(blocked)s IS NOT NULL THEN 'paused'
                     WHEN %(due)s <= %(now)s THEN 'late' WHEN %(warn)s <= %(now)s THEN 'soon' ELSE 'ok' END)""",
            due=due,
            warn=warn,
            blocked=blocked,
            now=fields.Datetime.now(),
        )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        # From the values, or a default in the context
        if not self.env.su and any(lead[name] for lead in leads for name in CLOCK):
            raise AccessError(self.env._("Time limits come from the stage."))
        return leads

    def write(self, vals):
        if CLOCK & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Time limits come from the stage."))
        return super().write(vals)

    def _mark_blocked(self):
        """Count again what stood still."""
        result = super()._mark_blocked()
        running_sudo = self.exists().sudo().filtered(lambda lead: lead.stage_clock_start and not lead.blocked_since)
        for sheet, leads in running_sudo.grouped(lambda lead: lead.process_id._get_sheet(lead.stage_id)).items():
            leads._count_clock(sheet)
        return result

    def _merge_dependences(self, opportunities):
        """End the clocks of merged cases, and the activities that came of them."""
        (opportunities - self).sudo()._stop_clock()
        return super()._merge_dependences(opportunities)

    # The clock

    def _stop_clock(self):
        counted = self.filtered("stage_clock_start")
        if counted:
            counted.write(dict.fromkeys(CLOCK, False))
            self.env["crm.lead.reminder"].search([("lead_id", "in", counted.ids)])._drop()

    def _restart_clocks(self):
        """Measure cases that were moved to another version by its limits, from when they came."""
        index = self.env["crm.process"]._entry_index()
        for sheet, leads in self.grouped(lambda lead: lead._get_entry_sheet(index)).items():
            for start, group in leads.grouped("stage_clock_start").items():
                group._start_clock(sheet, start)

    def _start_clock(self, sheet, start=None):
        """Count from now, or from ``start``, by the limit of ``sheet``; without one there is no clock."""
        self._stop_clock()
        if self and sheet.time_limit:
            self.write({"stage_clock_start": start or fields.Datetime.now()})
            self._count_clock(sheet)

    def _count_clock(self, sheet):
        """Write when the limit of ``sheet`` is over for these leads, and what is to be said when."""
        seconds = sheet._get_limit_seconds()
        moments = {}
        for company, leads in self.grouped(lambda lead: lead._get_clock_company()).items():
            intervals = leads._get_working_clock(company, max(seconds.values(), default=0))
            for lead in leads:
                start, pauses = lead._get_clock_start()
                found = {kind: worktime.deadline(start, need, pauses, intervals) for kind, need in seconds.items()}
                key = tuple((kind, _moment(found.get(kind))) for kind in ("warning", "due", "escalation"))
                moments[key] = moments.get(key, self.browse()) | lead
        for key, leads in moments.items():
            at = dict(key)
            leads.write({"stage_warn_date": at["warning"], "stage_due_date": at["due"]})
            self.env["crm.lead.reminder"]._plan(leads, sheet, at)

    def _get_clock_start(self):
        """Return when the clock began, and when it stood still since, in seconds."""
        ended = self.obstacle_ids.filtered("date_end")
        pauses = [(_seconds(obstacle.date_start), _seconds(obstacle.date_end)) for obstacle in ended]
        return _seconds(self.stage_clock_start), pauses

    def _get_clock_company(self):
        """Return whose schedule counts, as in the history: of the opportunity, its team, salesperson, the first."""
        return (
            self.company_id
            or self.team_id.company_id
            or self.user_id.company_id
            or self.env["res.company"].search([], order="id", limit=1)
        )

    def _get_working_clock(self, company, seconds):
        """Return working time of the company from the first of these leads on, as far as it is needed."""
        starts = [start for start, _pauses in (lead._get_clock_start() for lead in self)]
        calendar = company.resource_calendar_id
        if not calendar.attendance_ids:  # none, or one that names no hours: time is time
            return [min(starts)], [float("inf")], [0]
        begin = datetime.fromtimestamp(min(starts), UTC)
        latest = max(max(starts), *(end for lead in self for _start, end in lead._get_clock_start()[1]), 0)
        leaves = [("time_type", "=", "leave"), ("company_id", "in", [False, company.id])]
        days = 30 + seconds / worktime_per_day(calendar)
        while True:
            stop = datetime.fromtimestamp(latest, UTC) + timedelta(days=min(days, FURTHEST))
            found = calendar._work_intervals_batch(begin, stop, domain=leaves)[False]
            intervals = worktime.clock((start.timestamp(), end.timestamp()) for start, end, _shift in found)
            if days >= FURTHEST or worktime.after(latest, seconds, intervals) is not None:
                return intervals
            days *= 3


def worktime_per_day(calendar):
    """Return about how many seconds of a calendar day are worked, to begin with."""
    return max(1.0, calendar.hours_per_week or 0) * 3600 / 7


def _seconds(moment):
    return moment.replace(tzinfo=UTC).timestamp()


def _moment(seconds):
    return seconds is not None and datetime.fromtimestamp(round(seconds), UTC).replace(tzinfo=None)
