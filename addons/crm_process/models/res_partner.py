from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    cycle_count = fields.Integer(
        string="Cycles",
        compute="_compute_cycle_count",
        groups="sales_team.group_sale_salesman",
        help="Opportunities of this customer and its contacts that belong to a chain of cycles.",
    )

    def _compute_cycle_count(self):
        self.cycle_count = 0
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            return
        counts = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(self._get_cycle_domain(), ["partner_id"], ["__count"])
        )
        own = set(self.ids)
        for contact, count in counts:
            while contact:
                if contact.id in own:
                    contact.cycle_count += count
                contact = contact.parent_id

    def _get_cycle_domain(self):
        linked = Domain("previous_cycle_id", "!=", False) | Domain("next_cycle_ids", "!=", False)
        return Domain(self._get_contact_opportunities_domain()) & linked

    def action_view_cycles(self):
        """Open the cycles of the customer and its contacts."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_process.crm_lead_action_cycles")
        action["domain"] = list(self._get_cycle_domain())
        return action
