"""When mails may leave, how many a day, to how many contacts, and by whom they are reminded."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.quiet import MAX_DAYS, instant, next_open
from .crm_satisfaction_words import CHANNELS


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    channel = fields.Selection(
        CHANNELS,
        required=True,
        default="mail",
        tracking=True,
        help="Mail: a mail with a button for each score. Customer Portal: the question waits there for contacts who "
        "can log in. Link and QR Code: a colleague hands over a personal link or a printed card; nothing is sent.",
    )
    # Whom
    share_percent = fields.Integer(
        string="Sample (%)",
        default=100,
        help="So many of a hundred contacts are asked. The draw is fixed for each contact and month (or period): "
        "planning twice draws nobody else.",
    )
    day_limit = fields.Integer(
        string="At Most a Day",
        help="Invitations of this schedule a day; the others wait for the next day. 0 for no limit.",
    )
    customer_limit = fields.Integer(
        string="Contacts of One Customer",
        default=3,
        help="So many contacts of the same customer are asked within the waiting time, by any schedule. 0 for no "
        "limit.",
    )
    # When
    hour_from = fields.Float(string="Mails Leave from", default=8.0, help="In the time zone of the company.")
    hour_to = fields.Float(string="Mails Leave until", default=20.0, help="In the time zone of the company.")
    working_days = fields.Boolean(
        string="Working Days Only",
        default=True,
        help="No mail leaves on days on which the working hours of the company name no work, public holidays included.",
    )
    # Again
    reminder_max = fields.Integer(
        string="Reminders",
        default=0,
        help="So many reminders to contacts who have not answered. They stop with the answer and with the time to "
        "answer.",
    )
    reminder_days = fields.Integer(
        string="Remind After (days)", default=7, help="Days between the invitation and a reminder, and between two."
    )
    reminder_template_id = fields.Many2one(
        "mail.template",
        string="Reminder",
        ondelete="restrict",
        domain=[("model", "=", "crm.satisfaction.request")],
        default=lambda self: self.env.ref("crm_satisfaction.mail_template_reminder", raise_if_not_found=False),
        help="Mail that reminds. Without one the invitation is sent once more.",
    )

    _share_percent_range = models.Constraint(
        "CHECK (share_percent BETWEEN 1 AND 100)", "The sample is between 1 and 100 percent."
    )
    _day_limit_positive = models.Constraint("CHECK (day_limit >= 0)", "The limit a day cannot be negative.")
    _customer_limit_positive = models.Constraint(
        "CHECK (customer_limit >= 0)", "The number of contacts of one customer cannot be negative."
    )
    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours in which mails leave must begin before they end, between 0 and 24.",
    )
    _reminder_max_range = models.Constraint(
        "CHECK (reminder_max BETWEEN 0 AND 5)", "A contact is reminded at most five times."
    )
    _reminder_days_positive = models.Constraint(
        "CHECK (reminder_days > 0)", "Leave at least one day before a reminder."
    )

    @api.constrains("reminder_template_id")
    def _check_reminder_template(self):
        """The system writes the mails: a mail about other documents would tell what they hold."""
        for program in self:
            template = program.reminder_template_id
            if template and template.model != "crm.satisfaction.request":
                raise ValidationError(self.env._("%(mail)s is no mail about survey invitations.", mail=template.name))

    def _next_open(self, moment=None):
        """Return the first moment from now on at which mails of this schedule may leave, by the company's clock."""
        self.ensure_one()
        moment = moment or fields.Datetime.now()
        hours, is_off = (self.hour_from, self.hour_to), self._days_off(moment) if self.working_days else None
        return next_open(moment, self.company_id._crm_timezone(), hours, is_off)

    def _days_off(self, moment):
        """Return a function that says of a day whether nobody works on it; a company without calendar always works."""
        company = self.sudo().company_id
        calendar, zone = company.resource_calendar_id, pytz.timezone(company._crm_timezone())
        today = pytz.utc.localize(moment).astimezone(zone).date()
        start = zone.localize(datetime.combine(today, time.min))
        unusual = calendar._get_unusual_days(start, start + timedelta(days=MAX_DAYS), company)
        return lambda day: unusual.get(fields.Date.to_string(day), False)

    def _day_begins(self):
        """Return the moment at which today began where the company is: the limit a day counts from then on."""
        return instant(self.company_id._crm_today(), 0, self.company_id._crm_timezone())
