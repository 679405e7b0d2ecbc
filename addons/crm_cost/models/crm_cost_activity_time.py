"""How long an activity takes: a time equation with its earlier versions, or the time that was recorded."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..tools.time_equation import segments


class CrmCostActivity(models.Model):
    _inherit = "crm.cost.activity"

    time_source = fields.Selection(
        [("equation", "Minutes"), ("timesheet", "Recorded on timesheets")],
        string="Time From",
        required=True,
        default="equation",
        help="Minutes: so many for each document, and more by the terms below. Recorded on timesheets: the hours of "
        "the timesheets that the indicator counts. Only their time is used and never their amount: the wage is in the "
        "pool.",
    )
    term_ids = fields.One2many(
        "crm.cost.activity.term",
        "activity_id",
        string="Time Equation",
        domain=[("version_id", "=", False)],
        groups="crm_cost.group_profit_manager",
        help="What makes a document take longer: each of its lines, a number on it, or something it is.",
    )
    version_ids = fields.One2many(
        "crm.cost.activity.version",
        "activity_id",
        string="Earlier Versions",
        groups="crm_cost.group_profit_manager",
        help="What the minutes were before. A document is charged by the version that was good on its day.",
    )
    hint = fields.Char(
        compute="_compute_hint",
        groups="crm_cost.group_profit_manager",
        help="What keeps the activity from being charged.",
    )

    @api.depends("measure_id.reviewed", "active", "minutes_per_unit", "term_ids", "time_source")
    def _compute_hint(self):
        """Say what is missing: minutes, a review, or documents in the last computed month."""
        counted = self._last_counted()
        for activity in self:
            activity.hint = False
            if not activity.measure_id:
                continue
            if not activity.measure_id.reviewed:
                activity.hint = self.env._("The indicator is not reviewed any more: nothing is charged.")
            elif activity.time_source == "equation" and not activity.minutes_per_unit and not activity.term_ids:
                activity.hint = self.env._("It takes no time yet: type minutes, or add a term.")
            elif activity.active and activity._origin.id in counted and not counted[activity._origin.id]:
                activity.hint = self.env._("No documents in the last computed month: is this the right indicator?")

    def _last_counted(self):
        """Return ``{activity id: number of lines in the last computed month of its company}``, where there is one."""
        result = {}
        for company, activities in self._origin.grouped("company_id").items():
            period = self.env["crm.cost.period"].search(
                [("company_id", "=", company.id), ("checked_at", "!=", False)], order="date_from desc", limit=1
            )
            if not period:
                continue
            groups = self.env["crm.cost.line"]._read_group(
                [("period_id", "=", period.id), ("activity_id", "in", activities.ids)], ["activity_id"], ["__count"]
            )
            counts = dict(groups)
            result.update({activity.id: counts.get(activity, 0) for activity in activities})
        return result

    @api.constrains("measure_id", "time_source")
    def _check_time_source(self):
        for activity in self:
            model = activity.measure_id.model_name
            if activity.time_source == "timesheet" and (
                model != "account.analytic.line" or "project_id" not in self.env[model]._fields
            ):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s counts no timesheets. Choose an indicator that does, such as Timesheet Hours.",
                        indicator=activity.measure_id.name,
                    )
                )
            # Terms ask about the documents of the indicator.
            (activity.term_ids | activity.version_ids.term_ids)._check_definition()

    def action_new_version(self):
        """Keep the minutes of today as a version until the end of the last month; what is typed now is for after it."""
        self.ensure_one()
        self.check_access("write")
        last = self.env["crm.cost.period"]._last_month(self.company_id)[1]
        if self.version_ids.filtered(lambda version: version.date_to >= last):
            raise UserError(self.env._("There is a version until the end of the last month already: change its day."))
        self.env["crm.cost.activity.version"].create(
            {
                "activity_id": self.id,
                "date_to": last,
                "minutes_per_unit": self.minutes_per_unit,
                "term_ids": [fields.Command.create(term._prepare_copy()) for term in self.term_ids],
            }
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The minutes until now are kept for documents up to %(day)s. What you change from here on is for "
                    "later ones.",
                    day=format_date(self.env, last),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # For the computation of a month

    def _time_parts(self, date_from, date_to):
        """Return ``[(equation, first day, last day)]``: which version is good for which days of the documents."""
        versions = self.version_ids.sorted("date_to")
        return [
            (self if position is None else versions[position], first, last)
            for position, first, last in segments(versions.mapped("date_to"), date_from, date_to)
        ]

    def _unusable(self):
        """Say why nothing can be charged with this activity, as an issue of its pool; nothing when all is well."""
        measure_sudo = self.sudo().measure_id
        if not measure_sudo.reviewed:
            return "not_reviewed"
        try:
            # The app with the documents, or with one of their fields, may be gone.
            measure_sudo._check_computable()
        except (UserError, KeyError):
            return "broken"
        try:
            for term in self.term_ids | self.version_ids.term_ids:
                term._check_usable(measure_sudo, term.owner_id)
        except UserError:
            return "wrong_term"
        return None
