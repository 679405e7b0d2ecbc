from odoo import api, models

from ..tools.policy import given_discount

#: Lines of other addons that are no goods sold: rewards of a loyalty program, costs of delivery.
OTHER_LINES = ("is_reward_line", "is_delivery")


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.constrains("discount", "price_unit", "technical_price_unit")
    def _check_discount_ceiling(self):
        """What may not be confirmed may not be slipped in afterwards either."""
        lines = self.filtered(lambda line: line.state == "sale" and line.company_id.crm_discount_check == "block")
        for order in lines.order_id.filtered(lambda order: not order._is_no_employee()):
            changed = lines.filtered(lambda line, order=order: line.order_id == order)
            order._refuse_discounts(None if any(line._reduces_whole_order() for line in changed) else changed)

    def _counts_for_ceiling(self):
        """Say whether this line sells something at a price that can be too low."""
        return not (self._is_no_sale() or self.product_uom_qty < 0 or self._reduces_whole_order())

    def _is_no_sale(self):
        """Say whether this line is none of ours: a text, a reward, a delivery, a down payment (which sells nothing)."""
        if self.display_type or (self.is_downpayment and not self.product_uom_qty):
            return True
        return any(name in self._fields and self[name] for name in OTHER_LINES)

    def _reduces_whole_order(self):
        """Say whether this line is a discount on the whole order: of the Discount dialogue, or with a negative price.

        What comes back has a negative quantity; whatever has a negative price makes the rest cheaper.
        """
        own_product = self.company_id.sale_discount_product_id
        if self._is_global_discount() or (own_product and self.product_id == own_product):
            return True
        return self.price_unit < 0 < self.product_uom_qty and not self._is_no_sale()

    def _given_discount(self, order_share):
        """Return what the customer pays less than the usual price, in percent.

        The usual price is the one the pricelist gave when the line was made, not the one it would give today.
        """
        return given_discount(self.technical_price_unit, self.price_unit, self.discount, order_share)

    def _pricelist_discount(self):
        """Return the discount that the pricelist itself shows on this line, in percent."""
        line = self.with_company(self.company_id)
        shown = self.env["product.pricelist.item"]._is_discount_feature_enabled()
        if not (shown and line.product_id and line.order_id.pricelist_id and line.pricelist_item_id._show_discount()):
            return 0.0
        usual = line._get_pricelist_price_before_discount()
        return 100 * (usual - line._get_pricelist_price()) / usual if usual > 0 else 0.0
