from odoo import fields, models


class CrmCustomerAlert(models.Model):
    """An alert that turns out to be trouble goes on as a recovery case."""

    _inherit = "crm.customer.alert"

    case_ids = fields.One2many("crm.satisfaction.case", "alert_id", string="Recovery Cases", readonly=True)

    def action_open_case(self):
        """Open the recovery case of this customer, a new one when there is none."""
        self.ensure_one()
        self.check_access("write")
        cases = self.env["crm.satisfaction.case"]
        case = cases._find_open(self.partner_id, self.company_id)
        if case and case.alert_id != self:
            case.sudo()._note(self.env._("An alert of this customer leads here: %(alert)s", alert=self.display_name))
        elif not case:
            cases_sudo = cases._as_system(self.company_id).create(
                {
                    "customer_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "alert_id": self.id,
                    "origin": "alert",
                }
            )
            case = cases_sudo.with_env(self.env)
        return case.get_formview_action()
