"""What a click on the curve or on a group of its table opens."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_cost_whale_curve import DIMENSIONS


class CrmCostWhale(models.TransientModel):
    _inherit = "crm.cost.whale"

    def action_open_customer(self, key):
        """Open the statement of a customer; of a category, country or salesperson what it is made of."""
        self.ensure_one()
        if self.dimension != "customer":
            return self._keys_action([key])
        return self.env["crm.cost.statement"]._open(
            self.env["res.partner"].browse(key).exists(),
            self.company_id,
            all_companies=self.all_companies,
            with_groups=self.with_groups,
            **({"period_id": self.period_id.id} if self.period_id else {"span": "rolling"}),
        )

    def _tile_keys(self, number):
        """Return the keys of the group with this number."""
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id FROM (%s) ranked WHERE %s = %s",
                self._ranked_sql(),
                self._tile_sql(int(self.tiles)),
                number,
            )
        )
        return [key for (key,) in rows]

    def _keys_action(self, keys):
        """Open the customers, or the cost lines of the categories, countries or salespeople, with these numbers."""
        periods = Domain("period_id", "in", self._periods().ids)
        if self.dimension == "customer":
            members = self._members() if self.with_groups else {}
            partners = {partner for key in keys for partner in members.get(key, [key])}
            action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_customer_report_action")
            domain = periods & Domain("partner_id", "in", list(partners))
            context = {} if self.period_id else {"search_default_by_customer": 1}
            return {**action, "domain": list(domain), "context": context}
        column, _model = DIMENSIONS[self.dimension]
        found = Domain(column, "in", keys)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_cost.crm_cost_line_action")
        domain = periods & Domain("attribution", "=", "customer") & found
        return {**action, "domain": list(domain), "context": {"search_default_by_level": 1}}

    def _members(self):
        """Return ``{head: customers}`` of the groups read as one."""
        periods = self._periods()
        if not (self.with_groups and periods):
            return {}
        groups = (
            self.env["crm.partner.relation"]
            .sudo()
            ._cost_groups_sql(min(periods.mapped("date_from")), max(periods.mapped("date_to")))
        )
        rows = self.env.execute_query(SQL("SELECT head_id, ARRAY_AGG(partner_id) FROM (%s) g GROUP BY 1", groups))
        return dict(rows)
