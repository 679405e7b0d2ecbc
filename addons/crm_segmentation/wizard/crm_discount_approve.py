from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html


class CrmDiscountApprove(models.TransientModel):
    """The dialogue in which a discount above the ceiling is approved for one order, with a reason."""

    _name = "crm.discount.approve"
    _description = "Approve Discount"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade", readonly=True)
    discount_notice = fields.Text(related="order_id.discount_notice")
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
        """Approve what the order says now; a line with more discount later needs another approval."""
        self.ensure_one()
        if not self.env.user.has_group("crm_segmentation.group_discount_approve"):
            raise AccessError(self.env._("You may not approve discounts."))
        self.order_id.check_access("write")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give a reason."))
        lines = self.order_id._discount_excess().get(self.order_id)
        if not lines:
            raise UserError(self.env._("No line of this order is above the ceiling any more."))
        approval_sudo = self.env["crm.discount.approval"].sudo()  # written here and nowhere else
        approval_sudo.create(
            {
                "order_id": self.order_id.id,
                "company_id": self.order_id.company_id.id,
                "user_id": self.env.uid,
                "reason": self.reason,
                "discount": max(given for _line, given, _limit in lines),
                "ceiling": min(limit for _line, _given, limit in lines),
            }
        )
        text = self.env._(
            "Discount above the ceiling approved: %(reason)s\n%(lines)s",
            reason=self.reason,
            lines=self.order_id._discount_text(lines),
        )
        self.order_id.message_post(body=plaintext2html(text), subtype_xmlid="mail.mt_note")
        return {"type": "ir.actions.act_window_close"}
