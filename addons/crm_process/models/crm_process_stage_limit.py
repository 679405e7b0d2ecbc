from odoo import fields, models

HOUR = 3600


class CrmProcessStage(models.Model):
    """How long an opportunity may stay in the stage, and who hears of it before and after."""

    _inherit = "crm.process.stage"

    time_limit = fields.Float(
        help="Working hours, by the company's working schedule, after which an opportunity should have left the stage. "
        "The clock stands still while the opportunity is blocked. 0: no limit.",
    )
    warning_value = fields.Float(
        string="Warn Before",
        help="How long before the limit its salesperson gets an activity. 0: no warning.",
    )
    warning_unit = fields.Selection(
        [("share", "% of the limit"), ("hours", "working hours")],
        default="share",
        required=True,
        help="Whether the warning comes a share of the limit before its end, or so many working hours.",
    )
    escalation_to = fields.Selection(
        [("leader", "Leader of the Sales Team"), ("owner", "Owner of the Process")],
        string="Escalate To",
        help="Who gets an activity when the salesperson, who gets one at the limit, has not moved the opportunity on. "
        "Empty: nobody.",
    )
    escalation_after = fields.Float(
        string="Escalate After", help="Working hours after the limit at which it is escalated. 0: at the limit."
    )

    _time_limit_positive = models.Constraint(
        "CHECK (time_limit BETWEEN 0 AND 20000 AND escalation_after BETWEEN 0 AND 20000)",
        "A time limit has between 0 and 20,000 working hours.",
    )
    _warning_possible = models.Constraint(
        "CHECK (warning_value BETWEEN 0 AND CASE warning_unit WHEN 'share' THEN 100 ELSE 20000 END)",
        "A warning comes before the limit: a share of 0 to 100 %, or working hours.",
    )

    def _acts_on_entry(self):
        return super()._acts_on_entry() or bool(self.time_limit)

    def _get_limit_seconds(self):
        """Return ``{kind of reminder: seconds of working time from entry}``; empty without a limit."""
        self.ensure_one()
        limit = self.time_limit * HOUR
        if not limit:
            return {}
        seconds = {"due": limit}
        if self.warning_value:
            before = limit * self.warning_value / 100 if self.warning_unit == "share" else self.warning_value * HOUR
            seconds["warning"] = max(0, limit - before)
        if self.escalation_to:
            seconds["escalation"] = limit + self.escalation_after * HOUR
        return seconds
