from odoo import api, fields, models


class CrmCustomer(models.Model):
    _inherit = "crm.customer"

    open_case_count = fields.Integer(
        string="Open Cases", compute="_compute_open_case_count", help="Recovery cases of this customer that are open."
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_open_case_count(self):
        open_cases = [("customer_id", "in", self.partner_id.ids), ("state", "!=", "closed")]
        rows = self.env["crm.satisfaction.case"]._read_group(open_cases, ["customer_id", "company_id"], ["__count"])
        counts = {(customer, company): count for customer, company, count in rows}
        for profile in self:
            profile.open_case_count = counts.get((profile.partner_id, profile.company_id), 0)

    def action_open_cases(self):
        """Open all cases of these customers, in the companies of their profiles."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_satisfaction.crm_satisfaction_case_action")
        domain = [("customer_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        return {**action, "domain": domain, "context": {}}

    def action_open_counter(self):
        """Show what to know when this customer stands in front of one."""
        self.ensure_one()
        return self.env["crm.counter"]._open(self.partner_id, self.company_id)
