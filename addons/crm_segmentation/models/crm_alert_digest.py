from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_crm_alerts = fields.Boolean(string="Customer Alerts Raised")
    kpi_crm_alerts_value = fields.Integer(compute="_compute_kpi_crm_alerts_value")
    kpi_crm_alerts_hit = fields.Boolean(string="Customer Alerts with a Result")
    kpi_crm_alerts_hit_value = fields.Integer(compute="_compute_kpi_crm_alerts_value")

    def _compute_kpi_crm_alerts_value(self):
        """Count what each recipient may see."""
        if not self.env.user.has_group("crm_segmentation.group_insight_read"):
            raise AccessError(self.env._("Customer alerts are for readers of Customer Insight only."))
        self._calculate_company_based_kpi("crm.customer.alert", "kpi_crm_alerts_value", date_field="raised_at")
        self._calculate_company_based_kpi(
            "crm.customer.alert",
            "kpi_crm_alerts_hit_value",
            date_field="closed_at",
            additional_domain=[("result", "=", "hit")],
        )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        for kpi in ("kpi_crm_alerts", "kpi_crm_alerts_hit"):
            actions[kpi] = f"crm_segmentation.crm_customer_alert_action?menu_id={menu}"
        return actions
