import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _crm_timezone(self):
        """Return the name of the time zone in which this company's days begin.

        Never the reader's own: the same job gives the same days whoever starts it.
        """
        self.ensure_one()
        return self.sudo().partner_id.tz or "UTC"

    def _crm_today(self):
        """Return today's date where the company is."""
        zone = pytz.timezone(self._crm_timezone())
        return pytz.utc.localize(fields.Datetime.now()).astimezone(zone).date()
