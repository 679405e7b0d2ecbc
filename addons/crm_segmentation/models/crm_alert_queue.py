"""Customers whose documents changed are handed on to the alerts: the same rows, in the same transaction."""

from odoo import models
from odoo.tools import SQL


class CrmMeasure(models.Model):
    _inherit = "crm.measure"

    def _refresh_drained(self):
        """Hand on whose values were computed again, as long as some rule follows single documents."""
        written = super()._refresh_drained()
        if self.env["crm.alert.rule"].sudo().search_count([("kind", "in", ("unusual", "large", "money"))], limit=1):
            self.env["crm.queue"]._add_select("alert", SQL("SELECT partner_id, company_id FROM crm_drained"))
        return written

    def _ask_for_full_pass(self):
        """What is counted changed: rules that judge it look at everybody again, too."""
        super()._ask_for_full_pass()
        rules_sudo = self.env["crm.alert.rule"].sudo().search([("measure_id", "in", self.ids)])
        rules_sudo.write({"full_on": False})
