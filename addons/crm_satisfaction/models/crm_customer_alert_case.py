import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class CrmCustomerAlert(models.Model):
    """An alert that turns out to be trouble goes on as a recovery case."""

    _inherit = "crm.customer.alert"

    case_ids = fields.One2many("crm.satisfaction.case", "alert_id", string="Recovery Cases", readonly=True)

    def action_open_case(self):
        """Open the recovery case of this customer, a new one when there is none."""
        self.ensure_one()
        self.check_access("write")
        return self._open_or_join_case().with_env(self.env).get_formview_action()

    def _open_or_join_case(self):
        """Return the open case of the customer, with a note, or a new one."""
        cases = self.env["crm.satisfaction.case"]._as_system(self.company_id)
        case = cases._find_open(self.partner_id, self.company_id)
        if not case:
            case = cases.create(
                {
                    "customer_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "alert_id": self.id,
                    "origin": "alert",
                }
            )
        elif case.alert_id != self:
            case._note(self.env._("An alert of this customer leads here: %(alert)s", alert=self.display_name))
        return case

    @api.model
    def _raise(self, vals_list):
        """Open the cases of rules that say so; one that fails is logged, and its alert stays."""
        alerts = super()._raise(vals_list)
        opening = alerts.filtered(lambda alert: alert.rule_id.opens_case and not alert.sudo().measure_ids.group_ids)
        for alert in opening:
            try:
                with self.env.cr.savepoint():
                    alert._open_or_join_case()
            except Exception as error:
                _logger.warning("Customer alert %s: opening a case failed: %s", alert.id, error, exc_info=True)
        return alerts
