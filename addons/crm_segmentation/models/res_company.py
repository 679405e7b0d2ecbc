import pytz

from odoo import api, fields, models
from odoo.tools import SQL


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

    @api.model
    def _crm_todays_sql(self):
        """Return a SELECT of (company_id, day): today where each company is."""
        companies = self.sudo().with_context(active_test=False).search([], order="id")
        rows = SQL(", ").join(SQL("(%s, %s::date)", company.id, company._crm_today()) for company in companies)
        return SQL("SELECT company_id, day FROM (VALUES %s) AS companies (company_id, day)", rows)
