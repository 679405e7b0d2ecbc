from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from ..models.crm_service_mixin import _number


class CrmDiscountApprove(models.TransientModel):
    """The dialogue in which a discount above the ceiling is approved for one order, with a reason."""

    _name = "crm.discount.approve"
    _description = "Approve Discount"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade", readonly=True)
    discount_notice = fields.Text(related="order_id.discount_notice")
    discount = fields.Float(
        string="Up to Discount",
        digits=(5, 2),
        help="Highest discount in percent that is approved: first what the order gives now. A line with more needs "
        "another approval.",
    )
    reason = fields.Text(help="Why this customer gets more than its ceiling allows; kept on the order.")

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Approve Discount"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_approve(self):
        """Approve discounts up to the one typed; a line with more needs another approval."""
        self.ensure_one()
        if not self.env.user.has_group("crm_segmentation.group_discount_approve"):
            raise AccessError(self.env._("You may not approve discounts."))
        self.order_id.check_access("write")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give a reason."))
        if not 0 < self.discount <= 100:
            raise UserError(self.env._("Approve more than 0 % and at most 100 %."))
        ceiling = self.order_id._discount_ceiling()
        if ceiling is None:
            raise UserError(self.env._("There is no discount ceiling for this customer."))
        approval_sudo = self.env["crm.discount.approval"].sudo()  # written here and nowhere else
        approval_sudo.create(
            {
                "order_id": self.order_id.id,
                "partner_id": self.order_id.partner_id.commercial_partner_id.id,
                "company_id": self.order_id.company_id.id,
                "user_id": self.env.uid,
                "reason": self.reason,
                "discount": self.discount,
                "ceiling": ceiling,
            }
        )
        text = self.env._(
            "Discount up to %(discount)s %% approved, the ceiling is %(ceiling)s %%: %(reason)s",
            discount=_number(self.env, self.discount),
            ceiling=_number(self.env, ceiling),
            reason=self.reason,
        )
        self.order_id.message_post(body=plaintext2html(text), subtype_xmlid="mail.mt_note")
        return {"type": "ir.actions.act_window_close"}
