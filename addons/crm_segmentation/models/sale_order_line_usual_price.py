from odoo import api, models

from .sale_order_line_discount import OTHER_LINES

#: What the pricelist asks is another price after these changed.
PRICED_BY = {"product_id", "product_uom_id", "product_uom_qty"}


class SaleOrderLine(models.Model):
    """What discounts are measured from is the price of the pricelist, not what somebody writes there.

    Core keeps it in a plain column that every import, and whoever calls the server, can write; a price that comes
    without it counts as usual itself. Only companies that check discounts look at it.
    """

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        typed = [line.id for line, vals in zip(lines, vals_list, strict=True) if "price_unit" in vals]
        lines.browse(typed)._keep_usual_price()
        return lines

    def write(self, vals):
        former = {line: line.technical_price_unit for line in self if "technical_price_unit" in vals}
        result = super().write(vals)
        lower = self.browse(line.id for line, price in former.items() if line.technical_price_unit < price)
        if former and PRICED_BY & vals.keys():
            self._keep_usual_price()
        elif lower:
            lower._keep_usual_price(former)
        return result

    def _keep_usual_price(self, former=None):
        """Raise what is called usual to what the pricelist says, or to what it said before where that was less."""
        if self.env.su:
            return
        for line in self.filtered(lambda line: line.company_id.crm_discount_check and line._has_usual_price()):
            usual = line._get_usual_price()
            usual = min(usual, former[line]) if former else usual
            if line.currency_id.compare_amounts(line.technical_price_unit, usual) < 0:
                # The context in which core does not take it for a leftover of the screen
                line.with_context(sale_write_from_compute=True).write({"technical_price_unit": usual})

    def _has_usual_price(self):
        """Say whether a pricelist has anything to say about this line; costs passed on have their own price."""
        if not self.product_id or self.display_type or self.is_downpayment or self._is_global_discount():
            return False
        return not (self.is_expense or any(name in self._fields and self[name] for name in OTHER_LINES))

    def _get_usual_price(self):
        """Return the price of the pricelist as core puts it on the line, before the discount that it shows."""
        line = self.with_company(self.company_id)
        taxes = line.product_id.taxes_id._filter_taxes_by_company(line.company_id)
        return line.product_id._get_tax_included_unit_price_from_price(
            line._get_display_price(), product_taxes=taxes, fiscal_position=line.order_id.fiscal_position_id
        )
