from pytz import utc

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmFunnel(models.TransientModel):
    _name = "crm.funnel"
    _description = "Funnel between Two Dates"

    date_from = fields.Date(
        string="From", required=True, default=lambda self: fields.Date.add(fields.Date.context_today(self), years=-1)
    )
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today, help="This day included.")
    team_ids = fields.Many2many("crm.team", string="Sales Teams", help="Leave empty for all teams.")

    def action_open(self):
        """Open the funnel of the opportunities that entered the pipeline between the two dates."""
        self.ensure_one()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The first day comes after the last one."))
        domain = Domain("date_start", ">=", fields.Datetime.to_string(self._utc(self.date_from)))
        domain &= Domain("date_start", "<", fields.Datetime.to_string(self._utc(fields.Date.add(self.date_to, days=1))))
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_funnel_report_action")
        title = self.env._("Funnel %(first)s to %(last)s", first=self.date_from, last=self.date_to)
        return {**action, "domain": list(domain), "display_name": title, "context": {}}

    def _utc(self, day):
        """Return the instant at which ``day`` begins for the user, in UTC."""
        return self.env.tz.localize(fields.Datetime.to_datetime(day)).astimezone(utc).replace(tzinfo=None)
