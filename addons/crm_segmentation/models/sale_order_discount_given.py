"""How much discount an order gives, and how much of it is above the ceiling of its customer."""

from odoo import api, models
from odoo.tools import float_compare


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _discount_excess(self):
        """Return ``{order: [(line, discount given, discount allowed)]}`` of the lines above their customer's ceiling.

        The same for every reader, so that an order is refused to all or to none: segments only some may see say
        nothing about it. Nothing is asked of the database for companies that do not check, and orders at full price.
        """
        excess = {}
        for company, orders in self.grouped("company_id").items():
            given = {order: order._given_discounts() for order in orders} if company.crm_discount_check else {}
            given = {order: lines for order, lines in given.items() if lines}
            if not given:
                continue
            customers = self.env["res.partner"].union(*(order.partner_id.commercial_partner_id for order in given))
            policies = self.env["crm.customer"].sudo()._service_policies(customers, company)
            for order, lines in given.items():
                customer = order.partner_id.commercial_partner_id._origin
                ceiling = policies.get(customer.id, ({}, {}))[0].get("ceiling")
                if ceiling is not None and (over := order._lines_above(lines, ceiling)):
                    excess[order] = over
        return excess

    def _discount_ceiling(self):
        """Return the ceiling of this order's customer, None without one."""
        customer = self.partner_id.commercial_partner_id
        policies = self.env["crm.customer"].sudo()._service_policies(customer, self.company_id)
        return policies.get(customer.id, ({}, {}))[0].get("ceiling")

    def _given_discounts(self):
        """Return ``[(line, discount)]`` of the lines that cost less than usual."""
        lines = self.order_line.filtered(lambda line: line._counts_for_ceiling())
        sold = sum(line.price_subtotal for line in lines)
        reduced = -sum(line.price_subtotal for line in self.order_line if line._reduces_whole_order())
        share = max(0.0, reduced / sold) if sold > 0 else 0.0
        given = [(line, line._given_discount(share)) for line in lines]
        return [(line, discount) for line, discount in given if self._is_more(discount, 0)]

    def _lines_above(self, lines, ceiling):
        above = [(line, given) for line, given in lines if self._is_more(given, ceiling)]
        limits = [max(ceiling, line._pricelist_discount()) for line, _given in above]
        return [
            (line, given, limit)
            for (line, given), limit in zip(above, limits, strict=True)
            if self._is_more(given, limit)
        ]

    @api.model
    def _is_more(self, discount, limit):
        digits = self.env["decimal.precision"].precision_get("Discount")
        return float_compare(discount, limit, precision_digits=digits) > 0
